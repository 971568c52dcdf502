import { parsePlatform } from '../../../common/platform.ts';
import { nameLength, tagColon } from '../completion/imageName.ts';
import { imageOffers } from '../completion/images.ts';
import { type Completed, type CompletionSupport, itemsOf, nothingToOffer, type Offers } from '../completion/item.ts';
import { repositoryNamed, tagOffers } from '../completion/tags.ts';
import type { Images } from '../host.ts';
import { lineStartsOf } from '../position.ts';
import { type ComposeImage, imageAt } from './imageAt.ts';
import { interpolate } from './interpolate.ts';

/** Images and tags for the `image` of a service. Waits no longer than `images` does. Throws AbortError when `signal` aborts. */
export async function composeCompletion(
  text: string,
  offset: number,
  images: Images,
  support: CompletionSupport,
  signal: AbortSignal,
): Promise<Completed> {
  const image = imageAt(text, offset);
  if (image === undefined) return nothingToOffer;
  const typed = image.text.slice(0, offset - image.span.start);
  if (typed.includes('@')) return nothingToOffer;
  const colon = tagColon(typed);
  const { offers, incomplete, late = false } = await offersFor(image, typed, colon, images, signal);
  const tagEnd = image.span.start + (image.text.indexOf('@') === -1 ? image.text.length : image.text.indexOf('@'));
  const span = colon === -1 ? image.span : { start: image.span.start + colon + 1, end: tagEnd };
  const items = itemsOf({ text, lineStarts: lineStartsOf(text) }, { span, cursor: offset }, support, offers);
  return { list: { isIncomplete: incomplete, items }, late };
}

async function offersFor(
  { text, span, platform: written }: ComposeImage,
  typed: string,
  colon: number,
  images: Images,
  signal: AbortSignal,
): Promise<Offers> {
  if (colon === -1) {
    const question = { typed, nameEnd: span.start + nameLength(text), scratch: false, expand: interpolate };
    return imageOffers(question, images, signal);
  }
  const name = interpolate(typed.slice(0, colon));
  const reference = name === undefined ? undefined : repositoryNamed(name);
  if (reference === undefined) return { offers: [], incomplete: false };
  const platform = parsePlatform((written && interpolate(written)) ?? '');
  return tagOffers({ reference, typed: typed.slice(colon + 1), ...(platform && { platform }) }, images, signal);
}
