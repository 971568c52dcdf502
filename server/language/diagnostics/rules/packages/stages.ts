import type { Dockerfile, Instruction, Stage } from '../../../dockerfile/dockerfile.ts';
import { runsIn } from '../../runsIn.ts';

/** Whether a stage's layers are part of what is built: it is the last one, or another one builds on it. Source: hadolint's DL3009. */
export function keptStages({ stages }: Dockerfile): ReadonlySet<number> {
  const kept = new Set(stages.flatMap(({ base }) => base ?? []));
  if (stages.length > 0) kept.add(stages.length - 1);
  return kept;
}

/**
 * Calls `visit` for each instruction of each stage with what was true before it. `next` says what is true behind one, `start` what
 * is at the head of a stage that builds on no other.
 */
export function walkStages<T>(
  { stages }: Dockerfile,
  start: (stage: Stage) => T,
  next: (before: T, instruction: Instruction) => T,
  visit: (instruction: Instruction, before: T, stage: Stage) => void,
): void {
  const atEnd: T[] = [];
  for (const stage of stages) {
    let state = stage.base === undefined ? start(stage) : atEnd[stage.base]!;
    for (const instruction of stage.instructions.slice(1)) {
      visit(instruction, state, stage);
      state = next(state, instruction);
    }
    atEnd.push(state);
  }
}

/**
 * Whether something is true of an instruction that runs commands: where not, there is no need to know what was true before it.
 */
export function someRun(dockerfile: Dockerfile, test: (instruction: Instruction) => boolean): boolean {
  return runsIn(dockerfile).some(test);
}

/** Whether root runs what comes behind an instruction. */
export function isRootBehind(before: boolean, { keyword, body }: Instruction): boolean {
  return keyword === 'USER' ? /^["']?(?:root|0)(?:["':]|$)/.test(body.text) : before;
}
