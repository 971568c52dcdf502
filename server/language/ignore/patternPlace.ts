import type { Location, Range } from 'vscode-languageserver-types';
import { type IgnoreLine, readIgnoreLines } from '../../../common/ignore.ts';

/** Where a pattern of an ignore file stands, by its index among the patterns. */
export function patternPlace(
  file: { readonly uri: string; readonly text: string },
  index: number,
): Location | undefined {
  const line = readIgnoreLines(file.text)[index];
  return line && { uri: file.uri, range: rangeOfLine(line) };
}

export function rangeOfLine({ line, start, end }: IgnoreLine): Range {
  return { start: { line, character: start }, end: { line, character: end } };
}
