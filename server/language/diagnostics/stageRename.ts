import type { Dockerfile, Stage } from '../dockerfile/dockerfile.ts';
import { usesByStage } from '../stageUses.ts';
import type { Fix } from './rule.ts';

/** Another name for a stage, wherever it is named; whoever builds it by `--target` has to know. */
export function renameStage(dockerfile: Dockerfile, { name, index }: Stage, text: string): Fix | undefined {
  if (!name) return undefined;
  const uses = (usesByStage(dockerfile).get(index) ?? [])
    .filter(({ span }) => !/^\d+$/.test(dockerfile.text.slice(span.start, span.end)))
    .map(({ span }) => span);
  const spans = [name.span, ...uses].toSorted((a, b) => a.start - b.start);
  return { title: `Call it "${text}"`, edits: spans.map((span) => ({ span, text })), safe: false };
}
