import { formatFullReference, parseReference } from '../../../common/reference.ts';
import { expandInFrom } from '../baseImage.ts';
import type { Dockerfile, Instruction, Stage } from '../dockerfile/dockerfile.ts';
import { keyValues } from '../dockerfile/keyValues.ts';
import { evaluate, type Scope, type Variable, variablesInScope } from '../dockerfile/scope.ts';
import { variableUses } from '../dockerfile/variables.ts';
import { stageSources } from '../stageUses.ts';
import { readsContext } from './contextCopies.ts';
import type { Hash } from './sources.ts';

/**
 * Names for what steps follow from. Two steps with the same name, also of two files and in two processes, were told to do the
 * same to the same.
 */
export interface Chain {
  /** Of the instructions that may change the file system. */
  readonly instructions: ReadonlyMap<Instruction, string>;
  /** By index of the stage: the key of its last instruction. */
  readonly stages: readonly string[];
}

/** What steps follow from beside the text. */
export interface Conditions {
  readonly hash: Hash;
  /** Of the build: what its arguments were set to. Values go into hashes only. */
  readonly buildArgs?: Readonly<Record<string, string>>;
  /** By name of an argument without a default: a hash of what the build was given for it; empty where that was nothing. */
  readonly openValue: (name: string) => string;
  /** What else it was told. */
  readonly told?: string | undefined;
  /** Of the engine: the same text makes other files elsewhere. */
  readonly platform: string;
  /** The folder that the build context is taken from, in whatever form: files of the same text elsewhere copy something else. */
  readonly context: string;
  /** Which image a name stands for, by its reference in full. */
  readonly imageOf: (reference: string) => string;
}

/**
 * The keys of a file as it is, or as it was built with `buildArgs`. An argument given to the build counts where the file has
 * another default; where it has none, the file stands for what it was given last.
 */
export function chainOf(dockerfile: Dockerfile, conditions: Conditions): Chain {
  const { hash, buildArgs = {}, openValue, told = '', platform, context, imageOf } = conditions;
  const key = (...parts: readonly string[]) => hash(JSON.stringify(parts));
  const instructions = new Map<Instruction, string>();
  const stages: string[] = [];
  const byName = new Map<string, number>();
  const globals = globalsOf(dockerfile);
  const given = new Map(Object.entries(buildArgs));
  const overridden = overriddenGlobals(globals, given);
  const syntax = dockerfile.directives.find(({ name }) => name === 'syntax')?.value ?? '';
  const frontend = JSON.stringify([given.get('BUILDKIT_SYNTAX') ?? syntax, dockerfile.escape, platform, told]);
  const sourceKey = (index: number | undefined, image: string) =>
    (index === undefined ? undefined : stages[index]) ?? imageOf(image);
  for (const stage of dockerfile.stages) {
    const base = stage.base === undefined ? undefined : stages[stage.base];
    const image = baseReference(dockerfile, stage);
    let last =
      base ??
      key(
        'FROM',
        frontend,
        fromKey(dockerfile, stage, globals, { overridden, openValue }),
        image === undefined ? '' : imageOf(image),
      );
    for (const instruction of stage.instructions.slice(1)) {
      if (metadataOnly.has(instruction.keyword)) continue;
      const sources = stageSources(instruction).map(({ value, byIndex }) =>
        sourceKey(
          byIndex && /^\d+$/.test(value) ? Number(value) : byName.get(value.toLowerCase()),
          fullName(value) ?? '',
        ),
      );
      const values = argumentValues(dockerfile, instruction, globals, { given, overridden, openValue });
      const place = readsContext(instruction) ? context : '';
      last = key(last, ownText(instruction), values, place, ...sources);
      instructions.set(instruction, last);
    }
    stages.push(last);
    if (stage.name) byName.set(stage.name.value.toLowerCase(), stage.index);
  }
  return { instructions, stages };
}

/** Names of the arguments that only builds know the values of. */
export function bareArguments(dockerfile: Dockerfile): ReadonlySet<string> {
  const globals = globalsOf(dockerfile);
  const declared = dockerfile.instructions.filter(({ keyword }) => keyword === 'ARG').flatMap(keyValues);
  const bare = declared.filter(({ key, value }) => value === undefined && globals.get(key.value)?.value === undefined);
  return new Set(bare.map(({ key }) => key.value));
}

/** The images that a file builds on or takes from, references in full. */
export function imagesOf(dockerfile: Dockerfile): ReadonlySet<string> {
  const stageNames = new Set(dockerfile.stages.flatMap(({ name }) => (name ? [name.value.toLowerCase()] : [])));
  const found = dockerfile.stages.flatMap((stage) => [
    baseReference(dockerfile, stage),
    ...stage.instructions.flatMap((instruction) =>
      stageSources(instruction).map(({ value }) =>
        /^\d+$/.test(value) || stageNames.has(value.toLowerCase()) ? undefined : fullName(value),
      ),
    ),
  ]);
  return new Set(found.filter((name) => name !== undefined));
}

/** The image a stage stands on, its reference in full; undefined for scratch, an earlier stage, or what only the build knows. */
export function baseReference(dockerfile: Dockerfile, { image, base }: Stage): string | undefined {
  if (image === undefined || base !== undefined) return undefined;
  const name = expandInFrom(dockerfile, image.value);
  return name === undefined || name === 'scratch' ? undefined : fullName(name);
}

/** Undefined for what is no reference. */
export function fullName(text: string): string | undefined {
  const reference = parseReference(text);
  if (reference === undefined) return undefined;
  const { registry, repository, digest, tag = 'latest' } = reference;
  return formatFullReference({ registry, repository, ...(digest === undefined ? { tag } : { digest }) });
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
export function ownText({ own }: Instruction): string {
  const kept = texts.get(own);
  if (kept !== undefined) return kept;
  const { keyword, flags, body, heredocs, json } = own;
  const text = JSON.stringify([
    keyword,
    json,
    flags.map(({ text }) => text),
    body.text,
    heredocs.map(({ name, content, expand, chomp, fileDescriptor }) => [name, content, expand, chomp, fileDescriptor]),
  ]);
  texts.set(own, text);
  return text;
}

/** Of instructions as they are read by themselves. */
const texts = new WeakMap<Instruction, string>();

type Values = ReadonlyMap<string, string>;

interface Given extends Pick<Conditions, 'openValue'> {
  /** The global arguments that were given to the build with another value than their default. */
  readonly overridden: Values;
}

function fromKey(
  dockerfile: Dockerfile,
  { from, image }: Stage,
  globals: Scope,
  { overridden, openValue }: Given,
): string {
  const uses = variableUses(dockerfile, from);
  const values = uses.map(({ name }) => [name, globals.get(name)?.value ?? openValue(name)]);
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
  { given, overridden, openValue }: Given & { readonly given: Values },
): string {
  if (instruction.keyword !== 'ARG') return '';
  const values = keyValues(instruction).map(({ key, value }) => {
    const name = key.value;
    // One global argument can be made of others, so all that were given count.
    const global = value === undefined || value.value.includes('$') ? [globals.get(name)?.value, ...overridden] : [];
    const bare = value === undefined && globals.get(name)?.value === undefined ? [openValue(name)] : [];
    const own = value && evaluate(dockerfile, value.value, (other) => globals.get(other));
    const differs = value !== undefined && given.has(name) && given.get(name) !== own;
    return [...global, ...bare, ...(differs ? [given.get(name)] : [])];
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
