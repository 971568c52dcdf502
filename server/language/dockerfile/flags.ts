import { isSpace, spanOf, utf8At, widthAt } from './characters.ts';
import type { Flag, JoinedText } from './dockerfile.ts';

export interface Flags {
  readonly flags: readonly Flag[];
  /** Where the arguments behind them begin. */
  readonly end: number;
  /** How many bytes of a character that a flag ended in are left before `end`: they belong to the arguments. */
  readonly strayBytes: number;
}

/**
 * The flags from `start` of `line`. A flag may hold quoted blanks; `--` ends the flags. BuildKit reads them byte by byte, so
 * that the second half of an `à` is a blank to it. Source: extractBuilderFlags in split_command.go.
 */
export function parseFlags(line: JoinedText, start: number, escapeToken: string): Flags {
  const { text } = line;
  const flags: Flag[] = [];
  let at = start;
  while (true) {
    while (at < text.length && text.charCodeAt(at) < 0x80 && isSpace(text.charCodeAt(at))) at++;
    if (!text.startsWith('--', at)) return { flags, end: at, strayBytes: 0 };
    const word = unquote(text, at, escapeToken);
    if (word.text === '--') return { flags, end: word.end, strayBytes: 0 };
    flags.push(toFlag(line, at, word));
    at = word.end;
    if (word.strayBytes > 0) return { flags, end: at, strayBytes: word.strayBytes };
  }
}

interface Unquoted {
  readonly text: string;
  readonly end: number;
  readonly strayBytes: number;
  /** Where the first `=` stands in the line. */
  readonly equals: number | undefined;
}

function unquote(line: string, start: number, escapeToken: string): Unquoted {
  let text = '';
  let equals: number | undefined;
  let quote: string | undefined;
  let at = start;
  for (; at < line.length; at++) {
    let ch = line[at]!;
    if (ch === escapeToken) {
      if (at + 1 === line.length) continue;
      ch = line[++at]!;
    } else if (quote === undefined ? ch === '"' || ch === "'" : ch === quote) {
      quote = quote === undefined ? ch : undefined;
      continue;
    } else if (quote === undefined && ch < '\x80' && isSpace(line.charCodeAt(at))) break;
    if (ch >= '\x80') {
      const bytes = utf8At(line, at);
      const space = quote === undefined ? bytes.findIndex(isSpace) : -1;
      text += String.fromCharCode(...(space === -1 ? bytes : bytes.slice(0, space)));
      at += widthAt(line, at) - 1;
      if (space === -1) continue;
      const stray = bytes.slice(space).findIndex((byte) => !isSpace(byte));
      return { text, end: at + 1, strayBytes: stray === -1 ? 0 : bytes.length - space - stray, equals };
    }
    if (ch === '=') equals ??= at;
    text += ch;
  }
  return { text, end: at, strayBytes: 0, equals };
}

function toFlag(line: JoinedText, start: number, { text, end, equals }: Unquoted): Flag {
  const split = text.indexOf('=');
  const flag = { text, span: spanOf(line, start, end), nameSpan: spanOf(line, start + 2, equals ?? end) };
  if (equals === undefined) return { ...flag, name: text.slice(2) };
  const value = text.slice(split + 1);
  return { ...flag, name: text.slice(2, split), value, valueSpan: spanOf(line, equals + 1, end) };
}
