import { isSpace, spanOf } from './characters.ts';
import type { Flag, JoinedText } from './dockerfile.ts';

/**
 * The flags from `start` of `line`, and where the arguments behind them begin. A flag may hold quoted blanks; `--` ends the
 * flags; the backslash escapes whatever the escape directive says. Source: extractBuilderFlags in split_command.go.
 */
export function parseFlags(line: JoinedText, start: number): { readonly flags: readonly Flag[]; readonly end: number } {
  const { text } = line;
  const flags: Flag[] = [];
  let at = start;
  while (true) {
    while (at < text.length && isSpace(text.charCodeAt(at))) at++;
    if (!text.startsWith('--', at)) return { flags, end: at };
    const word = unquote(text, at);
    if (word.text === '--') return { flags, end: word.end };
    flags.push(toFlag(line, at, word));
    at = word.end;
  }
}

interface Unquoted {
  readonly text: string;
  readonly end: number;
  /** Where the first `=` stands in the line. */
  readonly equals: number | undefined;
}

function unquote(line: string, start: number): Unquoted {
  let text = '';
  let equals: number | undefined;
  let quote: string | undefined;
  let at = start;
  for (; at < line.length; at++) {
    let ch = line[at]!;
    if (quote === undefined && isSpace(line.charCodeAt(at))) break;
    if (quote === undefined ? ch === '"' || ch === "'" : ch === quote) {
      quote = quote === undefined ? ch : undefined;
      continue;
    }
    if (ch === '\\') {
      if (at + 1 === line.length) continue;
      ch = line[++at]!;
    }
    if (ch === '=') equals ??= at;
    text += ch;
  }
  return { text, end: at, equals };
}

function toFlag(line: JoinedText, start: number, { text, end, equals }: Unquoted): Flag {
  const split = text.indexOf('=');
  const flag = { text, span: spanOf(line, start, end), nameSpan: spanOf(line, start + 2, equals ?? end) };
  if (equals === undefined) return { ...flag, name: text.slice(2) };
  const value = text.slice(split + 1);
  return { ...flag, name: text.slice(2, split), value, valueSpan: spanOf(line, equals + 1, end) };
}
