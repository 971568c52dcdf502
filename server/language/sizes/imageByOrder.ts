import type { Dockerfile, Instruction } from '../dockerfile/dockerfile.ts';
import { keyValues } from '../dockerfile/keyValues.ts';
import { evaluate, type Scope, walkScopes } from '../dockerfile/scope.ts';
import { stageSources } from '../stageUses.ts';
import { baseReference } from './chain.ts';
import type { Recorded } from './figures.ts';
import { commandOf, defaultShell, makesLayer, shellOf, stageChain } from './fileSystem.ts';
import type { HistoryEntry, ImageHistory, LocalImage } from './sources.ts';

export interface ImageSizes {
  readonly image: ImageHistory;
  readonly steps: ReadonlyMap<Instruction, Recorded>;
}

/**
 * The newest image that reads like the last stage of the file, with the bytes of each instruction. Every instruction has one
 * entry in an image's history, in order; FROM, ONBUILD and the arguments before the first FROM have none. What an image does
 * not tell (which files were copied, a base that the engine no longer has) makes what follows from it a guess: an image of
 * the same text may be another project's.
 */
export function sizesByOrder(
  dockerfile: Dockerfile,
  histories: readonly ImageHistory[],
  localImage: (reference: string) => LocalImage | undefined,
): ImageSizes | undefined {
  const last = dockerfile.stages.at(-1);
  if (last === undefined) return undefined;
  const chain = stageChain(dockerfile, last);
  const expected = expectedEntries(dockerfile, new Set(chain.flatMap(({ instructions }) => instructions)));
  if (expected.filter(({ instruction }) => makesLayer(instruction)).length === 0) return undefined;
  const reference = baseReference(dockerfile, chain[0]!);
  const base = reference === undefined ? undefined : localImage(reference);
  const fromScratch = chain[0]!.image?.value === 'scratch';
  const newestFirst = [...histories].sort((a, b) => createdAt(b) - createdAt(a));
  for (const image of newestFirst) {
    const entries = image.entries.slice(image.entries.length - expected.length);
    if (entries.length < expected.length || !expected.every(({ fits }, index) => fits(entries[index]!))) continue;
    const below = image.entries.length - expected.length;
    const onBase = fromScratch ? below === 0 : base !== undefined && isOn(image, base, below);
    let certain = onBase && base?.triggers !== true;
    const started = Math.min(...entries.map((entry) => entry.createdAt));
    const steps = new Map<Instruction, Recorded>();
    for (const [index, { instruction, proven }] of expected.entries()) {
      certain &&= proven(entries[index]!);
      const isExact = certain;
      certain &&= !bringsFiles(instruction);
      if (!makesLayer(instruction)) continue;
      const { bytes, createdAt: at } = entries[index]!;
      steps.set(instruction, {
        ...{ bytes, at, source: 'image', startedAt: started },
        ...(image.counted && { counted: image.counted }),
        ...(isExact
          ? { state: 'exact' }
          : {
              state: 'about',
              note: 'It is that of an image with this text; an image does not tell all it follows from.',
            }),
      });
    }
    return { image, steps };
  }
  return undefined;
}

const createdAt = ({ entries }: ImageHistory) => entries.at(-1)?.createdAt ?? 0;

/** Whether nothing but the base is below the entries of the file. */
function isOn({ layers, entries }: ImageHistory, base: LocalImage, below: number): boolean {
  if (base.entries === undefined || base.entries.length !== below) return false;
  return (
    base.layers.length <= layers.length &&
    base.layers.every((layer, index) => layer === layers[index]) &&
    base.entries.every(({ createdBy }, index) => createdBy === entries[index]!.createdBy)
  );
}

/** Which bytes they were, an image does not tell, only how many. */
function bringsFiles({ keyword }: Instruction): boolean {
  return keyword === 'COPY' || keyword === 'ADD';
}

interface Expected {
  readonly instruction: Instruction;
  readonly fits: (entry: HistoryEntry) => boolean;
  /** Whether the entry shows that nothing else went into it than what the file says. */
  readonly proven: (entry: HistoryEntry) => boolean;
}

function expectedEntries(dockerfile: Dockerfile, wanted: ReadonlySet<Instruction>): readonly Expected[] {
  const expected: Expected[] = [];
  let shell = defaultShell;
  walkScopes(dockerfile, (instruction, scope) => {
    if (!wanted.has(instruction) || instruction.keyword === 'ONBUILD') return;
    shell = shellOf(instruction) ?? shell;
    expected.push(expectedOf(dockerfile, instruction, scope, shell));
  });
  return expected;
}

