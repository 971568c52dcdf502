import { parseReference } from '../../../common/reference.ts';
import type { BuildRecord, ImageRoot, Images } from '../host.ts';
import type { LocalImage } from './sources.ts';

/**
 * Which image a name stands for: now, and when a build began. An image that came from a registry is named by the digest of its
 * manifest, any other by its id.
 */
export interface Identities {
  now(reference: string): string;
  /** Whether the engine is still to say what the name stands for. */
  isPending(reference: string): boolean;
  /** `isRoot`: it is what the image of the build stands on. See {@link isUnsure} and {@link isLasting}. */
  atBuild(reference: string, build: BuildRecord, isRoot: boolean): string;
}

/**
 * `remembered`: what names stood for when last seen, by reference, for as long as the engine does not say. `facts`: what was
 * found out about builds before; that a name gets another image, or the image another name, does not change the past.
 */
export function identities(
  images: Pick<Images, 'localImage'>,
  builds: readonly BuildRecord[],
  remembered: (reference: string) => string | undefined,
  facts: Map<string, string>,
): Identities {
  const found = new Map<string, Found>();
  const local = (reference: string) => {
    const before = found.get(reference);
    if (before !== undefined) return before;
    const image = localImage(images, reference);
    found.set(reference, image);
    return image;
  };

  function now(reference: string): string {
    const pinned = digestIn(reference);
    if (pinned !== undefined) return fromRegistry(pinned);
    const image = local(reference);
    if (typeof image !== 'string') return identityOf(image);
    const digest = builds.find(({ bases }) => bases?.[reference] !== undefined)?.bases?.[reference];
    const last = digest === undefined ? remembered(reference) : fromRegistry(digest);
    if (image === 'unknown' || image === 'pending') return last ?? '';
    // The engine would ask the registry, as it did before. What it had by that name and has no more, nobody knows.
    return last?.startsWith(registryPrefix) ? last : 'absent';
  }

  return {
    now,
    isPending: (reference) => digestIn(reference) === undefined && local(reference) === 'pending',
    atBuild(reference, build, isRoot) {
      if (digestIn(reference) !== undefined) return now(reference);
      const image = local(reference);
      const digest = build.bases?.[reference];
      if (digest !== undefined) {
        const same = typeof image !== 'string' && image.digests.includes(digest);
        return same ? identityOf(image) : fromRegistry(digest);
      }
      const fact = `${build.ref} ${reference}`;
      const known = facts.get(fact);
      if (known !== undefined) return known;
      if (image === 'unknown' || image === 'pending') return now(reference);
      if (image === 'absent') return `${unknownPrefix}${build.ref}`;
      const same = sameThen(image, build, isRoot);
      if (same !== true) return `${same === undefined ? unsurePrefix : unknownPrefix}${build.ref}`;
      const identity = identityOf(image);
      facts.set(fact, identity);
      return identity;
    },
  };
}

/** Whether another time can be compared with an identity. */
export function isLasting(identity: string): boolean {
  return identity !== '' && identity !== 'absent' && !identity.startsWith(unknownPrefix) && !isUnsure(identity);
}

/** Whether nothing tells that the name meant another image than now, and nothing that it did not. */
export function isUnsure(identity: string): boolean {
  return identity.startsWith(unsurePrefix);
}

/** Undefined where nothing tells. */
function sameThen(image: LocalImage, { startedAt, root }: BuildRecord, isRoot: boolean): boolean | undefined {
  const stood = isRoot && root ? standsOn(root, image) : undefined;
  if (stood !== undefined) return stood;
  if (startedAt === undefined) return undefined;
  if (image.taggedAt !== undefined) return image.taggedAt <= startedAt;
  return image.seenSince !== undefined && image.seenSince < startedAt ? true : undefined;
}

/** By layers alone an image with other variables would be the same. */
function standsOn(root: ImageRoot, { layers, entries }: LocalImage): boolean | undefined {
  if (entries === undefined || entries.length === 0) return undefined;
  if (root.layers.length !== layers.length || !layers.every((layer, index) => layer === root.layers[index]))
    return false;
  return entries.every(({ createdBy, createdAt }, index) => {
    const other = root.entries[index];
    return other !== undefined && other.createdBy === createdBy && inSeconds(other.createdAt) === inSeconds(createdAt);
  });
}

/** As the engine tells it of its images; what has no time is of the year 1 there. */
const inSeconds = (at: number) => Math.max(0, Math.floor(at / 1000));

const registryPrefix = 'registry ';
const unknownPrefix = 'unknown ';
const unsurePrefix = 'unsure ';
const fromRegistry = (digest: string) => `${registryPrefix}${digest}`;

/** What is named by its digest is never another image. */
const digestIn = (reference: string) => /@(sha256:[0-9a-f]{64})$/.exec(reference)?.[1];

function identityOf({ id, digests: [digest] }: LocalImage): string {
  return digest === undefined ? `engine ${id}` : fromRegistry(digest);
}

type Found = LocalImage | 'absent' | 'pending' | 'unknown';

function localImage(images: Pick<Images, 'localImage'>, reference: string): Found {
  const parsed = parseReference(reference);
  if (parsed === undefined) return 'unknown';
  const image = images.localImage(parsed);
  if (image.state === 'pending') return 'pending';
  if (image.state === 'known') return image.value;
  return image.state === 'failed' && image.problem.kind === 'notFound' ? 'absent' : 'unknown';
}
