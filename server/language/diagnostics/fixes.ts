/** Edits that several rules' fixes are made of. */
import type { Dockerfile, Instruction, Span } from '../dockerfile/dockerfile.ts';
import type { Edit, Fix } from './rule.ts';

export function replace(span: Span, text: string, safe = true, title = `Write "${text}"`): Fix {
  return { title, edits: [{ span, text }], safe };
}

/** Takes `span` away with the blanks behind it, and no line break. */
export function removeWord({ text }: Dockerfile, span: Span): Edit {
  let { end } = span;
  while (text[end] === ' ' || text[end] === '\t') end++;
  return { span: { start: span.start, end }, text: '' };
}

/** Takes an instruction away with its lines. */
export function removeInstruction({ text }: Dockerfile, { span }: Instruction): Edit {
  const start = text.lastIndexOf('\n', span.start - 1) + 1;
  const feed = text.indexOf('\n', span.end);
  const before = feed === -1 && start > 0 ? start - 1 : start;
  return { span: { start: before, end: feed === -1 ? text.length : feed + 1 }, text: '' };
}

/** What ends a line of the file. */
export function lineBreakOf({ text }: Dockerfile): '\n' | '\r\n' {
  return text[text.indexOf('\n') - 1] === '\r' ? '\r\n' : '\n';
}
