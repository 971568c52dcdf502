import type { ShellWord } from '../language/shell/script.ts';

/** A part of a word that the shell replaces at run time, which stays as it is written. */
interface Opaque {
  readonly start: number;
  readonly end: number;
}

/** `text.slice(start, end)` with quotes and escapes undone. `opaque` are the variables and substitutions in it, in order. */
export function unquote(
  text: string,
  start: number,
  end: number,
  opaque: readonly Opaque[],
): Pick<ShellWord, 'text' | 'dynamic' | 'quoted'> {
  let [result, dynamic, quoted, inQuotes] = ['', opaque.length > 0, false, false];
  /** How much of `[…]` or `{…,…}`, which are patterns only when they end, was read. */
  let [bracket, brace] = [false, 'none' as 'none' | 'open' | 'several'];
  let next = 0;
  for (let at = start; at < end; ) {
    while (next < opaque.length && opaque[next]!.start < at) next++;
    const replaced = opaque[next];
    if (replaced?.start === at) {
      result += text.slice(at, replaced.end);
      at = replaced.end;
      continue;
    }
    const ch = text[at]!;
    if (ch === '\\') {
      const skipped = lineBreakAt(text, at + 1);
      if (skipped > 0) at += 1 + skipped;
      else {
        const kept = inQuotes && !'$`"\\'.includes(text[at + 1] ?? ' ');
        result += kept || at + 1 >= end ? text.slice(at, Math.min(at + 2, end)) : text[at + 1];
        at += 2;
      }
      continue;
    }
    if (ch === '"' || (ch === '$' && !inQuotes && text[at + 1] === '"')) {
      inQuotes = !inQuotes;
      quoted = true;
      at += ch === '"' ? 1 : 2;
      continue;
    }
    if (inQuotes) {
      result += ch;
      at++;
      continue;
    }
    if (ch === "'") {
      const close = indexWithin(text, "'", at + 1, end);
      result += text.slice(at + 1, close);
      quoted = true;
      at = close + 1;
      continue;
    }
    if (ch === '$' && text[at + 1] === "'") {
      const close = endOfAnsi(text, at + 2, end);
      result += ansi(text.slice(at + 2, close));
      quoted = true;
      at = close + 1;
      continue;
    }
    if (ch === '*' || ch === '?' || (ch === ']' && bracket) || (ch === '}' && brace === 'several')) dynamic = true;
    else if (ch === '[') bracket = true;
    else if (ch === '{') brace = 'open';
    else if (brace === 'open' && (ch === ',' || text.startsWith('..', at))) brace = 'several';
    result += ch;
    at++;
  }
  return { text: result, dynamic, quoted };
}

/** The length of a line break at `at`, which a backslash before it takes away. */
function lineBreakAt(text: string, at: number): number {
  if (text[at] === '\n') return 1;
  return text.startsWith('\r\n', at) ? 2 : 0;
}

function indexWithin(text: string, token: string, from: number, end: number): number {
  const at = text.indexOf(token, from);
  return at === -1 || at > end ? end : at;
}

function endOfAnsi(text: string, from: number, end: number): number {
  let at = from;
  while (at < end && text[at] !== "'") at += text[at] === '\\' ? 2 : 1;
  return Math.min(at, end);
}

const ansiEscapes: Readonly<Record<string, string>> = {
  ...{ n: '\n', t: '\t', r: '\r', a: '\x07', b: '\b', e: '\x1b', E: '\x1b', f: '\f', v: '\v' },
};

/** What stands in `$'…'`. Source: "ANSI-C Quoting" in the manual of bash. */
function ansi(text: string): string {
  return text.replace(
    /\\(?:x([\da-fA-F]{1,2})|u([\da-fA-F]{1,4})|U([\da-fA-F]{1,8})|([0-7]{1,3})|(.))/gs,
    (all: string, ...[x, u, long, octal, other]: (string | undefined)[]) => {
      const hex = x ?? u ?? long;
      if (hex !== undefined) return codePoint(Number.parseInt(hex, 16)) ?? all;
      if (octal !== undefined) return String.fromCharCode(Number.parseInt(octal, 8) & 0xff);
      return ansiEscapes[other!] ?? ('\\\'"?'.includes(other!) ? other! : all);
    },
  );
}

function codePoint(code: number): string | undefined {
  return code <= 0x10ffff ? String.fromCodePoint(code) : undefined;
}
