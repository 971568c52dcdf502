/**
 * The patterns of `${x#pattern}`, `${x%pattern}` and `${x/pattern/text}`: `*`, `?` and escaped characters, no brackets.
 * Matched by stepping through all possibilities at once, never by a regular expression: a hostile one could take forever.
 * Source: convertShellPatternToRegex in BuildKit's shell/lex.go.
 */
export type ShellPattern = readonly (string | typeof anyText | typeof anyCharacter)[];

const anyText = Symbol('*');
const anyCharacter = Symbol('?');

/** How many steps matching may take; where it could be more, the value is left alone: it is nobody's tag or path. */
const maxSteps = 2e5;

/** Undefined where a character is escaped that must not be. */
export function parsePattern(text: string): ShellPattern | undefined {
  const pattern: (string | typeof anyText | typeof anyCharacter)[] = [];
  const characters = [...text.replace(/^\ufeff/, '')];
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

/**
 * A pattern to be read from its end, for `%`. A lone escape at the end comes to stand before what was before it.
 * Source: reversePattern in BuildKit's shell/lex.go.
 */
export function reversed(text: string): string {
  return [...text.matchAll(/\\.|./gsu)]
    .map(([part]) => part)
    .reverse()
    .join('');
}

/**
 * `value` without what matches at its start (`#`) or end (`%`), as little or as much as possible. For `%` the pattern is the
 * {@link reversed} one.
 */
export function trim(value: string, pattern: ShellPattern, side: '#' | '%', longest: boolean): string {
  const characters = [...value];
  if (characters.length * pattern.length > maxSteps) return value;
  if (side === '#') {
    const length = matchLength(characters, 0, pattern, longest);
    return length === undefined ? value : characters.slice(length).join('');
  }
  const length = matchLength(characters.reverse(), 0, pattern, longest);
  return length === undefined ? value : characters.slice(length).reverse().join('');
}

/**
 * `value` with the first match, or all of them, replaced; each as long as possible. A match may be empty, though not directly
 * behind another. Source: Regexp.ReplaceAllString in Go, which expands `$0` in the replacement; a single match is replaced as is.
 */
export function replace(value: string, pattern: ShellPattern, replacement: string, all: boolean): string {
  const characters = [...value];
  if (characters.length ** 2 * pattern.length > maxSteps) return value;
  let result = '';
  let copied = 0;
  for (let at = 0; at <= characters.length; ) {
    const length = matchLength(characters, at, pattern, true);
    if (length === undefined) {
      at++;
      continue;
    }
    const end = at + length;
    result += characters.slice(copied, at).join('');
    if (!all) return result + replacement + characters.slice(end).join('');
    if (end > copied || at === 0) result += expandTemplate(replacement, characters.slice(at, end).join(''));
    copied = end;
    at = Math.max(end, at + 1);
  }
  return result + characters.slice(copied).join('');
}

/** There are no groups in a pattern, so every name but `0` stands for nothing. Source: Regexp.Expand in Go. */
function expandTemplate(template: string, match: string): string {
  return template.replaceAll(/\$(?:(\$)|([\p{L}\p{Nd}_]+)|\{([\p{L}\p{Nd}_]+)\})/gu, (_, dollar, name, braced) =>
    dollar ? '$' : (name ?? braced) === '0' ? match : '',
  );
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
    const ends = characters[at] === '\n'; // no wildcard stands for a line break
    for (const state of states) {
      const part = pattern[state];
      if (ends && part !== '\n') continue;
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
