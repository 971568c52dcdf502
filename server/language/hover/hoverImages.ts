/** Hover where an image may be named. Everything else is said by `hover.ts`, which waits for nobody. */
import type { Hover, Position } from 'vscode-languageserver-types';
import { composeUseAt } from '../compose/imageUses.ts';
import type { Dockerfile } from '../dockerfile/dockerfile.ts';
import type { Images } from '../host.ts';
import { type ImageUse, imageUseAt } from '../imageUses.ts';
import { lineStartsOf, offsetAt, rangeOf } from '../position.ts';
import { imageOfDefault } from '../writtenImage.ts';
import { hover } from './hover.ts';
import { imageMarkdown, type Reading } from './image.ts';

/** Explains what stands at `offset`, with what is known of an image within 300 ms. */
export async function hoverWithImages(
  dockerfile: Dockerfile,
  offset: number,
  images: Images,
  reading: Reading,
  signal: AbortSignal,
): Promise<Hover | undefined> {
  const use = imageUseAt(dockerfile, offset) ?? imageOfDefault(dockerfile, offset);
  if (use === undefined) return hover(dockerfile, offset);
  // In the name of a base image it is a variable that is explained, elsewhere the flag that the name is the value of.
  const variable = use.stage && hover(dockerfile, offset);
  return hoverOf(dockerfile, use, images, reading, signal, variable);
}

/** The same for the `image` of a service in a compose file, of which nothing else is explained. */
export async function composeHover(
  text: string,
  position: Position,
  images: Images,
  reading: Reading,
  signal: AbortSignal,
): Promise<Hover | undefined> {
  const file = { text, lineStarts: lineStartsOf(text) };
  const use = composeUseAt(text, offsetAt(file, position));
  return use && hoverOf(file, use, images, reading, signal);
}

async function hoverOf(
  file: Pick<Dockerfile, 'text' | 'lineStarts'>,
  { reference, platform, span }: ImageUse,
  images: Images,
  reading: Reading,
  signal: AbortSignal,
  before?: Hover,
): Promise<Hover> {
  const wanted = typeof platform === 'string' ? undefined : platform;
  const image = await imageMarkdown({ reference, platform: wanted }, images, reading, signal);
  const contents = before?.contents;
  const first =
    typeof contents === 'object' && 'value' in contents && 'kind' in contents ? `${contents.value}\n\n---\n\n` : '';
  return { contents: { kind: 'markdown', value: first + image }, range: rangeOf(file, span) };
}
