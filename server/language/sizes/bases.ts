import { parseReference } from '../../../common/reference.ts';
import type { BuildRecord, Images } from '../host.ts';
import type { LocalImage } from './sources.ts';

/**
 * Which image a name stands for: now, and when a build began. An image that came from a registry is named by the digest of its
 * manifest, any other by its id.
 */
export interface Identities {
  now(reference: string): string;
  atBuild(reference: string, build: BuildRecord): string;
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
  const found = new Map<string, LocalImage | 'absent' | 'unknown'>();
  const local = (reference: string) => {
    const before = found.get(reference);
    if (before !== undefined) return before;
    const image = localImage(images, reference);
    found.set(reference, image);
    return image;
  };

  function now(reference: string): string {
    const image = local(reference);
    if (typeof image !== 'string') return identityOf(image);
    const digest = builds.find(({ bases }) => bases?.[reference] !== undefined)?.bases?.[reference];
    const last = digest === undefined ? remembered(reference) : fromRegistry(digest);
    if (image === 'unknown') return last ?? '';
    // The engine would ask the registry, as it did before. What it had by that name and has no more, nobody knows.
    return last?.startsWith(registryPrefix) ? last : 'absent';
  }

  return {
    now,
    atBuild(reference, build) {
      const image = local(reference);
      const digest = build.bases?.[reference];
      if (digest !== undefined) {
        const same = typeof image !== 'string' && image.digests.includes(digest);
        return same ? identityOf(image) : fromRegistry(digest);
      }
      const fact = `${build.ref} ${reference}`;
      const known = facts.get(fact);
      if (known !== undefined) return known;
      if (image === 'unknown') return now(reference);
      const before = typeof image === 'string' ? undefined : image.taggedAt;
      if (
        typeof image === 'string' ||
        before === undefined ||
        build.startedAt === undefined ||
        before > build.startedAt
      )
        return `${unknownPrefix}${build.ref}`;
      const identity = identityOf(image);
      facts.set(fact, identity);
      return identity;
    },
  };
}

/** Whether an identity says nothing that another time could be compared with. */
export function isLasting(identity: string): boolean {
  return identity !== '' && identity !== 'absent' && !identity.startsWith(unknownPrefix);
}

const registryPrefix = 'registry ';
const unknownPrefix = 'unknown ';
const fromRegistry = (digest: string) => `${registryPrefix}${digest}`;

function identityOf({ id, digests: [digest] }: LocalImage): string {
  return digest === undefined ? `engine ${id}` : fromRegistry(digest);
}

function localImage(images: Pick<Images, 'localImage'>, reference: string): LocalImage | 'absent' | 'unknown' {
  const parsed = parseReference(reference);
  if (parsed === undefined) return 'unknown';
  const image = images.localImage(parsed);
  if (image.state === 'known') return image.value;
  return image.state === 'failed' && image.problem.kind === 'notFound' ? 'absent' : 'unknown';
}
