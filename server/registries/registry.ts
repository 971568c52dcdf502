/** What can be asked of one registry, whatever the product behind it. */

import { isDigest } from '../../common/reference.ts';
import type {
  ImageLayers,
  PlatformDetails,
  ReferrerRow,
  RepositoryRow,
  SearchRow,
  TagDetails,
  TagOrder,
  TagRow,
} from '../../common/registry.ts';
import { Cache } from '../util/cache.ts';
import { ProblemError } from '../util/problemError.ts';
import { type Config, readConfig } from './config.ts';
import type { Content, Distribution } from './distribution.ts';
import { imageLayers } from './layers.ts';
import { type IndexEntry, type Manifest, readManifest } from './manifest.ts';
import type { ListPage } from './paging.ts';
import { type Presence, presenceOf } from './presence.ts';
import { referrersOf } from './referrers.ts';

/** A product that has something better than the protocol (dates, a search, a catalog) replaces single methods of it. */
export interface RegistryClient {
  /** What it sorts and filters itself. For the rest the whole list is fetched, and that is done here. */
  readonly serves: {
    readonly repositoryFilter: boolean;
    /** It knows what is below a `path`. Else the names in the whole list say it. */
    readonly paths?: boolean;
    readonly tagFilter: boolean;
    /** The first is what it answers with when no order is asked for, where that is one of ours. */
    readonly tagOrders: readonly TagOrder[];
  };
  /** One page of what is below `path`, or below its root. */
  repositories(ask: ListAsk & { readonly path?: string }, signal: AbortSignal): Promise<ListPage<RepositoryRow>>;
  /** One page of tags. Asks for no manifests. */
  tags(
    repository: string,
    ask: ListAsk & { readonly order?: TagOrder },
    signal: AbortSignal,
  ): Promise<ListPage<TagRow>>;
  details(repository: string, tagOrDigest: string, signal: AbortSignal): Promise<TagDetails>;
  /** What a tag or digest names, and no look into the images of an index: one request. */
  inspect(repository: string, tagOrDigest: string, signal: AbortSignal): Promise<Inspected>;
  /** What a tag holds, by a request that counts as no pull; undefined where that does not say enough. */
  freeDetails?(repository: string, tag: string, signal: AbortSignal): Promise<TagDetails | undefined>;
  /** The layers of one image, by the digest of its manifest. Throws a ProblemError `unsupported` for what is no image. */
  layers(repository: string, digest: string, signal: AbortSignal): Promise<ImageLayers>;
  /** What refers to a digest. */
  referrers(repository: string, digest: string, signal: AbortSignal): Promise<readonly ReferrerRow[]>;
  /** The digest of a tag, by a request that does not count as a pull. */
  resolve(repository: string, tag: string, signal: AbortSignal): Promise<string>;
  /** Whether a tag or digest is there, by requests that count as no pull. */
  presence(repository: string, tagOrDigest: string, signal: AbortSignal): Promise<Presence>;
  /** A manifest as the registry keeps it. */
  manifest(repository: string, tagOrDigest: string, signal: AbortSignal): Promise<Content>;
  /** A blob that is a document: an image's config. */
  blob(repository: string, digest: string, signal: AbortSignal): Promise<Content>;
  /** Throws a ProblemError where we may not push to it. */
  checkPush(repository: string, signal: AbortSignal): Promise<void>;
  /**
   * Whether it takes single tags away, where the product's `can.untag` is `perhaps`. Asks it to, about a tag that nobody has.
   */
  untags?(repository: string, signal: AbortSignal): Promise<boolean>;
  /** Takes a tag away and leaves its image. Present where the product's `can.untag` says so. */
  untag?(repository: string, tag: string, signal: AbortSignal): Promise<void>;
  /** Deletes an image with every tag on it. Throws a ProblemError `unsupported` where the registry does not let anybody. */
  deleteImage(repository: string, digest: string, signal: AbortSignal): Promise<void>;
  /** Present where the product's `can.deleteRepository` says so. */
  deleteRepository?(repository: string, signal: AbortSignal): Promise<void>;
  /** Every tag, where there is a cheaper way to them than through the pages. */
  allTags?(repository: string, signal: AbortSignal): Promise<readonly TagRow[]>;
  /** Repositories of everybody that have to do with `text`. */
  search?(text: string, cursor: string | undefined, signal: AbortSignal): Promise<ListPage<SearchRow>>;
  /** Whether a repository that is listed turned out to have nothing to pull any more. Asks nobody. */
  isRetired?(repository: string): boolean;
  /** How long its lists are good, milliseconds, where that is longer than usual. */
  readonly keeps?: { readonly repositoriesMs: number; readonly tagsMs: number };
}

