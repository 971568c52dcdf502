import assert from 'node:assert/strict';
import { applyEdits } from '../../../../../server/language/applyEdits.ts';
import { LintMemory } from '../../../../../server/language/diagnostics/findings.ts';
import type { Fix, InstructionContext } from '../../../../../server/language/diagnostics/rule.ts';
import { findShells } from '../../../../../server/language/diagnostics/shells.ts';
import type { Dockerfile, Instruction } from '../../../../../server/language/dockerfile/dockerfile.ts';
import { parse } from '../../../../../server/language/dockerfile/parse.ts';
import { chainToHeredoc } from '../../../../../server/language/refactor/chainToHeredoc.ts';
import { heredocToChain } from '../../../../../server/language/refactor/heredocToChain.ts';
import { commandsIn } from '../../../../../server/language/shell/script.ts';
import { assertElseUnchanged } from '../../../../support/fixes.ts';
import { shell } from '../../../../support/shell.ts';

type Refactoring = (dockerfile: Dockerfile, instruction: Instruction, context: InstructionContext) => Fix | undefined;

function contextOf(dockerfile: Dockerfile, instruction: Instruction): InstructionContext {
  return new LintMemory().contexts.of(instruction, dockerfile, findShells(dockerfile), shell);
}

/** The text after the refactoring of the last RUN; undefined where it is not offered. */
function rewritten(refactoring: Refactoring, text: string): string | undefined {
  const dockerfile = parse(text);
  const instruction = dockerfile.instructions.findLast(({ keyword }) => keyword === 'RUN' || keyword === 'ONBUILD')!;
  const fix = refactoring(dockerfile, instruction, contextOf(dockerfile, instruction));
  if (!fix) return undefined;
  assertElseUnchanged(text, fix.edits);
  return applyEdits(text, fix.edits);
}

/** The words of all commands in the order of the text, without what makes a script stop at a failure. */
function commandsOf(text: string): readonly string[] {
  const dockerfile = parse(text);
  return dockerfile.instructions
    .flatMap((instruction) => contextOf(dockerfile, instruction).scripts.flatMap(({ root }) => [...commandsIn(root)]))
    .map(({ words }) => words.map((word) => word.text).join(' '))
    .filter((words) => !/^(?:set -e|set -o errexit|exit)$/.test(words));
}

const withBash = 'FROM a\nSHELL ["/bin/bash", "-c"]\n';
const withErrexit = 'FROM a\nSHELL ["/bin/bash", "-e", "-c"]\n';

