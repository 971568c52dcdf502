import { stageAt } from './at.ts';
import type { Dockerfile, Instruction, Stage, Word } from './dockerfile.ts';
import { keyValues } from './keyValues.ts';
import { readShellWord } from './shellWord.ts';

/** A variable that an instruction can use. */
export interface Variable {
  readonly name: string;
  /** `platform`: set by BuildKit, as TARGETARCH. `image`: of the base image, or the PATH that BuildKit adds. */
  readonly kind: 'arg' | 'env' | 'platform' | 'image';
  /** Its value in a build without arguments; undefined where it has none, or only the build knows it. */
  readonly value?: string;
  /** Where it is defined: the name in an ARG or ENV. */
  readonly key?: Word;
  readonly instruction?: Instruction;
}

export type Scope = ReadonlyMap<string, Variable>;

/** Names of the variables that an image brings along; undefined where that is not known. */
export type EnvironmentOf = (image: string) => readonly string[] | undefined;

/** The ARGs that BuildKit sets by itself. Source: dockerfile2llb/platform.go. */
export const platformArguments: readonly string[] = [
  'BUILDPLATFORM',
  'BUILDOS',
  'BUILDOSVERSION',
  'BUILDARCH',
  'BUILDVARIANT',
  'TARGETPLATFORM',
  'TARGETOS',
  'TARGETOSVERSION',
  'TARGETARCH',
  'TARGETVARIANT',
  'TARGETSTAGE',
];

/**
 * What an instruction at `offset` could use: before the first stage, and in every FROM, the global ARGs and platform arguments;
 * in a stage what ARG and ENV defined above in it and in the stages it builds on. A global ARG is no variable of a stage that does
 * not declare it, not even in the default of another ARG. Source: dispatchArg in BuildKit's convert.go.
 */
export function variablesInScope(dockerfile: Dockerfile, offset: number): readonly Variable[] {
  const globals = globalScope(dockerfile, offset);
  const stage = stageAt(dockerfile, offset);
  if (stage === undefined || offset <= stage.from.span.end) return [...globals.values()];
  const chain: Stage[] = [];
  for (let at: Stage | undefined = stage; at; at = at.base === undefined ? undefined : dockerfile.stages[at.base]) {
    chain.unshift(at);
  }
  const scope = new Map<string, Variable>([imagePath]);
  let inArgument = false;
  for (const instruction of chain.flatMap(({ instructions }) => instructions)) {
    const within = instruction.span.start <= offset && offset <= instruction.span.end;
    if (within) inArgument = instruction.keyword === 'ARG';
    if (instruction.span.start < offset && (!within || inArgument))
      define(dockerfile, scope, instruction, globals, offset);
  }
  return [...scope.values()];
}

/**
 * Calls `visit` for each instruction of each stage with what it can use, in the order of the file. In linear time for as long as
 * stages do not build on one another in long chains. The scope is only good during the call.
 */
export function walkScopes(
  dockerfile: Dockerfile,
  visit: (instruction: Instruction, scope: Scope, globals: Scope, stage: Stage) => void,
): void {
  const globals = globalScope(dockerfile, dockerfile.text.length);
  const scopes: Map<string, Variable>[] = [];
  for (const stage of dockerfile.stages) {
    const scope = new Map<string, Variable>(stage.base === undefined ? [imagePath] : scopes[stage.base]);
    for (const instruction of stage.instructions.slice(1)) {
      visit(instruction, scope, globals, stage);
      define(dockerfile, scope, instruction, globals);
    }
    scopes.push(scope);
  }
}

const imagePath: [string, Variable] = ['PATH', { name: 'PATH', kind: 'image' }];

/** The ARGs before the first FROM that stand before `offset`, over the platform arguments. */
function globalScope(dockerfile: Dockerfile, offset: number): Map<string, Variable> {
  const scope = new Map<string, Variable>(platformArguments.map((name) => [name, { name, kind: 'platform' }]));
  for (const instruction of dockerfile.instructions) {
    if (instruction.keyword === 'FROM') break;
    if (instruction.keyword === 'ARG') define(dockerfile, scope, instruction, scope, offset);
  }
  return scope;
}

/** Adds what an ARG or ENV defines before `offset`. An ENV sees only what was there before it, an ARG its own earlier names. */
function define(
  dockerfile: Dockerfile,
  scope: Map<string, Variable>,
  instruction: Instruction,
  globals: Scope,
  offset = Number.POSITIVE_INFINITY,
): void {
  if (instruction.keyword !== 'ARG' && instruction.keyword !== 'ENV') return;
  const defined: Variable[] = [];
  for (const { key, value: word } of keyValues(instruction)) {
    if ((word ?? key).span.end >= offset) break;
    const name = key.value;
    if (instruction.keyword === 'ENV') {
      const value = word && evaluate(dockerfile, word.value, (other) => scope.get(other));
      defined.push({ name, kind: 'env', key, instruction, ...(value !== undefined && { value }) });
      continue;
    }
    const value = word ? evaluate(dockerfile, word.value, (other) => scope.get(other)) : globals.get(name)?.value;
    scope.set(name, { name, kind: 'arg', key, instruction, ...(value !== undefined && { value }) });
  }
  for (const variable of defined) scope.set(variable.name, variable);
}

/** Longer values count as unknown: `ENV A=$A$A` a few dozen times over would fill the memory. */
const maxValueLength = 4096;

/** A word with its variables replaced; undefined where the value of one is not known or BuildKit refuses the word. */
export function evaluate(
  dockerfile: Pick<Dockerfile, 'escape'>,
  text: string,
  get: (name: string) => Variable | undefined,
): string | undefined {
  let certain = true;
  const { text: result, error } = readShellWord(text, {
    escapeToken: dockerfile.escape,
    get: (name) => {
      const value = get(name)?.value;
      certain &&= value !== undefined;
      return value;
    },
  });
  return certain && error === undefined && result.length <= maxValueLength ? result : undefined;
}