export interface Inspected {
  readonly digest: string;
  readonly manifest: Manifest;
}

export interface ListAsk {
  /** How many at most, as far as the registry honours it; 0: as many as it gives. */
  readonly n: number;
  /** What the page before told as `next`. */
  readonly cursor?: string;
  /** Given only to a registry that serves it. */
  readonly filter?: string;
}

/** What is addressed by digest never changes: kept as long as there is room. */
const contentCache = { ttlMs: 24 * 3600_000, maximum: 500 };

/** No real index is as long; what follows is listed without its size. */
const maximumInspected = 40;

/** A registry by the protocol alone. */
export function distributionRegistry(host: string, distribution: Distribution, now: () => number): RegistryClient {
  const manifests = new Cache<Manifest>({ ...contentCache, now });
  const configs = new Cache<Config>({ ...contentCache, now });

  const manifestOf = async (repository: string, digest: string, signal: AbortSignal) => {
    const name = `${repository}@${digest}`;
    const load = async (flight: AbortSignal) =>
      read(await distribution.manifest(repository, digest, flight), `${host}/${name}`);
    return (await manifests.get(name, load, signal)).value;
  };
  /** Tags move, so nothing is kept but what they were found to name; who asks while somebody waits waits along. */
  const tags = new Cache<Inspected>({ ttlMs: 0, maximum: 100, now });
  const digests = new Cache<string>({ ttlMs: 0, maximum: 100, now });
  const inspect = async (repository: string, tagOrDigest: string, signal: AbortSignal): Promise<Inspected> => {
    if (isDigest(tagOrDigest)) {
      return { digest: tagOrDigest, manifest: await manifestOf(repository, tagOrDigest, signal) };
    }
    const name = `${repository}:${tagOrDigest}`;
    const load = async (flight: AbortSignal) => {
      const content = await distribution.manifest(repository, tagOrDigest, flight);
      const manifest = read(content, `${host}/${name}`);
      await manifests.get(`${repository}@${content.digest}`, async () => manifest, flight);
      return { digest: content.digest, manifest };
    };
    return (await tags.get(name, load, signal)).value;
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
    serves: { repositoryFilter: false, tagFilter: false, tagOrders: [] },
    repositories: async ({ cursor, n }, signal) => named(await distribution.catalog(cursor, n, signal)),
    tags: async (repository, { cursor, n }, signal) => named(await distribution.tags(repository, cursor, n, signal)),
    inspect,
    deleteImage: (repository, digest, signal) => distribution.deleteManifest(repository, digest, signal),
    referrers: (repository, digest, signal) => referrersOf(host, distribution, repository, digest, now, signal),
    checkPush: (repository, signal) => distribution.checkPush(repository, signal),
    async resolve(repository, tag, signal) {
      const load = (flight: AbortSignal) => distribution.resolve(repository, tag, flight);
      return (await digests.get(`${repository}:${tag}`, load, signal)).value;
    },
    presence: (repository, tagOrDigest, signal) => presenceOf(host, distribution, repository, tagOrDigest, signal),
    manifest: (repository, tagOrDigest, signal) => distribution.manifest(repository, tagOrDigest, signal),
    blob: (repository, digest, signal) => distribution.blob(repository, digest, signal),

    async layers(repository, digest, signal) {
      const manifest = await manifestOf(repository, digest, signal);
      if (manifest.kind === 'image') {
        return imageLayers(digest, manifest, await configOf(repository, manifest.configDigest, signal));
      }
      throw new ProblemError({
        kind: 'unsupported',
        subject: `${host}/${repository}@${digest}`,
        message:
          manifest.kind === 'index'
            ? 'This digest is of several images, one a platform; each has layers of its own.'
            : 'This is not a container image: it has no layers.',
      });
    },

    async details(repository, tagOrDigest, signal) {
      const { digest, manifest } = await inspect(repository, tagOrDigest, signal);
      const { kind, mediaType } = manifest;
      if (manifest.kind === 'artifact') {
        const { artifactType } = manifest;
        return { digest, mediaType, kind, ...(artifactType !== undefined && { artifactType }), platforms: [] };
      }
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
        ...(manifest.attestations.length > 0 && { attestations: manifest.attestations }),
        platforms: platforms.map((row) =>
          row.created === undefined && fallback !== undefined ? { ...row, created: fallback } : row,
        ),
      };
    },
  };
}

const named = ({ items, next }: ListPage<string>): ListPage<{ readonly name: string }> => ({
  items: items.map((name) => ({ name })),
  ...(next !== undefined && { next }),
});

function read({ contentType, bytes }: Content, subject: string): Manifest {
  return readManifest(contentType, bytes, subject);
}