function expectedOf(
  dockerfile: Dockerfile,
  instruction: Instruction,
  scope: Scope,
  shell: readonly string[],
): Expected {
  const { keyword } = instruction;
  const sources = stageSources(instruction);
  if (keyword === 'RUN') {
    const command = commandOf(instruction, shell);
    const args = argumentsIn(scope);
    return {
      instruction,
      fits: ({ createdBy }) => command !== undefined && blanks(commandIn(createdBy).command) === blanks(command),
      // Mounts leave no trace in an image, arguments do. Blanks may be part of a word.
      proven: ({ createdBy }) =>
        commandIn(createdBy).command === command &&
        !instruction.flags.some(({ name }) => name === 'mount') &&
        sameArguments(commandIn(createdBy).args, args),
    };
  }
  const fits = ({ createdBy }: HistoryEntry) => keywordIn(createdBy) === keyword;
  const expand = (text: string) => evaluate(dockerfile, text, (name) => scope.get(name));
  const words = instruction.words.map(({ value }) => expand(value) ?? value);
  if (keyword !== 'COPY' && keyword !== 'ADD') {
    return { instruction, fits, proven: ({ createdBy }) => says(instruction, restOf(createdBy), words, expand) };
  }
  return {
    instruction,
    fits: (entry) => fits(entry) && copies(entry.createdBy, words),
    proven: () => sources.length === 0,
  };
}

/** `|2 A=1 B=2 /bin/sh -c make # buildkit`, with or without `RUN` before it. */
function commandIn(createdBy: string): { readonly args: string; readonly command: string } {
  const text = createdBy.replace(/^RUN /, '').replace(/ # buildkit$/, '');
  const counted = /^\|(\d+) /.exec(text);
  if (counted === null) return { args: '', command: text };
  // Values may hold blanks: the command begins at its shell, which the caller compares in full.
  const at = text.indexOf(' /', counted[0].length);
  return at === -1
    ? { args: '', command: text }
    : { args: text.slice(counted[0].length, at), command: text.slice(at + 1) };
}

/** Undefined where an argument has a value that only the build knows. */
function argumentsIn(scope: Scope): string | undefined {
  const args = [...scope.values()].filter(({ kind }) => kind === 'arg').sort((a, b) => (a.name < b.name ? -1 : 1));
  if (args.some(({ value }) => value === undefined)) return undefined;
  return args.map(({ name, value }) => `${name}=${value}`).join(' ');
}

function sameArguments(shown: string, expected: string | undefined): boolean {
  return expected !== undefined && shown.split(' ').sort().join(' ') === expected.split(' ').sort().join(' ');
}

/** Source: BuildKit's commitToHistory; the classic builder writes `/bin/sh -c #(nop)  KEYWORD …`. */
function keywordIn(createdBy: string): string {
  return /^(?:\/bin\/sh -c )?(?:#\(nop\)\s+)?([A-Z]+)\b/.exec(createdBy)?.[1] ?? '';
}

function restOf(createdBy: string): string {
  return blanks(createdBy.replace(/ # buildkit$/, '').replace(/^(?:\/bin\/sh -c )?(?:#\(nop\)\s+)?[A-Z]+ /, ''));
}

/** Whether an entry gives later steps the same to go by as the instruction; most change only what a container starts with. */
function says(
  instruction: Instruction,
  rest: string,
  words: readonly string[],
  expand: (text: string) => string | undefined,
): boolean {
  switch (instruction.keyword) {
    case 'ENV':
    case 'ARG': {
      const pairs = keyValues(instruction).map(({ key, value }) => {
        const known = value && expand(value.value);
        return value === undefined ? key.value : `${key.value}=${known ?? '?'}`;
      });
      return rest === blanks(pairs.join(' '));
    }
    case 'WORKDIR':
      return rest === words[0] || (!words[0]?.startsWith('/') && rest.endsWith(`/${words[0]}`));
    case 'USER':
      return rest === words[0];
    case 'SHELL':
      return blanks(rest.replaceAll(/[[\]",]/g, ' ')) === words.join(' ');
    default:
      return true;
  }
}

/** The classic builder writes hashes for sources: `COPY dir:4f… in /app`. */
function copies(createdBy: string, words: readonly string[]): boolean {
  const text = restOf(createdBy);
  const classic = /^(?:file|dir|multi):[0-9a-f]+ in (.+)$/.exec(text);
  const target = words.at(-1) ?? '';
  if (classic)
    return classic[1]!
      .trim()
      .replace(/\/$/, '')
      .endsWith(target.replace(/^\.?\//, '').replace(/\/$/, ''));
  const shown = text.split(' ').filter((word) => !word.startsWith('--'));
  return shown.join(' ') === blanks(words.join(' '));
}

const blanks = (text: string) => text.replaceAll(/\s+/g, ' ').trim();
