/**
 * Which files of a build context .dockerignore leaves out, exactly as moby decides it (not as git does).
 * Source: moby/patternmatcher patternmatcher.go and ignorefile/ignorefile.go. Paths here always use `/`.
 */

import { longGlobTest } from './longGlob.ts';

export interface PatternMatcher {
  readonly patterns: readonly Pattern[];
  /** Whether `path` is matched. `parent` is the `rules` of its directory, absent at the top. */
  match(path: string, parent?: readonly boolean[]): { readonly matched: boolean; readonly rules: readonly boolean[] };
}

export interface Pattern {
  /** Cleaned, without `!`. */
  readonly text: string;
  /** Written with `!`: takes back what earlier patterns matched. */
  readonly exception: boolean;
  test(path: string): boolean;
}

/** A line of a .dockerignore file that holds a pattern. */
export interface IgnoreLine {
  /** From 0, as LF ends lines. */
  readonly line: number;
  /** Where the pattern stands in the line, `!` included, in UTF-16 units. */
  readonly start: number;
  readonly end: number;
  /** Cleaned, with its `!`. */
  readonly pattern: string;
}

/** The patterns of a .dockerignore file, cleaned, in their order. */
export function readIgnoreFile(text: string): readonly string[] {
  return readIgnoreLines(text).map(({ pattern }) => pattern);
}

/** The same with their places. */
export function readIgnoreLines(text: string): readonly IgnoreLine[] {
  return text.split('\n').flatMap((whole, line) => {
    const mark = line === 0 && whole.startsWith('\uFEFF') ? 1 : 0;
    const written = whole.slice(mark);
    const trimmed = written.trim();
    if (written.startsWith('#') || trimmed === '') return [];
    const exception = trimmed.startsWith('!');
    let pattern = exception ? trimmed.slice(1).trim() : trimmed;
    if (pattern !== '') pattern = cleanPath(pattern);
    if (pattern.length > 1 && pattern.startsWith('/')) pattern = pattern.slice(1);
    const start = mark + written.indexOf(trimmed);
    return [{ line, start, end: start + trimmed.length, pattern: exception ? `!${pattern}` : pattern }];
  });
}

/** Throws {@link MalformedPattern}. */
export function patternMatcher(texts: readonly string[]): PatternMatcher {
  const patterns = texts.flatMap((text) => {
    const trimmed = text.trim();
    return trimmed === '' ? [] : [compile(cleanPath(trimmed))];
  });
  return {
    patterns,
    match(path, parent) {
      let matched = false;
      const rules = patterns.map((pattern, index) => {
        let match = parent?.[index] ?? false;
        if (!match) {
          // An exception can only undo, any other pattern only add.
          if (pattern.exception !== matched) return false;
          match = pattern.test(path);
        }
        if (match) matched = !pattern.exception;
        return match;
      });
      return { matched, rules };
    },
  };
}

/**
 * Whether something below the folder could match one of the patterns (of the exceptions, when `exceptions`): else nobody has to
 * look into it. Source: tonistiigi/fsutil filter.go.
 */
export function mayHold(path: string, matcher: PatternMatcher, exceptions: boolean): boolean {
  const texts = matcher.patterns
    .filter((pattern) => pattern.exception === exceptions)
    .map((pattern) => pattern.text.replace(/\/\*\*$/, '').replace(/\/\*$/, ''));
  return texts.some((text) => /[*[\]?^\\]/.test(text)) || texts.some((text) => `${text}/`.startsWith(`${path}/`));
}

function compile(text: string): Pattern {
  const exception = text.startsWith('!');
  const glob = exception ? text.slice(1) : text;
  if (glob === '' || !isGlob(glob)) throw new MalformedPattern(text);
  return { text: glob, exception, test: globTest(glob) };
}

/** How moby reads a pattern: most are compared as text, and only the rest become an expression. */
export function globTest(glob: string): (path: string) => boolean {
  let kind: 'exact' | 'prefix' | 'suffix' | 'expression' = 'exact';
  let source = '^';
  const characters = [...glob];
  let first = true;
  for (let at = 0; at < characters.length; first = false) {
    const character = characters[at++]!;
    if (character === '*' && characters[at] === '*') {
      at++;
      if (characters[at] === '/') at++;
      if (at >= characters.length) {
        if (kind === 'exact') kind = 'prefix';
        else {
          source += '.*';
          kind = 'expression';
        }
      } else {
        source += '(.*/)?';
        kind = 'expression';
      }
      if (first) kind = 'suffix';
    } else if (character === '*' || character === '?') {
      source += character === '*' ? '[^/]*' : '[^/]';
      kind = 'expression';
    } else if ('.+()|{}$'.includes(character)) {
      source += `\\${character}`;
    } else if (character === '\\') {
      const next = characters[at++]!;
      // A letter after the backslash reaches Go's expression compiler unchanged: `\d` is a digit there, `\y` an error.
      if (/[a-zA-Z0-9]/.test(next) && !/[dDwWsSbBtnrfv]/.test(next)) throw new MalformedPattern(glob);
      source += `\\${next}`;
      kind = 'expression';
    } else {
      source += character;
      if (character === '[' || character === ']') kind = 'expression';
    }
  }
  if (kind === 'exact') return (path) => path === glob;
  if (kind === 'prefix') return (path) => path.startsWith(glob.slice(0, -2));
  if (kind === 'suffix') {
    const suffix = glob.slice(2);
    return (path) => path.endsWith(suffix) || (suffix.startsWith('/') && path === suffix.slice(1));
  }
  const expression = expressionOf(`${source}$`, glob);
  return longGlobTest(glob) ?? ((path) => expression.test(path));
}

/** Go's expressions count characters, so Unicode mode first; it refuses some escapes that Go allows. */
function expressionOf(source: string, glob: string): RegExp {
  for (const flags of ['su', 's']) {
    try {
      return new RegExp(source, flags);
    } catch {} // Tried again without Unicode mode, then reported below.
  }
  throw new MalformedPattern(glob);
}

/** Whether Go's filepath.Match takes the pattern. */
function isGlob(glob: string): boolean {
  let at = 0;
  const one = (): boolean => {
    if (at >= glob.length || glob[at] === '-' || glob[at] === ']') return false;
    if (glob[at] === '\\') at++;
    at++;
    return at < glob.length;
  };
  while (at < glob.length) {
    const character = glob[at++];
    if (character === '\\' && at++ >= glob.length) return false;
    if (character !== '[') continue;
    if (glob[at] === '^') at++;
    for (let ranges = 0; ranges === 0 || glob[at] !== ']'; ranges++) {
      if (!one()) return false;
      if (glob[at] === '-') {
        at++;
        if (!one()) return false;
      }
    }
    at++;
  }
  return true;
}

/** Go's filepath.Clean for paths with `/`: no empty part, no `.`, and `..` only where it leads out. */
export function cleanPath(path: string): string {
  const rooted = path.startsWith('/');
  const parts: string[] = [];
  for (const part of path.split('/')) {
    if (part === '' || part === '.') continue;
    if (part !== '..') parts.push(part);
    else if (parts.length > 0 && parts.at(-1) !== '..') parts.pop();
    else if (!rooted) parts.push(part);
  }
  const cleaned = parts.join('/');
  if (rooted) return `/${cleaned}`;
  return cleaned === '' ? '.' : cleaned;
}

/** A pattern that moby refuses, and with it the whole .dockerignore file. */
export class MalformedPattern extends Error {
  readonly pattern: string;

  constructor(pattern: string) {
    super(`The pattern "${pattern}" is malformed.`);
    this.name = 'MalformedPattern';
    this.pattern = pattern;
  }
}
