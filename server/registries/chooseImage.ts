/** Which image of a tag is meant: that of one platform. */
import { formatPlatform, matchesPlatform, normalisePlatform, type Platform } from '../../common/platform.ts';
import { ProblemError } from '../util/problemError.ts';
import type { Manifest } from './manifest.ts';
import type { RegistryClient } from './registry.ts';

export interface Wanted extends Platform {
  /** Nobody asked for it: where there is none, the nearest will do. */
  readonly orNearest?: boolean;
}

/** What an engine of that platform would pull. */
export const bestFor = (engine: Platform | undefined): Wanted | undefined => engine && { ...engine, orNearest: true };

interface Offered {
  readonly digest: string;
  readonly platform: Platform;
}

/** What people mean who say nothing. */
const usual: Wanted = { os: 'linux', architecture: 'amd64', orNearest: true };

/**
 * The image that `docker pull --platform` would take: the exact platform, the newest of several builds of Windows, else an
 * older variant of the processor. A single image is what is meant, whatever it is for. Throws a ProblemError `notFound` that
 * names what there is. Source: containerd/platforms, Only.
 */
export function pickPlatform<T extends Offered>(images: readonly T[], wanted: Wanted | undefined, subject: string): T {
  const asked = wanted ?? usual;
  const [first, ...others] = images;
  if (first === undefined) throw noImage(subject);
  if (others.length === 0) return first;
  const found = best(images, asked) ?? (asked.orNearest ? (images.find(isFor(asked)) ?? first) : undefined);
  if (found !== undefined) return found;
  const offered = images.map(({ platform }) => formatPlatform(platform));
  throw new ProblemError({
    kind: 'notFound',
    subject,
    message: `${subject} is not there for ${formatPlatform(asked)}.`,
    next: `It is there for ${[...new Set(offered)].slice(0, 20).join(', ')}.`,
  });
}

function best<T extends Offered>(images: readonly T[], wanted: Platform): T | undefined {
  const exact = images.filter(({ platform }) => matchesPlatform(wanted, platform));
  const [newest] = exact.sort((a, b) => buildOrder(b.platform) - buildOrder(a.platform));
  if (newest !== undefined) return newest;
  const level = levelOf(wanted);
  const older = images.filter(isFor(wanted)).filter(({ platform }) => levelOf(platform) < level);
  return older.sort((a, b) => levelOf(b.platform) - levelOf(a.platform))[0];
}

const isFor =
  (wanted: Platform) =>
  ({ platform }: Offered): boolean => {
    const [a, b] = [normalisePlatform(wanted), normalisePlatform(platform)];
    return a.os === b.os && a.architecture === b.architecture;
  };

/** Of `v7` 7. What says nothing is what runs everywhere: `arm64` is `v8`, `amd64` is `v1`. */
function levelOf(platform: Platform): number {
  const { architecture, variant } = normalisePlatform(platform);
  const level = /^v(\d{1,2})/.exec(variant ?? '')?.[1];
  return level === undefined ? (architecture === 'arm64' ? 8 : 1) : Number(level);
}

/** Of `10.0.20348.2700`, the numbers that tell two versions of Windows apart. */
function buildOrder({ osVersion = '' }: Platform): number {
  const [, , build = '0', revision = '0'] = osVersion.split('.');
  const order = Number(build) * 1_000_000 + Number(revision);
  return Number.isSafeInteger(order) ? order : 0;
}

/** The digest of the image that is meant, by what the index says alone where it says all. Throws a ProblemError. */
export async function chooseImage(
  client: RegistryClient,
  repository: string,
  { digest, manifest }: { readonly digest: string; readonly manifest: Manifest },
  wanted: Wanted | undefined,
  subject: string,
  signal: AbortSignal,
): Promise<string> {
  if (manifest.kind === 'image') return digest;
  if (manifest.kind === 'artifact') throw noImage(subject);
  const told = manifest.images.flatMap(({ platform, ...entry }) => (platform ? [{ ...entry, platform }] : []));
  const isAll = told.length === manifest.images.length;
  const images = isAll ? told : (await client.details(repository, digest, signal)).platforms;
  return pickPlatform(images, wanted, subject).digest;
}

function noImage(subject: string): ProblemError {
  const message = `${subject} holds no container image.`;
  return new ProblemError({ kind: 'unsupported', subject, message, next: 'Look at its manifest.' });
}
