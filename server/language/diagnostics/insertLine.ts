/** Edits that add whole lines beside an instruction. */
import type { Dockerfile, Instruction } from '../dockerfile/dockerfile.ts';
import type { Edit } from './rule.ts';

export function lineBreakIn(text: string): '\r\n' | '\n' {
  return text.includes('\r\n') ? '\r\n' : '\n';
}

/** `keyword` in the case of `model`'s own. */
export function inCaseOf({ keywordText }: Instruction, keyword: string): string {
  return keywordText === keywordText.toLowerCase() ? keyword.toLowerCase() : keyword;
}

/** Above an instruction and the comments that belong to it. */
export function insertAbove({ text }: Dockerfile, { span, docComments }: Instruction, line: string): Edit {
  let start = text.lastIndexOf('\n', span.start - 1) + 1;
  for (let count = docComments.length; count > 0 && start > 0; count--) {
    const above = text.lastIndexOf('\n', start - 2) + 1;
    if (!/^[\t ]*#/.test(text.slice(above, start))) break;
    start = above;
  }
  return { span: { start, end: start }, text: line + lineBreakIn(text) };
}

/** Below an instruction; undefined where its last line asks to be continued. */
export function insertBelow(
  { text, escape: escapeToken }: Dockerfile,
  instruction: Instruction,
  line: string,
): Edit | undefined {
  const { end } = instruction.span;
  if (instruction.source.trimEnd().endsWith(escapeToken) || instruction.error) return undefined;
  return { span: { start: end, end }, text: lineBreakIn(text) + line };
}
