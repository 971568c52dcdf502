/** The text of a RUN, line by line. All offsets are those of the instruction read by itself. */
import { lineStart } from '../diagnostics/fixes.ts';
import type { Instruction, Span } from '../dockerfile/dockerfile.ts';
import { parse } from '../dockerfile/parse.ts';
import { nodesIn, type ShellNode, wordsOf } from '../shell/script.ts';

/** Everything behind the keyword and the flags. */
export function argumentsSpan({ keywordSpan, flags, span }: Instruction): Span {
  return { start: flags.at(-1)?.span.end ?? keywordSpan.end, end: span.end };
}

/** What stands between two commands, if that is nothing but blanks, line breaks and lines of comments: those. */
export function commentsIn(gap: string, escapeToken: string): readonly string[] | undefined {
  const lines = gap.split('\n');
  const comments: string[] = [];
  for (const [index, line] of lines.entries()) {
    const bare = line.trim();
    if (bare.startsWith('#') && index > 0) comments.push(bare);
    else if (bare !== '' && (bare !== escapeToken || index === lines.length - 1)) return undefined;
  }
  return comments;
}

export interface Command {
  readonly lines: readonly string[];
  /** Those between its lines. */
  readonly comments: readonly string[];
}

/**
 * A command as it is written, without the escape character at the ends of its lines. A line that breaks inside a word is joined
 * with the next one, which is what BuildKit does with it.
 */
export function commandIn(text: string, node: ShellNode, escapeToken: string): Command {
  const breaksWord = wordBreaks(node);
  const { start, end } = node.span;
  const indent = indentAt(text, start);
  const lines: string[] = [];
  const comments: string[] = [];
  let joins = false;
  let at = start;
  for (const raw of text.slice(start, end).split('\n')) {
    const lineStart = at;
    at += raw.length + 1;
    if (lineStart > start && /^[\t ]*(?:#|$)/.test(raw)) {
      if (raw.trim() !== '') comments.push(raw.trim());
      continue;
    }
    const continued = at <= end ? raw.lastIndexOf(escapeToken) : raw.length;
    const piece = raw.slice(0, continued);
    if (joins) lines.push(lines.pop()! + piece);
    else lines.push(piece.startsWith(indent) ? piece.slice(indent.length) : piece);
    joins = breaksWord(lineStart + continued);
  }
  return { lines, comments };
}

function indentAt(text: string, offset: number): string {
  const line = text.slice(lineStart(text, offset), offset);
  return line.trim() === '' ? line : '';
}

/** Whether an offset is inside a word. */
export function wordBreaks(node: ShellNode): (offset: number) => boolean {
  const spans: Span[] = [];
  for (const inner of nodesIn(node)) {
    for (const { span } of wordsOf(inner)) spans.push(span);
    if (inner.kind === 'command') for (const { span } of inner.assignments) spans.push(span);
  }
  const outermost: Span[] = [];
  for (const span of spans.sort((a, b) => a.start - b.start || b.end - a.end))
    if (span.end > (outermost.at(-1)?.end ?? 0)) outermost.push(span);
  let index = 0; // offsets are asked for in the order of the text
  return (offset) => {
    while (index < outermost.length && outermost[index]!.end <= offset) index++;
    return index < outermost.length && outermost[index]!.start < offset;
  };
}

/** Reads an instruction as BuildKit would; undefined where `text` is not one and no more than one. */
export function readInstruction(text: string, escapeToken: string): Instruction | undefined {
  const { instructions, error } = parse(`# escape=${escapeToken}\n${text}`);
  return instructions.length === 1 && !error ? instructions[0]!.own : undefined;
}
