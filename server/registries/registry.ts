/** What can be asked of one registry, whatever the product behind it. */
import type { PlatformDetails, TagDetails } from '../../common/protocol.ts';
import { isDigest } from '../../common/reference.ts';
import { Cache } from '../util/cache.ts';
import { ProblemError } from '../util/problemError.ts';
import type { Content, Distribution } from './distribution.ts';
import { type IndexEntry, type Manifest, readConfig, readManifest } from './manifest.ts';
import type { ListPage } from './paging.ts';

/** A product that has something better than the protocol (dates, a search, a catalog) replaces single methods of it. */
export interface RegistryClient {
  repositories(query: string | undefined, n: number, signal: AbortSignal): Promise<ListPage>;
  tags(repository: string, query: string | undefined, n: number, signal: AbortSignal): Promise<ListPage>;
  details(repository: string, tagOrDigest: string, signal: AbortSignal): Promise<TagDetails>;
}

/** Contents are addressed by digest, so they never change: kept as long as there is room. */
const contentTtlMs = 24 * 3600_000;
const maximumContents = 200;

/** No real index is as long; what follows is listed without its size. */
const maximumInspected = 40;

/** A registry by the protocol alone. */
export function distributionRegistry(host: string, distribution: Distribution, now: () => number): RegistryClient {
  const contents = new Cache<Content>({ ttlMs: contentTtlMs, maximum: maximumContents, now });

  const content = async (repository: string, digest: string, kind: 'manifest' | 'blob', signal: AbortSignal) => {
    const load = (flight: AbortSignal) => distribution[kind](repository, digest, flight);
    return (await contents.get(`${repository}@${digest}`, load, signal)).value;
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
    const subject = `${host}/${repository}@${digest}`;
    const config = readConfig((await content(repository, image.configDigest, 'blob', signal)).bytes, subject);
    const date = created ?? config.created;
    return { platform: entry?.platform ?? config.platform, ...facts, ...(date !== undefined && { created: date }) };
  };

  const inspectEntry = async (
    repository: string,
    entry: IndexEntry,
    signal: AbortSignal,
  ): Promise<readonly PlatformDetails[]> => {
    try {
      const { bytes, contentType } = await content(repository, entry.digest, 'manifest', signal);
      const manifest = readManifest(contentType, bytes, `${host}/${repository}@${entry.digest}`);
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
      const { digest, bytes, contentType } = isDigest(tagOrDigest)
        ? await content(repository, tagOrDigest, 'manifest', signal)
        : await distribution.manifest(repository, tagOrDigest, signal);
      const subject = `${host}/${repository}${isDigest(tagOrDigest) ? '@' : ':'}${tagOrDigest}`;
      const manifest = readManifest(contentType, bytes, subject);
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
