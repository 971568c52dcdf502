import { lineStartsOf } from '../position.ts';
import { spanOf } from './characters.ts';
import type { Dockerfile, Heredoc, Instruction, ParseError } from './dockerfile.ts';
import { heredocStarts } from './heredocs.ts';
import { type InstructionText, parseInstruction } from './instruction.ts';
import { type LogicalLine, Scanner } from './scan.ts';
import { findStages } from './stages.ts';

/**
 * Reads a Dockerfile exactly as BuildKit's parser does, in linear time. Never throws for any text: what BuildKit would refuse
 * is `error`, and reading goes on behind it. Source: frontend/dockerfile/parser of BuildKit.
 */
export function parse(text: string): Dockerfile {
  const scanner = new Scanner(text);
  const instructions: Instruction[] = [];
  let error: ParseError | undefined;
  let stage: number | undefined;
  for (let line = scanner.next(); line !== undefined; line = scanner.next()) {
    const parsed = parseInstruction(line.text, scanner.directives.escape);
    error ??= parsed.error;
    const { heredocs, error: heredocError } = readHeredocs(scanner, line, parsed);
    error ??= heredocError;
    if (parsed.keywordText.toUpperCase() === 'FROM') stage = (stage ?? -1) + 1;
    instructions.push(toInstruction(parsed, line, heredocs, scanner, stage));
  }
  const { escape: escapeToken, found: directives, error: directiveError } = scanner.directives;
  error = directiveError ?? scanner.error ?? error;
  if (instructions.length === 0) error ??= noInstructions;
  return {
    text,
    lineStarts: lineStartsOf(text),
    escape: escapeToken,
    directives,
    comments: scanner.comments,
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

const heredocKeywords = new Set(['RUN', 'COPY', 'ADD']);

function readHeredocs(
  scanner: Scanner,
  line: LogicalLine,
  parsed: InstructionText,
): { readonly heredocs: readonly Heredoc[]; readonly error?: ParseError } {
  const holder = parsed.trigger ?? parsed;
  if (!heredocKeywords.has(holder.keywordText.toUpperCase()) || holder.json) return { heredocs: [] };
  const heredocs: Heredoc[] = [];
  for (const start of heredocStarts(line.text.text)) {
    const body = scanner.heredocBody(start.name, start.chomp);
    if (body === undefined) {
      const message = `The heredoc has no end: no line behind it is exactly "${start.name}".`;
      const at = Math.max(0, line.text.text.indexOf('<<'));
      const span = spanOf(line.text, at, line.text.text.length);
      return { heredocs, error: { code: 'UnterminatedHeredoc', message, span } };
    }
    heredocs.push({ ...start, content: body.content, bodySpan: body.span });
  }
  return { heredocs };
}

function toInstruction(
  parsed: InstructionText,
  line: LogicalLine,
  heredocs: readonly Heredoc[],
  scanner: Scanner,
  stage: number | undefined,
  lineText = line.text,
): Instruction {
  const { keywordText, keywordStart, flags, words, json, body, trigger } = parsed;
  const keywordSpan = spanOf(lineText, keywordStart, keywordStart + keywordText.length);
  return {
    keyword: keywordText.toUpperCase(),
    keywordText,
    keywordSpan,
    span: { start: keywordSpan.start, end: scanner.end },
    startLine: line.startLine,
    endLine: scanner.line - 1,
    flags,
    words,
    json,
    heredocs,
    blankLines: line.blankLines,
    body,
    docComments: line.docComments,
    ...(trigger && { trigger: toInstruction(trigger, line, heredocs, scanner, stage, body) }),
    ...(stage !== undefined && { stage }),
  };
}
