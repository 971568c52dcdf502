import { formatPlatform, matchesPlatform, type Platform } from '../../common/platform.ts';
import type { PlatformDetails } from '../../common/registry.ts';
import { ProblemError } from '../util/problemError.ts';

/**
 * The image of an index that `docker pull` would take for `wanted`: the exact platform, else the first for the same system
 * and processor. Without `wanted`: what people mean who say nothing, linux/amd64, else the first.
 */
export function pickPlatform(
  platforms: readonly PlatformDetails[],
  wanted: Platform | undefined,
  subject: string,
): PlatformDetails {
  const usual = { os: 'linux', architecture: 'amd64' };
  const found = platforms.find(({ platform }) => matchesPlatform(wanted ?? usual, platform));
  if (found !== undefined) return found;
  const [first] = platforms;
  if (first !== undefined && (wanted === undefined || platforms.length === 1)) return first;
  const offered = platforms.map(({ platform }) => formatPlatform(platform)).join(', ');
  throw new ProblemError({
    kind: 'notFound',
    subject,
    message:
      first === undefined || wanted === undefined
        ? `${subject} holds no container image.`
        : `${subject} is not there for ${formatPlatform(wanted)}.`,
    ...(first === undefined ? {} : { next: `It is there for ${offered}.` }),
  });
}
