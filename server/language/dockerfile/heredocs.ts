import type { Heredoc } from './dockerfile.ts';
import { readShellWord } from './shellWord.ts';

export type HeredocStart = Pick<Heredoc, 'name' | 'fileDescriptor' | 'expand' | 'chomp'>;

/**
 * The heredocs that a RUN, COPY or ADD opens, in order. A line whose quotes do not close opens none. The escape character
 * is always the backslash here. Source: heredocsFromLine and heredocFromMatch in BuildKit's parser.go.
 */
export function heredocStarts(line: string): readonly HeredocStart[] {
  if (!line.includes('<<')) return [];
  const { words } = readShellWord(line, {
    escapeToken: '\\',
    rawQuotes: true,
    rawEscapes: true,
    keepUnset: true,
    split: true,
  });
  return words.map(parseHeredocWord).filter((start) => start !== undefined);
}

/** `3<<-"EOF"` as BuildKit reads it; undefined when the word opens no heredoc. */
export function parseHeredocWord(word: string): HeredocStart | undefined {
  if (!word.includes('<<')) return undefined;
  const match = /^(\d*)<<(-?)[\t\n\f\r ]*([^<]*)$/.exec(word);
  if (match === null || match[3] === '') return undefined;
  const unquoted = readShellWord(match[3]!, { escapeToken: '\\', keepUnset: true, split: true });
  const name = unquoted.words[0];
  if (name === undefined || unquoted.words.length > 1) return undefined;
  const quoted = readShellWord(match[3]!, { escapeToken: '\\', rawQuotes: true, keepUnset: true, split: true });
  return {
    name,
    fileDescriptor: Math.min(Number(match[1]), 2 ** 64),
    expand: quotes(name) === quotes(quoted.words[0] ?? ''),
    chomp: match[2] === '-',
  };
}

function quotes(text: string): number {
  return text.replace(/[^'"]/g, '').length;
}
