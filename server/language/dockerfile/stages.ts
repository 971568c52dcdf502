import type { Instruction, Stage, Word } from './dockerfile.ts';
import { keyValues } from './keyValues.ts';
import { readShellWord } from './shellWord.ts';

/** The stages, FROM by FROM. Source: parseFrom in instructions/parse.go and findStateByName in dockerfile2llb. */
export function findStages(instructions: readonly Instruction[], escapeToken: string): readonly Stage[] {
  const stages: Stage[] = [];
  const byName = new Map<string, number>();
  const first = instructions.findIndex(({ keyword }) => keyword === 'FROM');
  if (first === -1) return stages;
  const defaults = globalDefaults(instructions.slice(0, first), escapeToken);
  // Many stages of a long file begin with the same image.
  const expanded = new Map<string, string>();
  const nameOf = (image: Word): string => {
    const known = expanded.get(image.value) ?? expand(image, escapeToken, defaults).toLowerCase();
    expanded.set(image.value, known);
    return known;
  };
  for (let start = first; start < instructions.length; ) {
    let end = start + 1;
    while (end < instructions.length && instructions[end]!.keyword !== 'FROM') end++;
    const from = instructions[start]!;
    const [image, as, name] = from.words;
    const base = image && byName.get(nameOf(image));
    const named = from.words.length === 3 && as!.value.toLowerCase() === 'as' ? name : undefined;
    const stage: Stage = {
      index: stages.length,
      from,
      ...(image && { image }),
      ...(named && { name: named }),
      ...(base !== undefined && { base }),
      instructions: instructions.slice(start, end),
      span: { start: from.span.start, end: instructions[end - 1]!.span.end },
    };
    stages.push(stage);
    if (named) byName.set(named.value.toLowerCase(), stage.index);
    start = end;
  }
  return stages;
}

/** The defaults of the ARGs before the first FROM, which are all that an image name may use. */
function globalDefaults(instructions: readonly Instruction[], escapeToken: string): ReadonlyMap<string, string> {
  const defaults = new Map<string, string>();
  for (const instruction of instructions) {
    if (instruction.keyword !== 'ARG') continue;
    for (const { key, value } of keyValues(instruction)) {
      if (value) defaults.set(key.value, expand(value, escapeToken, defaults));
    }
  }
  return defaults;
}

function expand(word: Word, escapeToken: string, variables: ReadonlyMap<string, string>): string {
  return readShellWord(word.value, { escapeToken, get: (name) => variables.get(name) }).text;
}
