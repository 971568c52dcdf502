import assert from 'node:assert/strict';
import { applyEdits } from '../../../../../server/language/applyEdits.ts';
import { parse } from '../../../../../server/language/dockerfile/parse.ts';
import { refactorings } from '../../../../../server/language/refactor/refactorings.ts';
import { assertElseUnchanged } from '../../../../support/fixes.ts';
import { shell } from '../../../../support/shell.ts';

const digest = '0123456789abcdef'.repeat(4);

/** The last instruction of the file, with ADD instead of its commands. */
function added(text: string): string | undefined {
  const dockerfile = parse(text);
  const { start } = dockerfile.instructions.at(-1)!.span;
  const found = refactorings(dockerfile, { start, end: start }, () => true, shell);
  const fix = found.find(({ fix: { title } }) => title.startsWith('Use ADD'))?.fix;
  if (!fix) return undefined;
  assertElseUnchanged(text, fix.edits);
  const after = applyEdits(text, fix.edits);
  assert.equal(parse(after).error, undefined);
  return parse(after).instructions.at(-1)!.source;
}

describe('ADD instead of curl and tar', () => {
  const cases: readonly (readonly [text: string, after: string | undefined])[] = [
    ['RUN curl -fsSL https://h/a.tgz | tar -xz -C /opt', 'ADD --unpack https://h/a.tgz /opt/'],
    ['RUN curl -sL "https://h/a.tgz" | \\\n  tar xzf - -C /opt/', 'ADD --unpack https://h/a.tgz /opt/'],
    ['RUN wget -qO- https://h/a.tgz | tar xz', 'ADD --unpack https://h/a.tgz ./'],
    ['run mkdir -p /opt && curl --retry 3 -L https://h/a.tgz | tar -x -C /opt', 'add --unpack https://h/a.tgz /opt/'],
    ['RUN curl -Lo a.tgz https://h/a.tgz && tar xf a.tgz -C /opt && rm a.tgz', 'ADD --unpack https://h/a.tgz /opt/'],
    ['RUN wget https://h/a.tgz && tar xf a.tgz && rm -f a.tgz', 'ADD --unpack https://h/a.tgz ./'],
    [
      `RUN curl -LO https://h/a.tgz && echo "${digest}  a.tgz" | sha256sum -c - && tar xf a.tgz && rm a.tgz`,
      `ADD --checksum=sha256:${digest} --unpack https://h/a.tgz ./`,
    ],
    ['ARG V=1\nRUN curl -L https://h/$V/a-${V}.tgz | tar x', 'ADD --unpack https://h/$V/a-${V}.tgz ./'],
    // what ADD would do in another way
    ['RUN curl -L https://h/$V/a.tgz | tar x', undefined],
    ['RUN curl -L https://h/$(uname -m)/a.tgz | tar x', undefined],
    ["ARG V=1\nRUN curl -L 'https://h/$V.tgz' | tar x", undefined],
    ['RUN curl -L https://h/a.tgz | tar x --strip-components=1', undefined],
    ['RUN curl -L https://h/a.tgz | tar x b/c', undefined],
    ['RUN curl -H "Authorization: x" https://h/a.tgz | tar x', undefined],
    ['RUN curl -u x https://h/a.tgz | tar x', undefined],
    ['RUN curl -k https://h/a.tgz | tar x', undefined],
    ['RUN curl -Lo a.tgz https://h/a.tgz && tar xf a.tgz', undefined],
    ['RUN curl -Lo a.tgz https://h/a.tgz && tar xf b.tgz && rm a.tgz', undefined],
    [`RUN curl -LO https://h/a.tgz && echo "${digest}  b" | sha256sum -c && tar xf a.tgz && rm a.tgz`, undefined],
    ['RUN mkdir -p /a && curl -L https://h/a.tgz | tar x -C /b', undefined],
    ['RUN curl -L https://h/a.tgz | tar x; true', undefined],
    ['RUN curl -L https://h/a.tgz | tar x && make', undefined],
    ['RUN --network=host curl -L https://h/a.tgz | tar x', undefined],
    ['RUN curl -L https://h/a.tgz | \\\n# why\n  tar x', undefined],
    ['RUN curl -L https://h/a.tgz | tar x > log', undefined],
    ['USER app\nRUN curl -L https://h/a.tgz | tar x', undefined],
    ['USER root\nRUN curl -L https://h/a.tgz | tar x', 'ADD --unpack https://h/a.tgz ./'],
    ['ONBUILD RUN curl -L https://h/a.tgz | tar x', 'ONBUILD ADD --unpack https://h/a.tgz ./'],
  ];
  for (const [text, after] of cases) it(JSON.stringify(text), () => assert.equal(added(`FROM a\n${text}`), after));

  it('is for frontends that know --unpack', () =>
    assert.equal(added('# syntax=docker/dockerfile:1.7\nFROM a\nRUN curl -L https://h/a.tgz | tar x'), undefined));
});
