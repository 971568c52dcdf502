import type { Dockerfile, Stage } from '../dockerfile/dockerfile.ts';
import { markdownBlock, markdownCode } from '../markdown.ts';
import { stageUses } from '../stageUses.ts';
import { contains, type Explanation } from './explanation.ts';

/** The name of a stage, where it is given and where it is used. */
export function stageHover(dockerfile: Dockerfile, offset: number): Explanation | undefined {
  const named = dockerfile.stages.find(({ name }) => name !== undefined && contains(name.span, offset));
  if (named?.name !== undefined) return { markdown: describe(dockerfile, named), span: named.name.span };
  const use = stageUses(dockerfile).find(({ span }) => contains(span, offset));
  const stage = use && dockerfile.stages[use.stage];
  return use && stage && { markdown: describe(dockerfile, stage), span: use.span };
}

function describe(dockerfile: Dockerfile, stage: Stage): string {
  const { text } = dockerfile;
  const uses = stageUses(dockerfile).filter(({ stage: index }) => index === stage.index).length;
  const title = stage.name === undefined ? `Stage ${stage.index}` : `Stage ${markdownCode(stage.name.value)}`;
  const count = stage.instructions.length - 1;
  const size = `${count} ${count === 1 ? 'instruction' : 'instructions'}, used ${uses === 1 ? 'once' : `${uses} times`}`;
  const from = text.slice(stage.from.span.start, stage.from.span.end);
  return `${title}: ${size}\n\n${markdownBlock(from, 'dockerfile')}`;
}
