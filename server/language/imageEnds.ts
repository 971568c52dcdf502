/** What is known about the end of images: retired repositories, versions that nobody builds or supports any more. */

import type { ImageReference } from '../../common/reference.ts';
import { VersionLines } from '../../common/tagGroups.ts';
import { readTag } from '../../common/versionOrder.ts';
import { dotnetImage, productName } from './diagnostics/rules/dotnet/image.ts';
import { endOfLife } from './diagnostics/rules/dotnet/releases.ts';
import type { BundledRepository } from './host.ts';

/** A sentence each; empty where there is nothing to say for certain. `now` in milliseconds since 1970. */
export function imageEnds(
  reference: ImageReference,
  bundle: BundledRepository | undefined,
  now: number,
): readonly string[] {
  const dotnet = dotnetImage(reference);
  if (dotnet?.deprecated) return [`This repository gets no images any more. Its successor is ${dotnet.repository}.`];
  const end = dotnet?.version === undefined ? undefined : endOfLife(dotnet.version, now);
  if (end !== undefined) return [`${productName(dotnet!.version!)} has had no security fixes since ${end}.`];
  if (bundle === undefined) return [];
  if (bundle.retired)
    return [`This image is retired: nothing has been built for it since ${dayOf(bundle.at)} or before.`];
  const { tag = 'latest' } = reference;
  return isLeft(tag, bundle) ? [`As of ${dayOf(bundle.at)}, ${tag} was not among the tags that are still built.`] : [];
}

/** Of a version alone it is certain: other names may have come up since. */
function isLeft(tag: string, bundle: BundledRepository): boolean {
  const tags = bundle.images.flatMap((image) => image.tags);
  const read = readTag(tag);
  return read.rank === 1 && !tags.includes(tag) && !new VersionLines(tags).isNewer(read);
}

const dayOf = (at: number): string => new Date(at).toISOString().slice(0, 10);
