/**
 * Which characters BuildKit takes for white space. JavaScript's `\s` and `trim` differ: they count U+FEFF and not U+0085.
 * Source: Go's unicode.IsSpace, and `reWhitespace` in BuildKit's parser.go for what separates words.
 */
import type { JoinedText, Span } from './dockerfile.ts';

export function isSpace(code: number): boolean {
  if (code < 0x80) return code === 0x20 || (code >= 0x09 && code <= 0x0d);
  return (
    code === 0x85 ||
    code === 0xa0 ||
    code === 0x1680 ||
    (code >= 0x2000 && code <= 0x200a) ||
    code === 0x2028 ||
    code === 0x2029 ||
    code === 0x202f ||
    code === 0x205f ||
    code === 0x3000
  );
}

/** What separates a keyword from its arguments and words from one another: tab, VT, FF, CR and blank, nothing of Unicode. */
export function isSeparator(code: number): boolean {
  return code === 0x20 || code === 0x09 || (code >= 0x0b && code <= 0x0d);
}

/** The first index from `start` that is not white space, at most `end`. */
export function skipSpace(text: string, start: number, end: number): number {
  let index = start;
  while (index < end && isSpace(text.charCodeAt(index))) index++;
  return index;
}

/** The index behind the last character before `end` that is not white space, at least `start`. */
export function trimSpaceEnd(text: string, start: number, end: number): number {
  let index = end;
  while (index > start && isSpace(text.charCodeAt(index - 1))) index--;
  return index;
}

/**
 * The bytes of the character at `index` in UTF-8, for what BuildKit reads byte by byte and takes each byte for a character of
 * Latin-1: flags, and the first word of a HEALTHCHECK.
 */
export function utf8At(text: string, index: number): readonly number[] {
  const code = text.codePointAt(index)!;
  if (code < 0x80) return [code];
  if (code < 0x800) return [0xc0 | (code >> 6), 0x80 | (code & 0x3f)];
  if (code < 0x10000) return [0xe0 | (code >> 12), 0x80 | ((code >> 6) & 0x3f), 0x80 | (code & 0x3f)];
  return [0xf0 | (code >> 18), ...[12, 6, 0].map((shift) => 0x80 | ((code >> shift) & 0x3f))];
}

/** How many code units the character at `index` takes. */
export function widthAt(text: string, index: number): number {
  return text.codePointAt(index)! > 0xffff ? 2 : 1;
}

/** The document span of `text.slice(start, end)`. It ends behind its last character, so never inside the next line's indent. */
export function spanOf(joined: JoinedText, start: number, end: number): Span {
  if (end > start) return { start: joined.offsetAt(start), end: joined.offsetAt(end - 1) + 1 };
  const at = start > 0 ? joined.offsetAt(start - 1) + 1 : joined.offsetAt(0);
  return { start: at, end: at };
}
