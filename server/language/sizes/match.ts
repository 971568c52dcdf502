import type { Dockerfile, Instruction, Stage } from '../dockerfile/dockerfile.ts';
import { parse } from '../dockerfile/parse.ts';
import type { BuildRecord, BuildStep } from '../host.ts';
import { type Chain, ChainKeys, ownText } from './chain.ts';

/** What a past build tells about an instruction of the file as it is now. */
export interface StepSize {
  readonly step: BuildStep;
  readonly build: BuildRecord;
  /** False when something before the instruction has changed since: the size may be another one by now. */
  readonly fresh: boolean;
}

export interface Sizes {
  readonly steps: ReadonlyMap<Instruction, StepSize>;
  /** By index of the stage: the build whose image is this stage, unchanged since. */
  readonly images: ReadonlyMap<number, BuildRecord>;
}

/** Remembers how the files of past builds read, which never changes; else every keystroke would parse them all again. */
export class BuildMatcher {
  #parsed = new Map<string, Dockerfile>();

  /**
   * Finds the sizes of past builds in the file as it is now. Where an instruction and all it depends on say the same as in a
   * build, its size is fresh; where only its own text does, it is stale; a changed instruction has none.
   * Of several builds the newest fresh one counts, then the newest stale one.
   */
  match(dockerfile: Dockerfile, builds: readonly BuildRecord[]): Sizes {
    const keys = new ChainKeys();
    const chain = keys.of(dockerfile);
    const fresh = new Map<Instruction, StepSize>();
    const stale = new Map<Instruction, StepSize>();
    const images = new Map<number, BuildRecord>();
    const parsed = new Map<string, Dockerfile>();
    for (const build of builds) {
      const built = this.#parsed.get(build.ref) ?? parse(build.dockerfile);
      parsed.set(build.ref, built);
      const steps = stepsOf(built, build);
      const builtChain = keys.of(built, build.buildArgs);
      addFresh(chain, builtChain, steps, build, fresh);
      addStale(dockerfile, built, steps, build, stale);
      addImage(dockerfile, chain, built, builtChain, build, images);
    }
    this.#parsed = parsed;
    return { steps: new Map([...stale, ...fresh]), images };
  }
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

function addFresh(
  chain: Chain,
  built: Chain,
  steps: ReadonlyMap<Instruction, BuildStep>,
  build: BuildRecord,
  fresh: Map<Instruction, StepSize>,
): void {
  const byKey = new Map<number, BuildStep>();
  for (const [instruction, key] of built.instructions) {
    const step = steps.get(instruction);
    if (step !== undefined && !byKey.has(key)) byKey.set(key, step);
  }
  for (const [instruction, key] of chain.instructions) {
    const step = byKey.get(key);
    if (step !== undefined && !fresh.has(instruction)) {
      fresh.set(instruction, { step, build, fresh: true });
    }
  }
}

/** Pairs instructions of the same text in stages of the same name, or of the same place where both have none. */
function addStale(
  dockerfile: Dockerfile,
  built: Dockerfile,
  steps: ReadonlyMap<Instruction, BuildStep>,
  build: BuildRecord,
  stale: Map<Instruction, StepSize>,
): void {
  for (const stage of dockerfile.stages) {
    const other = counterpartOf(stage, built);
    if (other === undefined) continue;
    const before = byOwnText(other);
    for (const [text, instructions] of byOwnText(stage)) {
      const counterparts = before.get(text);
      // With one more or one less of them nobody can say which is which.
      if (counterparts?.length !== instructions.length) continue;
      for (const [index, instruction] of instructions.entries()) {
        const step = steps.get(counterparts[index]!);
        if (step !== undefined && !stale.has(instruction)) stale.set(instruction, { step, build, fresh: false });
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

function byOwnText({ instructions }: Stage): ReadonlyMap<string, readonly Instruction[]> {
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
  built: Dockerfile,
  builtChain: Chain,
  build: BuildRecord,
  images: Map<number, BuildRecord>,
): void {
  if (build.failed || build.image === undefined) return;
  const from = targetOf(built, build.target);
  const to = targetOf(dockerfile, build.target);
  if (from === undefined || to === undefined || images.has(to.index)) return;
  if (chain.stages[to.index] === builtChain.stages[from.index]) images.set(to.index, build);
}

/** The stage a build makes: the last one without a target, else the one of that name or number. */
function targetOf({ stages }: Dockerfile, target: string | undefined): Stage | undefined {
  if (target === undefined || target === '') return stages.at(-1);
  const name = target.toLowerCase();
  const named = stages.findLast((stage) => stage.name?.value.toLowerCase() === name);
  return named ?? (/^\d+$/.test(target) ? stages[Number(target)] : undefined);
}
