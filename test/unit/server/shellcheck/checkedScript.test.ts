import assert from 'node:assert/strict';
import type { Shell } from '../../../../server/language/diagnostics/rule.ts';
import { parse } from '../../../../server/language/dockerfile/parse.ts';
import { shellSources } from '../../../../server/language/shell/sources.ts';
import type { Place } from '../../../../server/shellcheck/answer.ts';
import { checkedScript } from '../../../../server/shellcheck/checkedScript.ts';

const sh: Shell = { words: ['/bin/sh', '-c'], kind: 'sh', chosen: false };

function checked(run: string, variables: readonly string[] = []) {
  const { own } = parse(`FROM a\n${run}`).instructions[1]!;
  return { own, script: checkedScript(shellSources(own, sh)[0]!, variables) };
}

const place = (line: number, column: number, endColumn: number, endLine = line): Place => ({
  ...{ line, column, endLine, endColumn },
});

describe('what is written to ShellCheck', () => {
  const cases: readonly (readonly [name: string, run: string, input: string])[] = [
    ['is the command on one line', 'RUN a \\\n # c\n b', 'a  b'],
    ['is the body of a heredoc', 'RUN <<E\na\nb\nE', 'a\nb\n'],
    ['has no tabs that the shell does not see', 'RUN <<-E\n\ta\n\tE', 'a\n'],
    ['has no carriage returns at the end of lines', 'RUN <<E\r\na\r\nE\r\n', 'a\n'],
    [
      'has the heredocs that the command reads',
      'RUN a <<E > x && b <<-F\nc\nE\n\td\n\tF',
      'a <<E > x && b <<-F\nc\nE\n\td\nF',
    ],
    ['is what JSON hands to a shell', 'RUN ["sh", "-c", "a \\"b\\""]', 'a "b"'],
  ];
  for (const [name, run, input] of cases) it(name, () => assert.equal(checked(run).script.input, input));

  it('declares variables before the command', () => {
    assert.equal(checked('RUN a', ['B', 'c']).script.input, 'export B=1;export c=1;\na');
  });

  it('declares no names that a shell would not take', () => {
    assert.equal(checked('RUN a', ['b-c', '1', 'd']).script.input, 'export d=1;\na');
  });

  it('declares them behind the comments that hold for the whole script', () => {
    const { script } = checked('RUN <<E\n#!/bin/sh\n# shellcheck disable=SC1\n\na\nE', ['b']);
    assert.equal(script.input, '#!/bin/sh\n# shellcheck disable=SC1\n\nexport b=1;\na\n');
  });
});

describe('what ShellCheck answers', () => {
  const cases: readonly (readonly [name: string, run: string, at: Place, slice: string])[] = [
    ['is found in a command', 'RUN a $b', place(2, 3, 5), '$b'],
    ['is found behind a continuation', 'RUN a \\\n  $b c', place(2, 5, 7), '$b'],
    ['reaches over a continuation', 'RUN a\\\nb c', place(2, 1, 3), 'a\\\nb'],
    ['is found behind characters of two units', 'RUN 🙂 $b', place(2, 3, 5), '$b'],
    ['is found in a heredoc', 'RUN <<E\na\n$b\nE', place(3, 1, 3), '$b'],
    ['is found behind tabs that the shell does not see', 'RUN <<-E\n\t\ta $b\n\tE', place(2, 3, 5), '$b'],
    ['is found behind carriage returns', 'RUN <<E\r\na\r\n$b\r\nE\r\n', place(3, 1, 3), '$b'],
    ['is found in what a command reads', 'RUN a <<E\n$b\nE', place(3, 1, 3), '$b'],
    ['is found in JSON', 'RUN ["sh", "-c", "a \\"$b\\""]', place(2, 3, 7), '\\"$b\\"'],
    ['is seen where it is a point', 'RUN a b', place(2, 3, 3), 'b'],
    ['is seen where it is a point at the end', 'RUN a b', place(2, 4, 4), 'b'],
    ['stays in the text when a column is not', 'RUN a b', place(2, 3, 99), 'b'],
  ];
  for (const [name, run, at, slice] of cases)
    it(name, () => {
      const { own, script } = checked(run, ['v']);
      const span = script.spanOf(at)!;
      assert.equal(own.source.slice(span.start, span.end), slice);
    });

  it("is nobody's where it is about the declarations", () => {
    assert.equal(checked('RUN a', ['v']).script.spanOf(place(1, 1, 5)), undefined);
  });

  it("is nobody's where there is no such line", () => {
    assert.equal(checked('RUN a', ['v']).script.spanOf(place(9, 1, 5)), undefined);
  });
});

describe("ShellCheck's proposals", () => {
  const proposed = (run: string, ...replacements: readonly (readonly [at: Place, text: string])[]) => {
    const { own, script } = checked(run);
    const remark = {
      ...{ code: 'SC2086', level: 'info' as const, message: '', place: place(1, 1, 1) },
      replacements: replacements.map(([at, text]) => ({ place: at, text })),
    };
    return script
      .editsOf(remark, own.source)
      ?.toReversed()
      .reduce((text, { span, text: put }) => text.slice(0, span.start) + put + text.slice(span.end), own.source);
  };

  it('are edits of the file', () => {
    const run = 'RUN a \\\n  $b c';
    assert.equal(proposed(run, [place(1, 7, 7), '"'], [place(1, 5, 5), '"']), 'RUN a \\\n  "$b" c');
  });

  it('are escaped in JSON', () => {
    assert.equal(
      proposed('RUN ["sh", "-c", "a $b"]', [place(1, 3, 3), '"'], [place(1, 5, 5), '"']),
      'RUN ["sh", "-c", "a \\"$b\\""]',
    );
  });

  it('are none where they would replace a continuation', () => {
    assert.equal(proposed('RUN a\\\nb', [place(1, 1, 3), 'c']), undefined);
  });

  it('are none where they would replace escapes', () => {
    assert.equal(proposed('RUN ["sh", "-c", "a\\u0062"]', [place(1, 1, 3), 'c']), undefined);
  });

  it('are none where they would break a command into lines', () => {
    assert.equal(proposed('RUN a', [place(1, 1, 2), 'b\nc']), undefined);
  });

  it('are none where they overlap', () => {
    assert.equal(proposed('RUN abc', [place(1, 1, 3), 'x'], [place(1, 2, 4), 'y']), undefined);
  });
});
