import { lineStartsOf } from '../position.ts';
import { spanOf } from './characters.ts';
import type { Comment, Dockerfile, Heredoc, Instruction, ParseError } from './dockerfile.ts';
import { heredocStarts } from './heredocs.ts';
import { type InstructionText, parseInstruction } from './instruction.ts';
import { keywordOf } from './keywords.ts';
import { type Frame, OwnInstruction } from './ownInstruction.ts';
import { placeInstruction, shift } from './place.ts';
import { isUnedited, type Kept, keptOf } from './reuse.ts';
import { type LogicalLine, Scanner } from './scan.ts';
import { findStages } from './stages.ts';

/**
 * Reads a Dockerfile exactly as BuildKit's parser does, in linear time. Never throws for any text: what BuildKit would refuse
 * is `error`, and reading goes on behind it. Source: frontend/dockerfile/parser of BuildKit.
 *
 * `previous` is an earlier version of the file: only the instructions that were edited since are read again.
 */
export function parse(text: string, previous?: Dockerfile): Dockerfile {
  const kept = previous && keptOf(previous, text);
  const scanner = new Scanner(text, kept?.from);
  const { instructions, comments } = readInstructions(scanner, kept);
  const { escape: escapeToken, found: directives, error: directiveError } = scanner.directives;
  const refused = instructions.find(({ own }) => own.error)?.error;
  const error = directiveError ?? scanner.error ?? refused ?? (instructions.length === 0 ? noInstructions : undefined);
  return {
    text,
    lineStarts: lineStartsOf(text),
    escape: escapeToken,
    directives,
    comments,
    instructions,
    stages: findStages(instructions, escapeToken),
    ...(error && { error }),
  };
}

const noInstructions: ParseError = {
  code: 'NoInstructions',
  message: 'This file has no instructions. Start it with FROM and an image.',
  span: { start: 0, end: 0 },
};

function readInstructions(
  scanner: Scanner,
  kept: Kept | undefined,
): { readonly instructions: readonly Instruction[]; readonly comments: readonly Comment[] } {
  const instructions = [...(kept?.instructions ?? [])];
  const comments = [...(kept?.comments ?? [])];
  let stage = instructions.at(-1)?.stage;
  for (let line = scanner.next(); line !== undefined; line = scanner.next()) {
    const read = readInstruction(scanner, line);
    if (read.keyword === 'FROM') stage = (stage ?? -1) + 1;
    const { escape: escapeToken } = scanner.directives;
    const rest = kept?.after({ offset: scanner.nextLine, line: scanner.line, escape: escapeToken, stage });
    const before = rest ? rest.before : kept?.unedited(read, escapeToken);
    const own = before && isUnedited(before, read) ? before : read;
    instructions.push(placeInstruction(own, { offset: line.start, line: line.startLine, stage }, line.docComments));
    if (!rest) continue;
    return {
      instructions: [...instructions, ...rest.instructions],
      comments: [...comments, ...scanner.comments, ...rest.comments],
    };
  }
  return { instructions, comments: [...comments, ...scanner.comments] };
}

/** The instruction that begins in `line`, read by itself. */
function readInstruction(scanner: Scanner, line: LogicalLine): Instruction {
  const parsed = parseInstruction(line.text, scanner.directives.escape);
  const { heredocs, error } = readHeredocs(scanner, line, parsed);
  const own = {
    source: scanner.text.slice(line.start, scanner.end),
    span: { start: 0, end: scanner.end - line.start },
    startLine: 0,
    endLine: scanner.line - 1 - line.startLine,
    blankLines: line.blankLines,
    docComments: [],
    stage: undefined,
    heredocs,
  };
  return toInstruction(parsed, line.text, own, parsed.error ?? error);
}

const heredocKeywords = new Set(['RUN', 'COPY', 'ADD']);

function readHeredocs(
  scanner: Scanner,
  line: LogicalLine,
  parsed: InstructionText,
): { readonly heredocs: readonly Heredoc[]; readonly error?: ParseError } {
  const holder = parsed.trigger ?? parsed;
  if (!heredocKeywords.has(keywordOf(holder.keywordText)) || holder.json) return { heredocs: [] };
  const heredocs: Heredoc[] = [];
  for (const start of heredocStarts(line.text.text)) {
    const body = scanner.heredocBody(start.name, start.chomp);
    if (body === undefined) {
      const message = `The heredoc has no end: no line behind it is exactly "${start.name}".`;
      const at = Math.max(0, line.text.text.indexOf('<<'));
      const span = spanOf(line.text, at, line.text.text.length);
      return { heredocs, error: { code: 'UnterminatedHeredoc', message, span } };
    }
    heredocs.push({ ...start, content: body.content, bodySpan: shift(body.span, -line.start) });
  }
  return { heredocs };
}

function toInstruction(
  parsed: InstructionText,
  text: LogicalLine['text'],
  frame: Frame,
  error: ParseError | undefined,
): Instruction {
  const { keywordText, keywordStart, trigger, body } = parsed;
  const keywordSpan = spanOf(text, keywordStart, keywordStart + keywordText.length);
  const triggered = trigger && toInstruction(trigger, body, frame, undefined);
  return new OwnInstruction(parsed, frame, keywordSpan, triggered, error);
}
