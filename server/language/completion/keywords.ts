import { CompletionItemKind, CompletionItemTag } from 'vscode-languageserver-types';
import type { Dockerfile } from '../dockerfile/dockerfile.ts';
import { isKnownKeyword, type Keyword, keywords } from '../dockerfile/keywords.ts';
import { type InstructionDocs, instructionDocs, referenceUrl } from '../docs/instructions.ts';
import type { CursorContext } from './context.ts';
import type { Offer } from './item.ts';

type Context = Extract<CursorContext, { kind: 'keyword' }>;

const beforeFirstStage: readonly Keyword[] = ['FROM', 'ARG'];
const notTriggered: ReadonlySet<Keyword> = new Set(['FROM', 'ONBUILD', 'MAINTAINER']);

export function keywordOffers(dockerfile: Dockerfile, offset: number, { typed, trigger }: Context): readonly Offer[] {
  const lower = writesLowerCase(dockerfile, offset);
  const inStage = dockerfile.stages.some(({ from }) => from.keywordSpan.end < typed.span.start);
  const possible = trigger
    ? keywords.filter((keyword) => !notTriggered.has(keyword))
    : inStage
      ? keywords
      : beforeFirstStage;
  return possible.map((keyword) => toOffer(keyword, instructionDocs[keyword], lower, typed.lastOnLine));
}

function toOffer(keyword: Keyword, docs: InstructionDocs, lower: boolean, lastOnLine: boolean): Offer {
  const label = lower ? keyword.toLowerCase() : keyword;
  return {
    label,
    kind: CompletionItemKind.Keyword,
    // In front of arguments that are there already the keyword alone is wanted.
    ...(lastOnLine && { text: `${label} `, snippet: `${label} ${docs.snippet}` }),
    ...(keyword === 'MAINTAINER' && { tags: [CompletionItemTag.Deprecated] }),
    documentation: `${docs.summary}\n\n\`\`\`dockerfile\n${docs.example}\n\`\`\`\n\n[Reference](${referenceUrl(keyword)})`,
  };
}

/** Whether the file writes its instructions in lower case; the one at the cursor does not count. */
function writesLowerCase({ instructions }: Dockerfile, offset: number): boolean {
  let lower = 0;
  let upper = 0;
  for (const { keyword, keywordText, keywordSpan } of instructions) {
    if (!isKnownKeyword(keyword) || (keywordSpan.start <= offset && offset <= keywordSpan.end)) continue;
    if (keywordText === keywordText.toLowerCase()) lower++;
    else upper++;
  }
  return lower > upper;
}
