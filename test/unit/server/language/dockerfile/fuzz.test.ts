import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { diagnose } from '../../../../../server/language/diagnostics/diagnose.ts';
import type { Dockerfile, Instruction, Span } from '../../../../../server/language/dockerfile/dockerfile.ts';
import { parse } from '../../../../../server/language/dockerfile/parse.ts';
import { variablesInScope } from '../../../../../server/language/dockerfile/scope.ts';
import { variableUses } from '../../../../../server/language/dockerfile/variables.ts';
import { random } from '../../../../support/random.ts';

const sources: readonly string[] = JSON.parse(
  readFileSync(new URL('../../../../fixtures/parser-cases.json', import.meta.url), 'utf8'),
).map(({ dockerfile }: { dockerfile: string }) => dockerfile);

const pieces = [
  '\\',
  '`',
  '\n',
  '\r\n',
  '\r',
  ' ',
  '\t',
  '"',
  "'",
  '$',
  '${',
  '}',
  ':-',
  '[',
  ']',
  ',',
  '<<',
  '<<-EOF',
  '#',
  '# escape=`\n',
];
const words = [
  '--',
  '=',
  'ONBUILD ',
  'FROM a AS b\n',
  'ENV a=$b ',
  'COPY --from=',
  'HEALTHCHECK CMD ',
  '\ufeff',
  '\u00a0',
  '😀',
  '\ud800',
  '\0',
];

function mutate(text: string, next: (below: number) => number): string {
  const at = next(text.length + 1);
  switch (next(4)) {
    case 0:
      return text.slice(0, at) + text.slice(at + 1 + next(8));
    case 1: {
      const other = sources[next(sources.length)]!;
      return text.slice(0, at) + other.slice(next(other.length));
    }
    default: {
      const all = [...pieces, ...words];
      return text.slice(0, at) + all[next(all.length)] + text.slice(at);
    }
  }
}

function assertInside(inner: Span, outer: Span, what: string): void {
  const fits = outer.start <= inner.start && inner.start <= inner.end && inner.end <= outer.end;
  assert.ok(fits, `${what} ${inner.start}-${inner.end} is not inside ${outer.start}-${outer.end}`);
}

function checkInstruction(dockerfile: Dockerfile, instruction: Instruction): void {
  const { span, keyword } = instruction;
  assertInside(instruction.keywordSpan, span, `${keyword} keyword`);
  for (const word of instruction.words) assertInside(word.span, span, `${keyword} word`);
  for (const flag of instruction.flags) {
    assertInside(flag.span, span, `${keyword} flag`);
    assertInside(flag.nameSpan, flag.span, 'flag name');
    if (flag.valueSpan) assertInside(flag.valueSpan, flag.span, 'flag value');
  }
  for (const heredoc of instruction.heredocs) assertInside(heredoc.bodySpan, span, 'heredoc');
  const { body } = instruction;
  for (let index = 0, before = 0; index <= body.text.length; index++) {
    const offset = body.offsetAt(index);
    assert.ok(before <= offset, 'the body runs forward');
    assertInside({ start: offset, end: offset }, span, `${keyword} body`);
    before = offset;
  }
  for (const use of variableUses(dockerfile, instruction)) {
    assertInside(use.span, span, 'variable');
    assertInside(use.nameSpan, use.span, 'variable name');
  }
  if (instruction.trigger) checkInstruction(dockerfile, instruction.trigger);
}

function check(text: string): void {
  const dockerfile = parse(text);
  const whole = { start: 0, end: text.length };
  let end = 0;
  for (const instruction of dockerfile.instructions) {
    assertInside(instruction.span, { start: end, end: text.length }, 'instruction');
    end = instruction.span.end;
    checkInstruction(dockerfile, instruction);
  }
  for (const { span } of [...dockerfile.comments, ...dockerfile.directives]) assertInside(span, whole, 'comment');
  if (dockerfile.error) assertInside(dockerfile.error.span, whole, 'error');
  for (const stage of dockerfile.stages) {
    assertInside(stage.from.span, stage.span, 'FROM');
    assert.ok(stage.base === undefined || stage.base < stage.index);
  }
  for (const { range } of diagnose(dockerfile)) assert.ok(range.end.line < dockerfile.lineStarts.length);
  variablesInScope(dockerfile, text.length >> 1);
}

describe('parse, of text that is just being typed', () => {
  it('keeps every span inside its parent for each prefix of each case', () => {
    for (const source of sources) for (let end = 0; end < source.length; end++) check(source.slice(0, end));
  });

  it('keeps every span inside its parent after random edits', () => {
    for (let seed = 1; seed <= 1500; seed++) {
      const next = random(seed);
      let text = sources[next(sources.length)]!;
      for (let edits = 1 + next(6); edits > 0; edits--) text = mutate(text, next);
      try {
        check(text);
      } catch (error) {
        throw new Error(`seed ${seed}: ${JSON.stringify(text)}`, { cause: error });
      }
    }
  });
});
