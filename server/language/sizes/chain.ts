import type { Dockerfile, Instruction, Stage } from '../dockerfile/dockerfile.ts';
import { keyValues } from '../dockerfile/keyValues.ts';
import { type Scope, type Variable, variablesInScope } from '../dockerfile/scope.ts';
import { variableUses } from '../dockerfile/variables.ts';
import { stageSources } from '../stageUses.ts';

/**
 * Names for what a step's result depends on: the instructions before it in its stage, the stages it builds on and copies from,
 * the values of build arguments. Two steps with the same key, also of two files, were told to do the same.
 * Keys are numbers given out one by one, so unlike hashes they never collide.
 */
export class ChainKeys {
  readonly #keys = new Map<string, number>();

  of(dockerfile: Dockerfile): Chain {
    const instructions = new Map<Instruction, number>();
    const stages: number[] = [];
    const byName = new Map<string, number>();
    const globals = globalsOf(dockerfile);
    const frontend = dockerfile.directives.find(({ name }) => name === 'syntax')?.value ?? '';
    for (const stage of dockerfile.stages) {
      const base = stage.base === undefined ? undefined : stages[stage.base];
      let key = base ?? this.#key('FROM', frontend, fromKey(dockerfile, stage, globals));
      for (const instruction of stage.instructions.slice(1)) {
        if (metadataOnly.has(instruction.keyword)) continue;
        const sources = stageSources(dockerfile, instruction).map(({ value, byIndex }) => {
          const index = byIndex && /^\d+$/.test(value) ? Number(value) : byName.get(value.toLowerCase());
          return String((index === undefined ? undefined : stages[index]) ?? '');
        });
        key = this.#key(String(key), ownText(instruction), argumentValues(instruction, globals), ...sources);
        instructions.set(instruction, key);
      }
      stages.push(key);
      if (stage.name) byName.set(stage.name.value.toLowerCase(), stage.index);
    }
    return { instructions, stages };
  }

  #key(...parts: readonly string[]): number {
    const text = JSON.stringify(parts);
    const known = this.#keys.get(text);
    if (known !== undefined) return known;
    const key = this.#keys.size;
    this.#keys.set(text, key);
    return key;
  }
}

export interface Chain {
  /** Of those that may change the file system. */
  readonly instructions: ReadonlyMap<Instruction, number>;
  /** By index of the stage: the key of its last instruction. */
  readonly stages: readonly number[];
}

/** These change the image's configuration alone; no later step can see them. */
const metadataOnly: ReadonlySet<string> = new Set([
  'CMD',
  'ENTRYPOINT',
  'EXPOSE',
  'HEALTHCHECK',
  'LABEL',
  'MAINTAINER',
  'STOPSIGNAL',
]);

/** What an instruction says, however its lines are broken. */
export function ownText({ keyword, flags, body, heredocs, json }: Instruction): string {
  return JSON.stringify([
    keyword,
    json,
    flags.map(({ text }) => text),
    body.text,
    heredocs.map(({ name, content, expand, chomp, fileDescriptor }) => [name, content, expand, chomp, fileDescriptor]),
  ]);
}

function fromKey(dockerfile: Dockerfile, { from, image }: Stage, globals: Scope): string {
  const values = variableUses(dockerfile, from).map(({ name }) => [name, globals.get(name)?.value]);
  return JSON.stringify([image?.value, from.flags.map(({ text }) => text), values]);
}

/** `ARG NAME` takes the value of the global one. */
function argumentValues(instruction: Instruction, globals: Scope): string {
  if (instruction.keyword !== 'ARG') return '';
  const values = keyValues(instruction).map(({ key }) => globals.get(key.value)?.value);
  return JSON.stringify(values);
}

function globalsOf(dockerfile: Dockerfile): Scope {
  const offset = dockerfile.stages[0]?.from.span.start ?? 0;
  return new Map<string, Variable>(variablesInScope(dockerfile, offset).map((variable) => [variable.name, variable]));
}
