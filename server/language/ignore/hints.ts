import type { InlayHint, Range } from 'vscode-languageserver-types';
import { type ByteUnits, fileCount, formatBytesIn, grouped } from '../../../common/bytes.ts';
import { readIgnoreLines } from '../../../common/ignore.ts';
import type { LineEffect } from '../host.ts';

/** Behind each pattern of an ignore file what it keeps out, or what it lets in again. `effects` are in the order of the patterns. */
export function ignoreHints(
  text: string,
  effects: readonly (LineEffect | undefined)[],
  range: Range,
  units: ByteUnits,
): InlayHint[] {
  return readIgnoreLines(text).flatMap(({ line, end, pattern }, index) => {
    const effect = effects[index];
    if (!effect || effect.files === 0 || line < range.start.line || line > range.end.line) return [];
    const size = `${fileCount(effect.files)} · ${formatBytesIn(units, effect.bytes)}`;
    const exact = `${fileCount(effect.files)} of ${grouped(effect.bytes)} bytes`;
    const [label, tooltip] = pattern.startsWith('!')
      ? [`lets in ${size}`, `Lets ${exact} into builds again that patterns above keep out.`]
      : [size, `Keeps ${exact} out of builds.`];
    return [{ position: { line, character: end }, label, tooltip, paddingLeft: true }];
  });
}
