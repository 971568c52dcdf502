import { cleanPath } from '../../../common/ignore.ts';
import type { Dockerfile, Instruction, Word } from '../dockerfile/dockerfile.ts';
import { parseHeredocWord } from '../dockerfile/heredocs.ts';
import { readShellWord } from '../dockerfile/shellWord.ts';

/** The sources of a COPY or ADD, heredocs left out; none for any other instruction. */
export function copySources({ keyword, words }: Instruction): readonly Word[] {
  if (keyword !== 'COPY' && keyword !== 'ADD') return [];
  return words.slice(0, -1).filter(({ value }) => parseHeredocWord(value) === undefined);
}

/** A source in the build context. */
export interface ContextSource {
  readonly instruction: Instruction;
  readonly word: Word;
  /** As it is written, without quotes. */
  readonly written: string;
  /** The same, cleaned. */
  readonly path: string;
}

/** What the COPYs and ADDs of a file take of its build context, but for what only the build knows. */
export function* contextSources({ stages, escape: escapeToken }: Dockerfile): Generator<ContextSource> {
  for (const instruction of stages.flatMap((stage) => stage.instructions)) {
    if (instruction.flags.some(({ name, value }) => name === 'from' && value)) continue;
    for (const word of copySources(instruction)) {
      if (word.value.includes('$')) continue;
      const written = readShellWord(word.value, { escapeToken }).text;
      if (/^(?:https?|git|ssh):\/\/|^git@/.test(written)) continue;
      yield { instruction, word, written, path: cleanPath(written) };
    }
  }
}
