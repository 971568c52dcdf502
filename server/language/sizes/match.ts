import type { Dockerfile, Instruction, Stage } from '../dockerfile/dockerfile.ts';
import { parse } from '../dockerfile/parse.ts';
import type { BuildRecord, BuildStep } from '../host.ts';
import { isLasting, isUnsure } from './bases.ts';
import { baseReference, type Chain, type Conditions, chainOf, imagesOf, ownText } from './chain.ts';
import { stageChain } from './fileSystem.ts';
import type { Hash, KeptSize } from './sources.ts';

/** What a past build tells about an instruction of the file as it is now. */
export interface StepSize {
  readonly step: BuildStep;
  readonly build: BuildRecord;
  /**
   * `stale`: something before the instruction has changed since, so the size may be another one by now. `unsure`: that cannot be
   * told, as nobody knows which image the build stood on.
   */
  readonly match: 'fresh' | 'unsure' | 'stale';
}

export interface Matched {
  readonly steps: ReadonlyMap<Instruction, StepSize>;
  /** By index of the stage: the build whose image is this stage, unchanged since. */
  readonly images: ReadonlyMap<number, BuildRecord>;
  /** In one of the builds a base image ran instructions of its own. */
  readonly triggered: boolean;
  /** What is worth keeping of the builds, by key of the chain and by what an instruction itself says. */
  readonly lasting: ReadonlyMap<string, KeptSize>;
}

/** What a build rests on: see {@link Conditions}, and which image a name stood for when it began. */
export interface MatchWorld {
  readonly hash: Hash;
  readonly platform: string;
  readonly context: string;
  readonly imageThen: (reference: string, build: BuildRecord, isRoot: boolean) => string;
  readonly imageNow: (reference: string) => string;
}

/** Remembers how the files of past builds read, which never changes; else every keystroke would parse them all again. */
export class BuildMatcher {
  #known = new Map<string, Known>();

  /**
   * Finds the sizes of past builds in the file as it is now. Where an instruction and all it depends on say the same as in a
   * build, its size is fresh; where only its own text does, it is stale; a changed instruction has none.
   * Of several builds the newest fresh one counts, then the newest unsure one, then the newest stale one.
   */
  match(dockerfile: Dockerfile, chain: Chain, builds: readonly BuildRecord[], world: MatchWorld): Matched {
    const fresh = new Map<Instruction, StepSize>();
    const unsure = new Map<Instruction, StepSize>();
    const stale = new Map<Instruction, StepSize>();
    const images = new Map<number, BuildRecord>();
    const lasting = new Map<string, KeptSize>();
    const known = new Map<string, Known>();
    for (const build of builds) {
      const built = this.#look(build, world);
      known.set(build.ref, built);
      addSame(chain, built.chain, { built, build, match: 'fresh' }, fresh);
      if (built.unsure) addSame(chain, built.unsure, { built, build, match: 'unsure' }, unsure);
      addStale(dockerfile, built, build, stale);
      addImage(dockerfile, chain, built, build, images);
      for (const [key, size] of built.lasting) {
        const other = lasting.get(key);
        if (other === undefined || other.at < size.at) lasting.set(key, size);
      }
    }
    this.#known = known;
    const triggered = [...known.values()].some((each) => each.triggered);
    return { steps: new Map([...stale, ...unsure, ...fresh]), images, triggered, lasting };
  }

