/** What can be asked of one registry, whatever the product behind it. */
import type { PlatformDetails, TagDetails } from '../../common/protocol.ts';
import { isDigest } from '../../common/reference.ts';
import { Cache } from '../util/cache.ts';
import { ProblemError } from '../util/problemError.ts';
import type { Content, Distribution } from './distribution.ts';
import { type ConfigFacts, type IndexEntry, type Manifest, readConfig, readManifest } from './manifest.ts';
import type { ListPage } from './paging.ts';

/** A product that has something better than the protocol (dates, a search, a catalog) replaces single methods of it. */
export interface RegistryClient {
  repositories(query: string | undefined, n: number, signal: AbortSignal): Promise<ListPage>;
  tags(repository: string, query: string | undefined, n: number, signal: AbortSignal): Promise<ListPage>;
  details(repository: string, tagOrDigest: string, signal: AbortSignal): Promise<TagDetails>;
}

/** What is addressed by digest never changes: kept as long as there is room. */
const contentCache = { ttlMs: 24 * 3600_000, maximum: 500 };

/** No real index is as long; what follows is listed without its size. */
const maximumInspected = 40;

/** A registry by the protocol alone. */
export function distributionRegistry(host: string, distribution: Distribution, now: () => number): RegistryClient {
  const manifests = new Cache<Manifest>({ ...contentCache, now });
  const configs = new Cache<ConfigFacts>({ ...contentCache, now });

  const manifestOf = async (repository: string, digest: string, signal: AbortSignal) => {
    const name = `${repository}@${digest}`;
    const load = async (flight: AbortSignal) =>
      read(await distribution.manifest(repository, digest, flight), `${host}/${name}`);
    return (await manifests.get(name, load, signal)).value;
  };
  const tagged = async (repository: string, tag: string, signal: AbortSignal) => {
    const content = await distribution.manifest(repository, tag, signal);
    return { digest: content.digest, manifest: read(content, `${host}/${repository}:${tag}`) };
  };
  const configOf = async (repository: string, digest: string, signal: AbortSignal) => {
    const name = `${repository}@${digest}`;
    const load = async (flight: AbortSignal) =>
      readConfig((await distribution.blob(repository, digest, flight)).bytes, `${host}/${name}`);
    return (await configs.get(name, load, signal)).value;
  };

  const inspectImage = async (
    repository: string,
    digest: string,
    image: Extract<Manifest, { kind: 'image' }>,
    entry: IndexEntry | undefined,
    signal: AbortSignal,
  ): Promise<PlatformDetails> => {
    const created = entry?.created ?? image.created;
    const facts = { digest, compressedBytes: image.compressedBytes };
    // The index and the annotations often say it all; the config is asked only for what they leave out.
    if (entry?.platform && created !== undefined) return { platform: entry.platform, ...facts, created };
    const config = await configOf(repository, image.configDigest, signal);
    const date = created ?? config.created;
    return { platform: entry?.platform ?? config.platform, ...facts, ...(date !== undefined && { created: date }) };
  };

  const inspectEntry = async (
    repository: string,
    entry: IndexEntry,
    signal: AbortSignal,
  ): Promise<readonly PlatformDetails[]> => {
    try {
      const manifest = await manifestOf(repository, entry.digest, signal);
      if (manifest.kind === 'image') return [await inspectImage(repository, entry.digest, manifest, entry, signal)];
      return manifest.kind === 'artifact' ? [] : withoutSizes([entry]);
    } catch (error) {
      // A registry may hold only some platforms of an index: the others are real, and only their size is not to be had here.
      if (error instanceof ProblemError && error.problem.kind === 'notFound') return withoutSizes([entry]);
      throw error;
    }
  };

  const withoutSizes = (entries: readonly IndexEntry[]): readonly PlatformDetails[] =>
    entries.flatMap(({ platform, digest, created }) =>
      platform ? [{ platform, digest, ...(created !== undefined && { created }) }] : [],
    );

  return {
    repositories: (query, n, signal) => distribution.catalog(query, n, signal),
    tags: (repository, query, n, signal) => distribution.tags(repository, query, n, signal),

    async details(repository, tagOrDigest, signal) {
      const { digest, manifest } = isDigest(tagOrDigest)
        ? { digest: tagOrDigest, manifest: await manifestOf(repository, tagOrDigest, signal) }
        : await tagged(repository, tagOrDigest, signal);
      const { kind, mediaType } = manifest;
      if (manifest.kind === 'artifact') return { digest, mediaType, kind, platforms: [] };
      if (manifest.kind === 'image') {
        const platform = await inspectImage(repository, digest, manifest, undefined, signal);
        return { digest, mediaType, kind, platforms: [platform] };
      }
      const inspected = manifest.images.slice(0, maximumInspected);
      const rows = await Promise.all(inspected.map((entry) => inspectEntry(repository, entry, signal)));
      const platforms = [...rows.flat(), ...withoutSizes(manifest.images.slice(maximumInspected))];
      const fallback = manifest.created;
      return {
        digest,
        mediaType,
        kind,
        platforms: platforms.map((row) =>
          row.created === undefined && fallback !== undefined ? { ...row, created: fallback } : row,
        ),
      };
    },
  };
}

function read({ contentType, bytes }: Content, subject: string): Manifest {
  return readManifest(contentType, bytes, subject);
}
