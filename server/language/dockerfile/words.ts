import { isSeparator, isSpace, spanOf } from './characters.ts';
import type { JoinedText, Word } from './dockerfile.ts';

/** Words between blanks, whatever they hold: FROM, EXPOSE, COPY. Source: parseStringsWhitespaceDelimited. */
export function splitWords(body: JoinedText): readonly Word[] {
  const { text } = body;
  const words: Word[] = [];
  let start = 0;
  for (let at = 0; at <= text.length; at++) {
    if (at < text.length && !isSeparator(text.charCodeAt(at))) continue;
    if (at > start) words.push(wordOf(body, start, at));
    start = at + 1;
  }
  return words;
}

/** Words between blanks, where quotes and the escape character keep blanks inside: ENV, LABEL, ARG. Source: parseWords. */
export function splitQuotedWords(body: JoinedText, escapeToken: string): readonly Word[] {
  const { text } = body;
  const words: Word[] = [];
  let at = 0;
  while (at < text.length) {
    while (at < text.length && isSpace(text.charCodeAt(at))) at++;
    const start = at;
    let end = at;
    let quote: string | undefined;
    for (; at < text.length; at++) {
      const ch = text[at]!;
      if (quote === undefined && isSpace(text.charCodeAt(at))) break;
      if (ch === escapeToken && quote !== "'") {
        if (at + 1 === text.length) continue; // the very last character: dropped
        at++;
      } else if (ch === quote) quote = undefined;
      else if (quote === undefined && (ch === '"' || ch === "'")) quote = ch;
      end = at + 1;
    }
    if (end > start) words.push(wordOf(body, start, end));
  }
  return words;
}

export function wordOf(body: JoinedText, start: number, end: number): Word {
  return { value: body.text.slice(start, end), span: spanOf(body, start, end) };
}
