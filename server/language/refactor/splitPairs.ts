import { lineBreakIn, lineStart } from '../diagnostics/fixes.ts';
import type { Edit, Fix } from '../diagnostics/rule.ts';
import type { Dockerfile, Instruction } from '../dockerfile/dockerfile.ts';
import { keyValues } from '../dockerfile/keyValues.ts';
import { variableUses } from '../dockerfile/variables.ts';

/** `ENV a=1 b=2` as an instruction for each. Not where one uses what another defines: only behind it would the value be new. */
export function splitPairs(dockerfile: Dockerfile, instruction: Instruction): Fix | undefined {
  const { keyword, keywordText, keywordSpan, span, stage } = instruction;
  const { text } = dockerfile;
  if ((keyword !== 'ENV' && keyword !== 'LABEL') || stage === undefined) return undefined;
  const indent = text.slice(lineStart(text, span.start), keywordSpan.start);
  if (indent.trim() !== '') return undefined; // what ONBUILD triggers
  const pairs = keyValues(instruction);
  const keys = new Set(pairs.map(({ key }) => key.value));
  if (pairs.length < 2 || variableUses(dockerfile, instruction).some(({ name }) => keys.has(name))) return undefined;
  const edits: Edit[] = [];
  for (const [index, { key }] of pairs.entries()) {
    const previous = pairs[index - 1];
    if (!previous) continue;
    const gap = { start: previous.value!.span.end, end: key.span.start };
    if (text.slice(gap.start, gap.end).includes('#')) return undefined; // a comment would be lost
    edits.push({ span: gap, text: `${lineBreakIn(text)}${indent}${keywordText} ` });
  }
  return { title: `Write an ${keyword} for each`.replace('an LABEL', 'a LABEL'), edits, safe: false };
}