  #look(build: BuildRecord, world: MatchWorld): Known {
    const before = this.#known.get(build.ref);
    const dockerfile = before?.dockerfile ?? parse(build.dockerfile);
    const names = before?.names ?? [...imagesOf(dockerfile)];
    const rootName = before?.rootName ?? rootNameOf(dockerfile, build) ?? '';
    const identities = names.map((name) => world.imageThen(name, build, name === rootName));
    const likely = identities.map((identity, index) => (isUnsure(identity) ? world.imageNow(names[index]!) : identity));
    // What a build is known to have made only grows; which images it stood on may be learned later.
    const version = JSON.stringify([
      world.platform,
      world.context,
      build.elsewhere,
      build.place,
      build.steps,
      identities,
      likely,
    ]);
    if (before?.version === version) return before;
    const chainBy = (found: readonly string[]) => {
      const byName = new Map(names.map((name, index) => [name, found[index]!]));
      const conditions: Conditions = {
        ...{ hash: world.hash, platform: world.platform, buildArgs: build.buildArgs, told: build.conditions },
        openValue: (name) => givenValue(build, name, world.hash),
        context: build.elsewhere ? `elsewhere ${build.ref}` : world.context,
        imageOf: (name) => byName.get(name) ?? '',
      };
      return chainOf(dockerfile, conditions);
    };
    const chain = chainBy(identities);
    const unsure = identities.some(isUnsure) ? { unsure: chainBy(likely) } : {};
    const steps = stepsOf(dockerfile, build);
    const begins = new Set(dockerfile.stages.map(({ from }) => from.startLine));
    const triggered = build.steps.some(({ startLine }) => begins.has(startLine));
    const known = {
      dockerfile,
      names,
      rootName,
      version,
      chain,
      ...unsure,
      steps,
      triggered,
      byText: textsOf(dockerfile),
    };
    // What was triggered, and may have read the context, an image tells only while the engine has it.
    const certain = !triggered && build.elsewhere === undefined && identities.every(isLasting);
    return { ...known, lasting: certain ? lastingOf(known, build, world) : new Map() };
  }
}

interface Known {
  readonly dockerfile: Dockerfile;
  readonly names: readonly string[];
  /** Of the image that its image stands on. */
  readonly rootName: string;
  readonly version: string;
  readonly chain: Chain;
  /** As if the images that nobody knows of had been those of now, where there are such. */
  readonly unsure?: Chain;
  readonly steps: ReadonlyMap<Instruction, BuildStep>;
  readonly byText: ReadonlyMap<Stage, Texts>;
  readonly triggered: boolean;
  readonly lasting: ReadonlyMap<string, KeptSize>;
}

type Texts = ReadonlyMap<string, readonly Instruction[]>;

/** A hash of what a build was given for an argument; empty where that was nothing. */
export function givenValue({ buildArgs }: BuildRecord, name: string, hash: Hash): string {
  const value = Object.hasOwn(buildArgs, name) ? buildArgs[name] : undefined;
  return value === undefined ? '' : hash(`argument ${value}`);
}

/** Under which key a size is kept for an instruction that says the same, whatever is before it. */
export function ownKey(instruction: Instruction, { hash, context }: Pick<MatchWorld, 'hash' | 'context'>): string {
  return hash(JSON.stringify(['own', context, ownText(instruction)]));
}

function lastingOf(
  { chain, steps }: Pick<Known, 'chain' | 'steps'>,
  { startedAt, completedAt, place }: BuildRecord,
  world: MatchWorld,
): ReadonlyMap<string, KeptSize> {
  const sizes = new Map<string, KeptSize>();
  if (startedAt === undefined) return sizes;
  for (const [instruction, { bytes, seconds, cached, layer, counted, compressedBytes, roughly }] of steps) {
    if (roughly) continue;
    const size: KeptSize = {
      ...{ bytes, startedAt, at: completedAt, cached },
      ...(seconds !== undefined && { seconds }),
      ...(layer !== undefined && { layer }),
      ...(counted && { counted }),
      ...(compressedBytes !== undefined && { compressedBytes }),
      ...(place && { place }),
    };
    const key = chain.instructions.get(instruction);
    if (key === undefined) continue;
    sizes.set(key, size);
    sizes.set(ownKey(instruction, world), size);
  }
  return sizes;
}

/** Steps by the instruction they are of. Several steps of one instruction (other platforms) leave it without a certain size. */
function stepsOf(built: Dockerfile, { steps }: BuildRecord): ReadonlyMap<Instruction, BuildStep> {
  const byLine = new Map<number, BuildStep | undefined>();
  for (const step of steps) byLine.set(step.startLine, byLine.has(step.startLine) ? undefined : step);
  const found = new Map<Instruction, BuildStep>();
  for (const instruction of built.instructions) {
    const step = byLine.get(instruction.startLine);
    if (step !== undefined) found.set(instruction, step);
  }
  return found;
}

