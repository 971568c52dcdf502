import type { Dockerfile, Stage } from '../dockerfile/dockerfile.ts';
import { stageUses } from '../stageUses.ts';

/** The stages that no other one builds on or takes files from: each is an image of its own. */
export function endStages(dockerfile: Dockerfile): readonly Stage[] {
  const used = new Set(stageUses(dockerfile).map(({ stage }) => stage));
  return dockerfile.stages.filter(({ index }) => !used.has(index));
}
