import type { Dockerfile, Instruction, Word } from '../../../dockerfile/dockerfile.ts';
import { keyValues } from '../../../dockerfile/keyValues.ts';
import { readShellWord } from '../../../dockerfile/shellWord.ts';

/** One label of a LABEL. */
export interface Label {
  /** With quotes undone; undefined where a variable has a part in it. */
  readonly name: string | undefined;
  readonly text: string | undefined;
  readonly key: Word;
  readonly value: Word;
  readonly oldForm: boolean;
}

export function labelsOf(instruction: Instruction, escapeToken: string): readonly Label[] {
  if (instruction.keyword !== 'LABEL') return [];
  return keyValues(instruction).map(({ key, value = key, oldForm }) => ({
    name: literal(key, escapeToken),
    text: literal(value, escapeToken),
    key,
    value,
    oldForm,
  }));
}

function literal({ value }: Word, escapeToken: string): string | undefined {
  const { text, variables, error } = readShellWord(value, { escapeToken });
  return variables.length > 0 || error !== undefined ? undefined : text;
}

/** What {@link eachLabel} reads. */
export const labellers: readonly string[] = ['FROM', 'LABEL', 'ONBUILD'];

/** Every label of the file's stages, and of what ONBUILD adds to images that are built on them. */
export function* eachLabel({ stages, escape: escapeToken }: Dockerfile): Generator<[Label, Instruction]> {
  for (const instruction of stages.flatMap(({ instructions }) => instructions)) {
    if (instruction.keyword !== 'LABEL' && instruction.own.trigger?.keyword !== 'LABEL') continue;
    for (const label of labelsOf(instruction.trigger ?? instruction, escapeToken)) yield [label, instruction];
  }
}
