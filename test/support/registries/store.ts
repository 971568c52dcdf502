/** What a registry keeps, whatever its product: repositories of tags, manifests and blobs, and what can be read of them. */
import type { ImageContents, Manifest } from '../imageContents.ts';
import type { Clock } from './world.ts';

export interface Store {
  readonly clock: Clock;
  /** By name; the order is the one in which they came to be. */
  readonly repositories: Map<string, Repository>;
}

export interface Repository {
  readonly name: string;
  readonly createdAtMs: number;
  /** In the order in which they were first pushed. */
  readonly tags: Map<string, Tag>;
  readonly manifests: Map<string, StoredManifest>;
  readonly blobs: Map<string, Buffer>;
  isPrivate: boolean;
  description: string;
  pulls: number;
}

export interface Tag {
  readonly digest: string;
  readonly createdAtMs: number;
  readonly pushedAtMs: number;
}

export interface StoredManifest extends Manifest {
  /** Counts up over the whole registry: the id that GitHub and others give. */
  readonly id: number;
  readonly pushedAtMs: number;
}

export interface PushOptions {
  /** Else the clock of the emulator. */
  readonly at?: string;
  readonly isPrivate?: boolean;
  readonly description?: string;
}

export const createStore = (clock: Clock): Store => ({ clock, repositories: new Map() });

/** Puts an image, or whatever else the contents are, under these tags; the one way in beside the protocol's own. */
export function push(
  store: Store,
  name: string,
  tags: string | readonly string[],
  contents: ImageContents,
  options: PushOptions = {},
): Repository {
  const repository = repositoryAt(store, name, options);
  const atMs = options.at === undefined ? store.clock.nowMs : Date.parse(options.at);
  for (const [digest, bytes] of contents.blobs) repository.blobs.set(digest, bytes);
  for (const manifest of contents.manifests) putManifest(store, repository, manifest, atMs);
  for (const tag of [tags].flat()) putTag(repository, tag, contents.root.digest, atMs);
  return repository;
}

/** The repository of this name, made where there is none. */
export function repositoryAt(store: Store, name: string, options: PushOptions = {}): Repository {
  const existing = store.repositories.get(name);
  const repository = existing ?? {
    name,
    createdAtMs: options.at === undefined ? store.clock.nowMs : Date.parse(options.at),
    tags: new Map(),
    manifests: new Map(),
    blobs: new Map(),
    isPrivate: false,
    description: '',
    pulls: 0,
  };
  if (options.isPrivate !== undefined) repository.isPrivate = options.isPrivate;
  if (options.description !== undefined) repository.description = options.description;
  store.repositories.set(name, repository);
  return repository;
}

export function putManifest(
  { repositories, clock }: Store,
  repository: Repository,
  manifest: Manifest,
  pushedAtMs = clock.nowMs,
): void {
  const count = [...repositories.values()].reduce((sum, { manifests }) => sum + manifests.size, 0);
  const id = repository.manifests.get(manifest.digest)?.id ?? 1000 + count;
  repository.manifests.set(manifest.digest, { ...manifest, id, pushedAtMs });
}

export function putTag({ tags }: Repository, tag: string, digest: string, pushedAtMs: number): void {
  tags.set(tag, { digest, pushedAtMs, createdAtMs: tags.get(tag)?.createdAtMs ?? pushedAtMs });
}

/** With it go its tags. False where there is no such manifest. */
export function removeManifest(repository: Repository, digest: string): boolean {
  for (const tag of tagsOn(repository, digest)) repository.tags.delete(tag);
  return repository.manifests.delete(digest);
}

export const tagsOn = ({ tags }: Repository, digest: string): readonly string[] =>
  [...tags].flatMap(([tag, { digest: target }]) => (target === digest ? [tag] : []));

/** By tag or digest. */
export function manifestAt({ tags, manifests }: Repository, reference: string): StoredManifest | undefined {
  return manifests.get(tags.get(reference)?.digest ?? reference);
}

interface Descriptor {
  readonly mediaType: string;
  readonly digest: string;
  readonly size: number;
  readonly platform?: { os: string; architecture: string; variant?: string; 'os.version'?: string };
  readonly annotations?: Readonly<Record<string, string>>;
}

/** A manifest as the image-spec writes it: an index has `manifests`, an image or artifact `config` and `layers`. */
export interface ManifestContent {
  readonly mediaType?: string;
  readonly artifactType?: string;
  readonly manifests?: readonly Descriptor[];
  readonly config?: Descriptor;
  readonly layers?: readonly Descriptor[];
  readonly subject?: Descriptor;
  readonly annotations?: Readonly<Record<string, string>>;
}

export const contentOf = ({ bytes }: Manifest): ManifestContent => JSON.parse(bytes.toString()) as ManifestContent;

/** One image of a tag, as rich lists show it. */
export interface ImageFacts {
  readonly digest: string;
  readonly os: string;
  readonly architecture: string;
  readonly variant: string | undefined;
  readonly osVersion: string | undefined;
  /** Compressed bytes: the layers and the config. */
  readonly bytes: number;
  readonly created: string | undefined;
}

/** The images that a manifest stands for: itself, or each child of an index, attestations (`unknown/unknown`) too. */
export function imagesOf(repository: Repository, digest: string): readonly ImageFacts[] {
  const manifest = repository.manifests.get(digest);
  if (manifest === undefined) return [];
  const { manifests, config, layers = [] } = contentOf(manifest);
  if (manifests) return manifests.flatMap((child) => imagesOf(repository, child.digest));
  const described = JSON.parse(repository.blobs.get(config?.digest ?? '')?.toString() || '{}');
  return [
    {
      digest,
      os: described.os ?? '',
      architecture: described.architecture ?? '',
      variant: described.variant,
      osVersion: described['os.version'],
      bytes: [...layers, ...(config ? [config] : [])].reduce((sum, { size }) => sum + size, 0),
      created: described.created,
    },
  ];
}

/** Everything in the repository that says it is about `digest`. */
export function referrersOf({ manifests }: Repository, digest: string): readonly object[] {
  return [...manifests.values()].flatMap((manifest) => {
    const { subject, artifactType, config, annotations } = contentOf(manifest);
    if (subject?.digest !== digest) return [];
    return [
      {
        mediaType: manifest.mediaType,
        digest: manifest.digest,
        size: manifest.bytes.length,
        artifactType: artifactType ?? config?.mediaType,
        ...(annotations && { annotations }),
      },
    ];
  });
}
