import type { Hover } from 'vscode-languageserver-types';
import { instructionAt } from '../dockerfile/at.ts';
import type { Dockerfile, Instruction } from '../dockerfile/dockerfile.ts';
import { isKnownKeyword } from '../dockerfile/keywords.ts';
import { directiveDocs, directivesUrl } from '../docs/directives.ts';
import { instructionDocs, referenceUrl } from '../docs/instructions.ts';
import { rangeOf } from '../position.ts';
import { contains, type Explanation } from './explanation.ts';
import { flagHover } from './flags.ts';
import { heredocHover } from './heredocs.ts';
import { stageHover } from './stages.ts';
import { variableHover } from './variables.ts';

/** Explains what stands at `offset`. Text of the file only ever appears in code spans. */
export function hover(dockerfile: Dockerfile, offset: number): Hover | undefined {
  const found = explain(dockerfile, offset);
  if (found === undefined) return undefined;
  return { contents: { kind: 'markdown', value: found.markdown }, range: rangeOf(dockerfile, found.span) };
}

function explain(dockerfile: Dockerfile, offset: number): Explanation | undefined {
  const directive = directiveHover(dockerfile, offset);
  if (directive !== undefined) return directive;
  const instruction = instructionAt(dockerfile, offset);
  if (instruction === undefined) return undefined;
  return (
    keywordHover(instruction, offset) ??
    stageHover(dockerfile, offset) ??
    variableHover(dockerfile, instruction, offset) ??
    flagHover(dockerfile, instruction.trigger ?? instruction, offset) ??
    heredocHover(dockerfile, instruction, offset)
  );
}

function keywordHover(instruction: Instruction, offset: number): Explanation | undefined {
  for (let at: Instruction | undefined = instruction; at !== undefined; at = at.trigger) {
    const { keyword, keywordSpan } = at;
    if (!isKnownKeyword(keyword) || !contains(keywordSpan, offset)) continue;
    const { summary, syntax, example } = instructionDocs[keyword];
    const markdown = [
      `\`\`\`dockerfile\n${syntax}\n\`\`\``,
      summary,
      `\`\`\`dockerfile\n${example}\n\`\`\``,
      `[Reference](${referenceUrl(keyword)})`,
    ].join('\n\n');
    return { markdown, span: keywordSpan };
  }
  return undefined;
}

function directiveHover({ directives }: Dockerfile, offset: number): Explanation | undefined {
  const directive = directives.find(({ span }) => contains(span, offset));
  const docs = directiveDocs.find(({ name }) => name === directive?.name);
  if (directive === undefined || docs === undefined) return undefined;
  const { summary, example } = docs;
  const markdown = `${summary}\n\n\`\`\`dockerfile\n${example}\n\`\`\`\n\n[Reference](${directivesUrl})`;
  return { markdown, span: directive.span };
}
