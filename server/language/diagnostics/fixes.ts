/** Edits that fixes, refactorings and suppressions are made of. */
import type { Comment, Dockerfile, Instruction, Span } from '../dockerfile/dockerfile.ts';
import type { Edit, Fix } from './rule.ts';

export function replace(span: Span, text: string, safe = true, title = `Write "${text}"`): Fix {
  return { title, edits: [{ span, text }], safe };
}

export function insertion(at: number, text: string): Edit {
  return { span: { start: at, end: at }, text };
}

/** Takes `span` away with the blanks behind it, and no line break. */
export function removeWord({ text }: Dockerfile, span: Span): Edit {
  let { end } = span;
  while (text[end] === ' ' || text[end] === '\t') end++;
  return { span: { start: span.start, end }, text: '' };
}

/** Takes an instruction, or whatever else begins and ends with a line, away with its lines. */
export function removeLines({ text }: Dockerfile, { span }: { readonly span: Span }): Edit {
  const start = lineStart(text, span.start);
  const feed = text.indexOf('\n', span.end);
  const before = feed === -1 && start > 0 ? start - 1 : start;
  return { span: { start: before, end: feed === -1 ? text.length : feed + 1 }, text: '' };
}

/** A line of its own above an instruction and the comments that belong to it. */
export function insertAbove({ text }: Dockerfile, { span, docComments }: Instruction, line: string): Edit {
  let start = lineStart(text, span.start);
  for (let count = docComments.length; count > 0 && start > 0; count--) {
    const above = lineStart(text, start - 1);
    if (!/^[\t ]*#/.test(text.slice(above, start))) break;
    start = above;
  }
  return insertion(start, line + lineBreakIn(text));
}

/** A line of its own below an instruction; undefined where its last line asks to be continued. */
export function insertBelow(
  { text, escape: escapeToken }: Dockerfile,
  instruction: Instruction,
  line: string,
): Edit | undefined {
  if (instruction.source.trimEnd().endsWith(escapeToken) || instruction.error) return undefined;
  return insertion(instruction.span.end, lineBreakIn(text) + line);
}

/** A line of its own before the first FROM, behind what stands there already; comments stay with what they are about. */
export function insertBeforeStages(dockerfile: Dockerfile, line: string): Edit {
  const { instructions, text } = dockerfile;
  const lineBreak = lineBreakIn(text);
  const first = instructions.findIndex(({ keyword }) => keyword === 'FROM');
  const previous = instructions[first - 1];
  if (previous) return insertion(previous.span.end, lineBreak + line);
  const from = instructions[first];
  const isDescribed = from === undefined || from.docComments.length > 0;
  const at = isDescribed ? headEnd(dockerfile) : lineStart(text, from.span.start);
  return insertion(Math.max(at, headEnd(dockerfile)), line + lineBreak);
}

/** Where the line behind the last directive begins; that of the file where there is none. */
export function headEnd({ directives, text }: Pick<Dockerfile, 'directives' | 'text'>): number {
  const last = directives.at(-1);
  if (!last) return text.charCodeAt(0) === 0xfeff ? 1 : 0;
  const feed = text.indexOf('\n', last.span.end);
  return feed === -1 ? text.length : feed + 1;
}

/** Where the line of `offset` begins. */
export function lineStart(text: string, offset: number): number {
  return offset === 0 ? 0 : text.lastIndexOf('\n', offset - 1) + 1;
}

/** How the file ends its lines: as it does the first one. */
export function lineBreakIn(text: string): '\r\n' | '\n' {
  return text[text.indexOf('\n') - 1] === '\r' ? '\r\n' : '\n';
}

/** The comments that BuildKit hands on with the instruction, where they stand. */
export function commentsAbove({ comments }: Dockerfile, { span, docComments }: Instruction): readonly Comment[] {
  if (docComments.length === 0) return [];
  let [low, high] = [0, comments.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (comments[middle]!.span.start < span.start) low = middle + 1;
    else high = middle;
  }
  return comments.slice(Math.max(0, low - docComments.length), low);
}

/** `keyword` in the case of `model`'s own. */
export function inCaseOf({ keywordText }: Instruction, keyword: string): string {
  return keywordText === keywordText.toLowerCase() ? keyword.toLowerCase() : keyword;
}
