/**
 * The patterns of `${x#pattern}`, `${x%pattern}` and `${x/pattern/text}`: `*`, `?` and escaped characters, no brackets.
 * Matched by stepping through all possibilities at once, never by a regular expression: a hostile one could take forever.
 * Source: convertShellPatternToRegex in BuildKit's shell/lex.go.
 */
export type ShellPattern = readonly (string | typeof anyText | typeof anyCharacter)[];

const anyText = Symbol('*');
const anyCharacter = Symbol('?');

/** Values longer than this are left alone: they are nobody's tag or path. */
const maxValueLength = 4096;

/** Undefined where a character is escaped that must not be. */
export function parsePattern(text: string): ShellPattern | undefined {
  const pattern: (string | typeof anyText | typeof anyCharacter)[] = [];
  const characters = [...text];
  for (let index = 0; index < characters.length; index++) {
    const ch = characters[index]!;
    if (ch === '*') pattern.push(anyText);
    else if (ch === '?') pattern.push(anyCharacter);
    else if (ch === '\\') {
      const escaped = characters[++index] ?? '';
      if (escaped === '' || !'*?\\}/'.includes(escaped)) return undefined;
      pattern.push(escaped);
    } else pattern.push(ch);
  }
  return pattern;
}

/** `value` without what matches at its start (`#`) or end (`%`), as little or as much as possible. */
export function trim(value: string, pattern: ShellPattern, side: '#' | '%', longest: boolean): string {
  const characters = [...value];
  if (characters.length > maxValueLength) return value;
  if (side === '#') {
    const length = matchLength(characters, 0, pattern, longest);
    return length === undefined ? value : characters.slice(length).join('');
  }
  const length = matchLength(characters.reverse(), 0, [...pattern].reverse(), longest);
  return length === undefined ? value : characters.slice(length).reverse().join('');
}

/** `value` with the first match, or all of them, replaced; each as long as possible. */
export function replace(value: string, pattern: ShellPattern, replacement: string, all: boolean): string {
  const characters = [...value];
  if (characters.length > maxValueLength) return value;
  let result = '';
  let at = 0;
  while (at < characters.length) {
    const length = matchLength(characters, at, pattern, true);
    if (length !== undefined && length > 0) {
      result += replacement;
      at += length;
      if (!all) break;
    } else result += characters[at++];
  }
  return result + characters.slice(at).join('');
}

/** How many characters from `start` match, the fewest or the most possible; undefined where none do. */
function matchLength(
  characters: readonly string[],
  start: number,
  pattern: ShellPattern,
  longest: boolean,
): number | undefined {
  let states = reach(new Set([0]), pattern);
  let found = states.has(pattern.length) ? 0 : undefined;
  for (let at = start; at < characters.length && states.size > 0; at++) {
    if (found !== undefined && !longest) return found;
    const next = new Set<number>();
    for (const state of states) {
      const part = pattern[state];
      if (part === anyText) next.add(state);
      else if (part === anyCharacter || part === characters[at]) next.add(state + 1);
    }
    states = reach(next, pattern);
    if (states.has(pattern.length)) found = at - start + 1;
  }
  return found;
}

/** All states that need no further character: a `*` may match nothing. */
function reach(states: Set<number>, pattern: ShellPattern): Set<number> {
  for (const state of states) if (pattern[state] === anyText) states.add(state + 1);
  return states;
}
