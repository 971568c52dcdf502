import { isSeparator, spanOf } from './characters.ts';
import type { Instruction, JoinedText, ParseError, Word } from './dockerfile.ts';
import { indexAt } from './joinedText.ts';
import { splitQuotedWords, wordOf } from './words.ts';

/**
 * The arguments of ENV and LABEL: key, value and separator in turn; the separator is empty in the old form `ENV key value`.
 * Source: parseNameVal in line_parsers.go.
 */
export function parseKeyValues(
  keyword: string,
  body: JoinedText,
  escapeToken: string,
): { readonly words: readonly Word[]; readonly error?: ParseError } {
  const words = splitQuotedWords(body, escapeToken);
  const first = words[0];
  if (first === undefined) return { words };
  if (!first.value.includes('=')) return parseOldForm(keyword, body, words);

  const parts: Word[] = [];
  let error: ParseError | undefined;
  let at = 0;
  for (const word of words) {
    const start = body.text.indexOf(word.value, at);
    at = start + word.value.length;
    const equals = word.value.indexOf('=');
    if (equals === -1) {
      const message = `${keyword} has "${word.value}" without a value. Write it as ${word.value}=value.`;
      error ??= { code: 'MissingEquals', message, span: word.span };
      continue;
    }
    const split = start + equals;
    parts.push(wordOf(body, start, split), wordOf(body, split + 1, at), wordOf(body, split, split + 1));
  }
  return error === undefined ? { words: parts } : { words: parts, error };
}

function parseOldForm(
  keyword: string,
  body: JoinedText,
  words: readonly Word[],
): { readonly words: readonly Word[]; readonly error?: ParseError } {
  const { text } = body;
  let keyEnd = 0;
  while (keyEnd < text.length && !isSeparator(text.charCodeAt(keyEnd))) keyEnd++;
  if (keyEnd === text.length) {
    const message = `${keyword} needs a value for "${text}". Write it as ${text}=value.`;
    return { words, error: { code: 'MissingArgument', message, span: spanOf(body, 0, text.length) } };
  }
  let valueStart = keyEnd;
  while (valueStart < text.length && isSeparator(text.charCodeAt(valueStart))) valueStart++;
  const end = text.length;
  return {
    words: [wordOf(body, 0, keyEnd), wordOf(body, valueStart, end), wordOf(body, end, end)],
  };
}

/** One `key=value` of ENV, LABEL or ARG. */
export interface KeyValue {
  readonly key: Word;
  /** Undefined in `ARG key` only. Quotes are kept. */
  readonly value?: Word;
  /** `ENV key value`, without `=`. */
  readonly oldForm: boolean;
}

/** The pairs of an ENV, LABEL or ARG; empty for every other instruction. */
export function keyValues(instruction: Instruction): readonly KeyValue[] {
  const { words } = instruction;
  if (instruction.keyword === 'ENV' || instruction.keyword === 'LABEL') {
    const pairs: KeyValue[] = [];
    for (let index = 0; index + 2 < words.length; index += 3) {
      pairs.push({ key: words[index]!, value: words[index + 1]!, oldForm: words[index + 2]!.value === '' });
    }
    return pairs;
  }
  if (instruction.keyword !== 'ARG') return [];
  return words.map((word) => splitArgument(instruction, word));
}

function splitArgument({ body }: Instruction, word: Word): KeyValue {
  const equals = word.value.indexOf('=');
  if (equals === -1) return { key: word, oldForm: false };
  const start = indexAt(body, word.span.start);
  const split = start + equals;
  return {
    key: wordOf(body, start, split),
    value: wordOf(body, split + 1, start + word.value.length),
    oldForm: false,
  };
}
