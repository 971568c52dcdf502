import type { Instruction, Word } from '../dockerfile/dockerfile.ts';
import { parseHeredocWord } from '../dockerfile/heredocs.ts';

/** The sources of a COPY or ADD, heredocs left out; none for any other instruction. */
export function copySources({ keyword, words }: Instruction): readonly Word[] {
  if (keyword !== 'COPY' && keyword !== 'ADD') return [];
  return words.slice(0, -1).filter(({ value }) => parseHeredocWord(value) === undefined);
}