function addSame(
  chain: Chain,
  then: Chain,
  { built, build, match }: Pick<StepSize, 'build' | 'match'> & { readonly built: Known },
  found: Map<Instruction, StepSize>,
): void {
  const byKey = new Map<string, BuildStep>();
  for (const [instruction, key] of then.instructions) {
    const step = built.steps.get(instruction);
    if (step !== undefined && !byKey.has(key)) byKey.set(key, step);
  }
  for (const [instruction, key] of chain.instructions) {
    const step = byKey.get(key);
    if (step !== undefined && !found.has(instruction)) found.set(instruction, { step, build, match });
  }
}

function rootNameOf(dockerfile: Dockerfile, { target }: BuildRecord): string | undefined {
  const stage = targetOf(dockerfile, target);
  return stage && baseReference(dockerfile, stageChain(dockerfile, stage)[0]!);
}

/** Pairs instructions of the same text in stages of the same name, or of the same place where both have none. */
function addStale(dockerfile: Dockerfile, built: Known, build: BuildRecord, stale: Map<Instruction, StepSize>): void {
  const now = textsOf(dockerfile);
  for (const stage of dockerfile.stages) {
    const other = counterpartOf(stage, built.dockerfile);
    const before = other && built.byText.get(other);
    if (before === undefined) continue;
    for (const [text, instructions] of now.get(stage)!) {
      const counterparts = before.get(text);
      // With one more or one less of them nobody can say which is which.
      if (counterparts?.length !== instructions.length) continue;
      for (const [index, instruction] of instructions.entries()) {
        const step = built.steps.get(counterparts[index]!);
        if (step !== undefined && !stale.has(instruction)) stale.set(instruction, { step, build, match: 'stale' });
      }
    }
  }
}

function counterpartOf(stage: Stage, built: Dockerfile): Stage | undefined {
  const name = stage.name?.value.toLowerCase();
  if (name === undefined) {
    const other = built.stages[stage.index];
    return other?.name === undefined ? other : undefined;
  }
  return built.stages.find((other) => other.name?.value.toLowerCase() === name);
}

function textsOf(dockerfile: Dockerfile): ReadonlyMap<Stage, Texts> {
  const kept = textsByFile.get(dockerfile);
  if (kept) return kept;
  const texts = new Map(dockerfile.stages.map((stage) => [stage, byOwnText(stage)]));
  textsByFile.set(dockerfile, texts);
  return texts;
}

const textsByFile = new WeakMap<Dockerfile, ReadonlyMap<Stage, Texts>>();

function byOwnText({ instructions }: Stage): Texts {
  const found = new Map<string, Instruction[]>();
  for (const instruction of instructions.slice(1)) {
    const text = ownText(instruction);
    const same = found.get(text);
    if (same === undefined) found.set(text, [instruction]);
    else same.push(instruction);
  }
  return found;
}

function addImage(
  dockerfile: Dockerfile,
  chain: Chain,
  built: Known,
  build: BuildRecord,
  images: Map<number, BuildRecord>,
): void {
  if (build.failed || build.image === undefined) return;
  const from = targetOf(built.dockerfile, build.target);
  const to = targetOf(dockerfile, build.target);
  if (from === undefined || to === undefined || images.has(to.index)) return;
  if (chain.stages[to.index] === built.chain.stages[from.index]) images.set(to.index, build);
}

/** The stage a build makes: the last one without a target, else the one of that name or number. */
function targetOf({ stages }: Dockerfile, target: string | undefined): Stage | undefined {
  if (target === undefined || target === '') return stages.at(-1);
  const name = target.toLowerCase();
  const named = stages.findLast((stage) => stage.name?.value.toLowerCase() === name);
  return named ?? (/^\d+$/.test(target) ? stages[Number(target)] : undefined);
}