describe('a chain of && as a heredoc', () => {
  const cases: readonly (readonly [before: string, after: string])[] = [
    ['RUN a && \\\n    b && c', 'RUN <<EOF\nset -e\na\nb\nc\nEOF'],
    ['RUN a \\\n  && b "$X" \'y\' \\\n  && c > /z\nCMD d', 'RUN <<EOF\nset -e\na\nb "$X" \'y\'\nc > /z\nEOF\nCMD d'],
    ['run a&&b', 'run <<EOF\nset -e\na\nb\nEOF'],
    ['RUN --mount=type=ssh \\\n  a && b', 'RUN --mount=type=ssh <<EOF\nset -e\na\nb\nEOF'],
    ['RUN cd /x && A=1 && export B=2 && c', 'RUN <<EOF\nset -e\ncd /x\nA=1\nexport B=2\nc\nEOF'],
    ['RUN a | b && c', 'RUN <<EOF\nset -e\na | b\nc\nEOF'],
    [`RUN [ -f x ] && b`, 'RUN <<EOF\nset -e\n[ -f x ]\nb\nEOF'],
    // comments and line breaks
    ['RUN \\\n  # one\n  a && \\\n  # two\n  b', 'RUN <<EOF\nset -e\n# one\na\n# two\nb\nEOF'],
    ['RUN a \\\n  # two\n  && b # three', 'RUN <<EOF\nset -e\na\n# two\nb # three\nEOF'],
    ['RUN a \\\n\n  && b', 'RUN <<EOF\nset -e\na\nb\nEOF'],
    ['RUN a b \\\n    # c\n    c \\  \n    d && \\\n  e', 'RUN <<EOF\nset -e\n# c\na b \\\n    c \\\n    d\ne\nEOF'],
    ['RUN x && \\\n    a b \\\n      c && d', 'RUN <<EOF\nset -e\nx\na b \\\n  c\nd\nEOF'],
    ["RUN a 'b \\\n  c' && d", "RUN <<EOF\nset -e\na 'b   c'\nd\nEOF"],
    ['RUN a "b \\\n  c" && d', 'RUN <<EOF\nset -e\na "b   c"\nd\nEOF'],
    ['RUN a$(b \\\n c) && d', 'RUN <<EOF\nset -e\na$(b  c)\nd\nEOF'],
    // what is or has its own -e
    ['RUN set -ex && a && b', 'RUN <<EOF\nset -ex\na\nb\nEOF'],
    ['RUN set -ex && a && { b; c; }', 'RUN <<EOF\nset -ex\na\n{ b; c; }\nEOF'],
    ['RUN a && set -ex && { b; c; }', 'RUN <<EOF\nset -e\na\nset -ex\n{ b; c; }\nEOF'],
    ['RUN { a; b; } && set -ex && c', 'RUN <<EOF\nset -e\n{ a; b; } || exit\nset -ex\nc\nEOF'],
    ['RUN a && b;', 'RUN <<EOF\nset -e\na\nb\nEOF'],
    ['RUN a && b \\\n  ;', 'RUN <<EOF\nset -e\na\nb\nEOF'],
    ['RUN set -o pipefail && a | b', 'RUN <<EOF\nset -e\nset -o pipefail\na | b\nEOF'],
    // what would mean something else under -e
    ['RUN (a || true) && b', 'RUN <<EOF\nset -e\n(a || true)\nb\nEOF'],
    ['RUN (cd x && y) && b', 'RUN <<EOF\nset -e\n(cd x && y)\nb\nEOF'],
    ['RUN (a; b) && c', 'RUN <<EOF\nset -e\n(a; b) || exit\nc\nEOF'],
    ['RUN { a && b; } && c', 'RUN <<EOF\nset -e\n{ a && b; } || exit\nc\nEOF'],
    ['RUN ! a && b', 'RUN <<EOF\nset -e\n! a || exit\nb\nEOF'],
    ['RUN a && for x in 1 2; do b $x; done', 'RUN <<EOF\nset -e\na\nfor x in 1 2; do b $x; done || exit\nEOF'],
    ['RUN if a; then b && c; fi && d', 'RUN <<EOF\nset -e\nif a; then b && c; fi || exit\nd\nEOF'],
    ['RUN a | while read x; do b; c; done && d', 'RUN <<EOF\nset -e\na | while read x; do b; c; done || exit\nd\nEOF'],
    ['RUN a && . ./x && y', 'RUN <<EOF\nset -e\na\n. ./x || exit\ny || exit\nEOF'],
    // the name
    ['RUN echo "\\\nEOF" && b', 'RUN <<EOF\nset -e\necho "EOF"\nb\nEOF'],
    ['RUN a \\\nEOF \\\n && b', 'RUN <<EOF1\nset -e\na \\\nEOF\nb\nEOF1'],
  ];
  for (const [before, after] of cases) {
    it(JSON.stringify(before), () => {
      assert.equal(rewritten(chainToHeredoc, `FROM a\n${before}`), `FROM a\n${after}`);
      assert.deepEqual(commandsOf(`FROM a\n${after}`), commandsOf(`FROM a\n${before}`));
    });
  }

  it('leaves the last part under the -e of SHELL', () => {
    assert.equal(
      rewritten(chainToHeredoc, `${withErrexit}RUN { a; b; } && { c; d; }`),
      `${withErrexit}RUN <<EOF\nset -e\n{ a; b; } || exit\n{ c; d; }\nEOF`,
    );
  });

  it('writes the escape character of the shell', () => {
    const text = '# escape=`\nFROM a\nSHELL ["/bin/bash", "-c"]\nRUN a `\n  b && `\n  c';
    assert.equal(
      rewritten(chainToHeredoc, text),
      '# escape=`\nFROM a\nSHELL ["/bin/bash", "-c"]\nRUN <<EOF\nset -e\na \\\n  b\nc\nEOF',
    );
  });

  const none: readonly string[] = [
    'FROM a\nRUN a',
    'FROM a\nRUN a; b',
    'FROM a\nRUN a && b; c',
    'FROM a\nRUN a && b || c',
    'FROM a\nRUN a && b &',
    'FROM a\nRUN f() { a; b; } && f',
    'FROM a\nRUN x=$(a; b) && c',
    'FROM a\nRUN a && set +e && b',
    'FROM a\nRUN a && (set -e; b)',
    'FROM a\nRUN set +e && b',
    'FROM a\nRUN ["a", "&&", "b"]',
    'FROM a\nRUN cat <<EOF && b\nx\nEOF',
    'FROM a\nRUN a && (',
    'FROM a\nONBUILD RUN a && b',
    'FROM a\r\nRUN a && \\\r\n b',
    'FROM a\nSHELL ["pwsh", "-c"]\nRUN a && b',
    '# escape=`\nFROM a\nRUN a && b',
    '# syntax=docker/dockerfile:1.3\nFROM a\nRUN a && b',
  ];
  for (const text of none)
    it(`not of ${JSON.stringify(text)}`, () => assert.equal(rewritten(chainToHeredoc, text), undefined));
});

