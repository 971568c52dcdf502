import type { JoinedText, Span } from '../dockerfile/dockerfile.ts';

/** The way back from a string of a JSON array to what it is written with, exact through escapes: `\"` is one character. */
export function jsonTextOf(body: JoinedText, index: number): (start: number, end: number) => Span {
  const literal = [...body.text.matchAll(/"(?:[^"\\]|\\.)*"/g)][index];
  const written = literal?.[0].slice(1, -1) ?? '';
  const first = (literal?.index ?? 0) + 1;
  /** Where each character begins in `written`, and where the last one ends. */
  const starts = [...written.matchAll(/\\u.{4}|\\.|[^\\]/gs)].map((match) => match.index);
  starts.push(written.length);
  const at = (character: number) => first + starts[Math.min(character, starts.length - 1)]!;
  return (start, end) => {
    const from = at(start);
    const to = at(Math.max(start, end));
    if (to > from) return { start: body.offsetAt(from), end: body.offsetAt(to - 1) + 1 };
    const place = body.offsetAt(from);
    return { start: place, end: place };
  };
}
