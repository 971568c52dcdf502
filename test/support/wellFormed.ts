/** What holds for any text: every node and every finding lies inside the text and inside its parent. */
import assert from 'node:assert/strict';
import type { Diagnostic } from 'vscode-languageserver-types';
import type { Dockerfile, Instruction, Span } from '../../server/language/dockerfile/dockerfile.ts';
import { variableUses } from '../../server/language/dockerfile/variables.ts';
import { offsetAt, positionAt } from '../../server/language/position.ts';

export function assertWellFormed(dockerfile: Dockerfile): void {
  const { text, instructions, comments, directives, error, stages } = dockerfile;
  const whole = { start: 0, end: text.length };
  let end = 0;
  for (const instruction of instructions) {
    assertInside(instruction.span, { start: end, end: text.length }, 'instruction');
    end = instruction.span.end;
    assertInstruction(dockerfile, instruction);
  }
  for (const { span } of [...comments, ...directives]) assertInside(span, whole, 'comment');
  if (error) assertInside(error.span, whole, 'error');
  for (const stage of stages) {
    assertInside(stage.from.span, stage.span, 'FROM');
    assert.ok(stage.base === undefined || stage.base < stage.index);
  }
}

/** A position that does not exist would be moved to the nearest one that does. */
export function assertFindingsInside(dockerfile: Dockerfile, diagnostics: readonly Diagnostic[]): void {
  for (const { range, code } of diagnostics) {
    const start = offsetAt(dockerfile, range.start);
    const end = offsetAt(dockerfile, range.end);
    assert.deepEqual(positionAt(dockerfile, start), range.start, `${code} begins inside the text`);
    assert.deepEqual(positionAt(dockerfile, end), range.end, `${code} ends inside the text`);
    assert.ok(start <= end, `${code} runs forward`);
  }
}

function assertInstruction(dockerfile: Dockerfile, instruction: Instruction): void {
  const { span, keyword, body, trigger } = instruction;
  assertInside(instruction.keywordSpan, span, `${keyword} keyword`);
  for (const word of instruction.words) assertInside(word.span, span, `${keyword} word`);
  for (const flag of instruction.flags) {
    assertInside(flag.span, span, `${keyword} flag`);
    assertInside(flag.nameSpan, flag.span, 'flag name');
    if (flag.valueSpan) assertInside(flag.valueSpan, flag.span, 'flag value');
  }
  for (const heredoc of instruction.heredocs) assertInside(heredoc.bodySpan, span, 'heredoc');
  for (let index = 0, before = 0; index <= body.text.length; index++) {
    const offset = body.offsetAt(index);
    assert.ok(before <= offset, 'the body runs forward');
    if (offset < span.start || offset > span.end) assert.fail(`${keyword} body is not inside`);
    before = offset;
  }
  for (const use of variableUses(dockerfile, instruction)) {
    assertInside(use.span, span, 'variable');
    assertInside(use.nameSpan, use.span, 'variable name');
  }
  if (trigger) assertInstruction(dockerfile, trigger);
}

function assertInside(inner: Span, outer: Span, what: string): void {
  const fits = outer.start <= inner.start && inner.start <= inner.end && inner.end <= outer.end;
  if (!fits) assert.fail(`${what} ${inner.start}-${inner.end} is not inside ${outer.start}-${outer.end}`);
}
