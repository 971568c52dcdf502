import type { Position, Range } from 'vscode-languageserver-types';
import type { Dockerfile, Span } from './dockerfile/dockerfile.ts';

/** Offsets at which the lines of `text` begin, with the line ends of the LSP: LF, CRLF or a lone CR. */
export function lineStartsOf(text: string): readonly number[] {
  const starts = [0];
  const lineBreak = /\r\n?|\n/g;
  while (lineBreak.test(text)) starts.push(lineBreak.lastIndex);
  return starts;
}

/** The position of an offset. An offset outside the text becomes its start or end. */
export function positionAt(dockerfile: Pick<Dockerfile, 'text' | 'lineStarts'>, offset: number): Position {
  return positionFrom(dockerfile, offset, 0);
}

/** Of an offset that is in line `first` or behind it. */
function positionFrom(
  { text, lineStarts }: Pick<Dockerfile, 'text' | 'lineStarts'>,
  offset: number,
  first: number,
): Position {
  const at = Math.min(Math.max(offset, 0), text.length);
  let low = first;
  // Most of what has a range ends in the line in which it begins.
  let high = lineStarts[first + 1]! > at ? first : lineStarts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (lineStarts[middle]! <= at) low = middle;
    else high = middle - 1;
  }
  return { line: low, character: at - lineStarts[low]! };
}

/** The offset of a position. A character behind the end of its line means the end of that line, before the line break. */
export function offsetAt(dockerfile: Pick<Dockerfile, 'text' | 'lineStarts'>, position: Position): number {
  const { text, lineStarts } = dockerfile;
  if (position.line < 0) return 0;
  const start = lineStarts[position.line];
  if (start === undefined) return text.length;
  let end = lineStarts[position.line + 1] ?? text.length;
  if (end > start && text[end - 1] === '\n') end--;
  if (end > start && text[end - 1] === '\r') end--;
  return Math.min(start + Math.max(position.character, 0), end);
}

export function rangeOf(dockerfile: Pick<Dockerfile, 'text' | 'lineStarts'>, span: Span): Range {
  const start = positionAt(dockerfile, span.start);
  return { start, end: positionFrom(dockerfile, span.end, start.line) };
}
