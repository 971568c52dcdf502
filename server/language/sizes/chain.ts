import type { Dockerfile, Instruction, Stage } from '../dockerfile/dockerfile.ts';
import { keyValues } from '../dockerfile/keyValues.ts';
import { evaluate, type Scope, type Variable, variablesInScope } from '../dockerfile/scope.ts';
import { variableUses } from '../dockerfile/variables.ts';
import type { BuildRecord } from '../host.ts';
import { stageSources } from '../stageUses.ts';

/**
 * Names for what a step's result depends on: the instructions before it in its stage, the stages it builds on and copies from,
 * the values of build arguments. Two steps with the same key, also of two files, were told to do the same.
 * Keys are numbers given out one by one, so unlike hashes they never collide.
 */
export class ChainKeys {
  readonly #keys = new Map<string, number>();

  /**
   * The keys of a file as it is, or as it was built with `buildArgs`. An argument given to the build counts where the file has
   * another default; where it has none, only builds know its value, and any will do.
   */
  of(dockerfile: Dockerfile, buildArgs: BuildRecord['buildArgs'] = {}): Chain {
    const instructions = new Map<Instruction, number>();
    const stages: number[] = [];
    const byName = new Map<string, number>();
    const globals = globalsOf(dockerfile);
    const given = new Map(Object.entries(buildArgs));
    const overridden = overriddenGlobals(globals, given);
    const frontend = dockerfile.directives.find(({ name }) => name === 'syntax')?.value ?? '';
    for (const stage of dockerfile.stages) {
      const base = stage.base === undefined ? undefined : stages[stage.base];
      let key = base ?? this.#key('FROM', frontend, fromKey(dockerfile, stage, globals, overridden));
      for (const instruction of stage.instructions.slice(1)) {
        if (metadataOnly.has(instruction.keyword)) continue;
        const sources = stageSources(instruction).map(({ value, byIndex }) => {
          const index = byIndex && /^\d+$/.test(value) ? Number(value) : byName.get(value.toLowerCase());
          return String((index === undefined ? undefined : stages[index]) ?? '');
        });
        const values = argumentValues(dockerfile, instruction, globals, given, overridden);
        key = this.#key(String(key), ownText(instruction), values, ...sources);
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

type Values = ReadonlyMap<string, string>;

function fromKey(dockerfile: Dockerfile, { from, image }: Stage, globals: Scope, overridden: Values): string {
  const uses = variableUses(dockerfile, from);
  const values = uses.map(({ name }) => [name, globals.get(name)?.value]);
  return JSON.stringify([
    image?.value,
    from.flags.map(({ text }) => text),
    values,
    ...(values.length > 0 ? overridden : []),
  ]);
}

/** What an ARG of a stage stands for, as far as its text does not say it: the global one, and what the build was given. */
function argumentValues(
  dockerfile: Dockerfile,
  instruction: Instruction,
  globals: Scope,
  given: Values,
  overridden: Values,
): string {
  if (instruction.keyword !== 'ARG') return '';
  const values = keyValues(instruction).map(({ key, value }) => {
    const name = key.value;
    // One global argument can be made of others, so all that were given count.
    const global = value === undefined || value.value.includes('$') ? [globals.get(name)?.value, ...overridden] : [];
    const own = value && evaluate(dockerfile, value.value, (other) => globals.get(other));
    const differs = value !== undefined && given.has(name) && given.get(name) !== own;
    return [...global, ...(differs ? [given.get(name)] : [])];
  });
  return JSON.stringify(values);
}

/** The global arguments that were given to the build with another value than their default. */
function overriddenGlobals(globals: Scope, given: Values): Values {
  return new Map(
    [...given].filter(([name, value]) => {
      const global = globals.get(name);
      const pairs = global?.instruction === undefined ? [] : keyValues(global.instruction);
      const hasDefault = pairs.some((pair) => pair.key.value === name && pair.value !== undefined);
      return hasDefault && global?.value !== value;
    }),
  );
}

function globalsOf(dockerfile: Dockerfile): Scope {
  const offset = dockerfile.stages[0]?.from.span.start ?? 0;
  return new Map<string, Variable>(variablesInScope(dockerfile, offset).map((variable) => [variable.name, variable]));
}