describe('a heredoc as a chain of &&', () => {
  const cases: readonly (readonly [before: string, after: string])[] = [
    ['FROM a\nRUN <<EOF\nset -e\na\nb\nc\nEOF\nCMD d', 'FROM a\nRUN a && \\\n    b && \\\n    c\nCMD d'],
    ['FROM a\nRUN --mount=type=ssh <<EOF\nset -o errexit\na\nEOF', 'FROM a\nRUN --mount=type=ssh a'],
    ['FROM a\nRUN <<EOF\nset -eux\na\nEOF', 'FROM a\nRUN set -eux && \\\n    a'],
    [`${withErrexit}RUN <<EOF\na\nb\nEOF`, `${withErrexit}RUN a && \\\n    b`],
    ['FROM a\nRUN <<-"EOF"\n\tset -e\n\n\ta; b\n\tEOF', 'FROM a\nRUN a && \\\n    b'],
    [
      'FROM a\nRUN <<EOF\n# one\nset -e\na # two\n# three\nb \\\n  c\n# four\nEOF',
      'FROM a\nRUN \\\n    # one\n    a && \\\n    # two\n    # three\n    # four\n    b \\\n  c',
    ],
    ['FROM a\nRUN <<EOF\nset -e\n(a || true) | b\nEOF', 'FROM a\nRUN (a || true) | b'],
    ['FROM a\nRUN <<EOF\nset -e\n! a || exit\nb\nEOF', 'FROM a\nRUN ! a && \\\n    b'],
    ['FROM a\nRUN <<EOF\nset -e\nfor x in 1; do y; done || exit\nEOF', 'FROM a\nRUN for x in 1; do y; done'],
  ];
  for (const [before, after] of cases) {
    it(JSON.stringify(before), () => {
      assert.equal(rewritten(heredocToChain, before), after);
      assert.deepEqual(commandsOf(after), commandsOf(before));
    });
  }

  const none: readonly string[] = [
    'FROM a\nRUN <<EOF\na\nb\nEOF',
    `${withBash}RUN <<EOF\na\nb\nEOF`,
    'FROM a\nRUN <<EOF\nset -e\nEOF',
    'FROM a\nRUN <<EOF\n#!/bin/sh -e\na\nb\nEOF',
    'FROM a\nRUN <<EOF\nset -e\na && b\nc\nEOF',
    'FROM a\nRUN <<EOF\nset -e\na || b\nc\nEOF',
    'FROM a\nRUN <<EOF\nset -e\na &\nc\nEOF',
    'FROM a\nRUN <<EOF\nset -e\nset +e\nc\nEOF',
    'FROM a\nRUN <<EOF\nset -e\n! a\nb\nEOF',
    'FROM a\nRUN <<EOF\nset -e\nif a; then\n  b\nfi\nEOF',
    'FROM a\nRUN <<EOF\nset -e\n. ./x\nb\nEOF',
    "FROM a\nRUN <<EOF\nset -e\na 'b\nc'\nEOF",
    "FROM a\nRUN <<EOF\nset -e\na 'b\\\nc'\nEOF",
    'FROM a\nRUN <<EOF\nset -e\na \\\n#b\nEOF',
    'FROM a\nRUN <<EOF\nset -e\ncat <<X\nb\nX\nEOF',
    'FROM a\nRUN <<EOF\nset -e\n["a", "b"]\nEOF',
    'FROM a\nRUN <<EOF\nset -ex\na\n{ b; c; } || exit\nEOF',
    `${withErrexit}RUN <<EOF\na\n{ b; c; } || exit\nEOF`,
    'FROM a\nRUN bash -e <<EOF\na\nb\nEOF',
    'FROM a\nRUN <<EOF cat\nset -e\na\nEOF',
    'FROM a\nONBUILD RUN <<EOF\nset -e\na\nb\nEOF',
    'FROM a\r\nRUN <<EOF\r\nset -e\r\na\r\nEOF\r\n',
    'FROM a\nSHELL ["pwsh", "-c"]\nRUN <<EOF\nset -e\na\nb\nEOF',
  ];
  for (const text of none)
    it(`not of ${JSON.stringify(text)}`, () => assert.equal(rewritten(heredocToChain, text), undefined));

  it('leads back to what it came from', () => {
    const text = 'FROM a\nRUN --mount=type=ssh a b \\\n      c && \\\n    # why\n    ! d && \\\n    e | f';
    assert.equal(rewritten(heredocToChain, rewritten(chainToHeredoc, text)!), text);
  });
});
