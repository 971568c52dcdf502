import { parsePlatform } from '../../../common/platform.ts';
import { parseReference } from '../../../common/reference.ts';
import type { ImageUse } from '../imageUses.ts';
import { type ComposeImage, imageAt } from './imageAt.ts';
import { interpolate } from './interpolate.ts';

/** More images than a person keeps in one file. */
const mostImages = 500;

/** The images that a compose file's services name, with the defaults that variables have in their names. */
export function composeUses(text: string): readonly ImageUse[] {
  const uses: ImageUse[] = [];
  for (const match of text.matchAll(/\bimage["']?[ \t]*:(?:[ \t]+(?:[&!]\S*[ \t]+)*["']?|["'])(?=[^\s"'#])/g)) {
    const use = composeUseAt(text, match.index + match[0].length);
    if (use) uses.push(use);
    if (uses.length >= mostImages) break;
  }
  return uses;
}

/** The image whose name `offset` is in or directly behind. */
export function composeUseAt(text: string, offset: number): ImageUse | undefined {
  const image = imageAt(text, offset);
  const name = image && interpolate(image.text);
  const reference = name === undefined ? undefined : parseReference(name);
  return image && reference && { reference, span: image.span, platform: platformOf(image) };
}

function platformOf({ platform }: ComposeImage): ImageUse['platform'] {
  if (platform === undefined) return 'target';
  return parsePlatform(interpolate(platform) ?? '') ?? 'unknown';
}
