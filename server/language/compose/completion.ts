import { parsePlatform } from '../../../common/platform.ts';
import { imagePart } from '../completion/imagePart.ts';
import { type Completed, type CompletionSupport, itemsOf, nothingToOffer } from '../completion/item.ts';
import { referenceOffers } from '../completion/reference.ts';
import type { Images } from '../host.ts';
import { lineStartsOf } from '../position.ts';
import { imageAt } from './imageAt.ts';
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
  const cursor = offset - image.span.start;
  const part = imagePart(image.text, cursor);
  if (part === undefined) return nothingToOffer;
  const span = { start: image.span.start + part.start, end: image.span.start + part.end };
  const question = {
    typed: { text: image.text.slice(part.start, cursor), span, cursor: offset },
    ...{ word: image.text.slice(part.start, part.end), around: part },
    scratch: false,
    stages: [],
    platform: parsePlatform((image.platform && interpolate(image.platform)) ?? ''),
    expand: interpolate,
  };
  const { offers: found, typed } = await referenceOffers(question, images, signal);
  const { offers, incomplete, late = false } = found;
  const items = itemsOf({ text, lineStarts: lineStartsOf(text) }, typed, support, offers);
  return { list: { isIncomplete: incomplete, items }, late };
}
