import assert from 'node:assert/strict';
import type { ByteUnits } from '../../../../../common/bytes.ts';
import { known } from '../../../../../common/known.ts';
import { parse } from '../../../../../server/language/dockerfile/parse.ts';
import type { ContextName, ContextNames, LineEffect } from '../../../../../server/language/host.ts';
import { ignoreCompletion } from '../../../../../server/language/ignore/completion.ts';
import { ignoreDiagnostics } from '../../../../../server/language/ignore/findings.ts';
import { ignoreHints } from '../../../../../server/language/ignore/hints.ts';
import { keptEffects } from '../../../../../server/language/ignore/keptEffects.ts';
import { atCursor, itemOf, labelsOf, resultText } from '../../../../support/cursor.ts';

const effect = (files: number, bytes: number, matches = true): LineEffect => ({ files, bytes, matches });
const everywhere = { start: { line: 0, character: 0 }, end: { line: 99, character: 0 } };

describe('hints in an ignore file', () => {
  const shown = (
    text: string,
    effects: readonly (LineEffect | undefined)[],
    range = everywhere,
    units: ByteUnits = 'MB',
  ) =>
    ignoreHints(text, effects, range, units).map(
      ({ position, label }) => `${position.line}:${position.character} ${label}`,
    );

  it('stand behind each pattern that does something', () => {
    const text = '# all\nnode_modules\n\n  *.log \n!keep.log\nnothing\n';
    const effects = [effect(12_400, 310e6), effect(1, 999), effect(2, 1500), effect(0, 0, false)];
    assert.deepEqual(shown(text, effects), [
      '1:12 12,400 files · 310 MB',
      '3:7 1 file · 999 B',
      '4:9 lets in 2 files · 1.5 kB',
    ]);
  });

  it('have the units that are wanted', () => {
    assert.deepEqual(shown('a', [effect(1, 1_048_576)], everywhere, 'MiB'), ['0:1 1 file · 1 MiB']);
  });

  it('are those of the lines that are seen', () => {
    const range = { start: { line: 1, character: 0 }, end: { line: 1, character: 5 } };
    assert.deepEqual(shown('a\nb\nc', [effect(1, 1), effect(2, 2), effect(3, 3)], range), ['1:1 2 files · 2 B']);
  });

  it('stay with their patterns while the file is edited', () => {
    const before = { text: 'a\nb', of: [effect(1, 1), effect(2, 2)] };
    assert.deepEqual(keptEffects(before, 'b\nnew\na'), [effect(2, 2), undefined, effect(1, 1)]);
  });
});

describe('what is wrong with an ignore file', () => {
  function found(text: string, effects?: readonly LineEffect[], dockerfile = 'FROM a\n') {
    const dockerfiles = [{ uri: 'file:///x/Dockerfile', name: 'Dockerfile', dockerfile: parse(dockerfile) }];
    return ignoreDiagnostics(text, { effects, dockerfiles, related: true }).map(
      ({ code, range, severity, tags, relatedInformation: [related] = [] }) =>
        [
          `${range.start.line}:${range.start.character}-${range.end.character}`,
          code,
          severity,
          ...(tags ?? []),
          ...(related ? [`${related.location.uri} ${related.location.range.start.line}`] : []),
        ].join(' '),
    );
  }

  it('is a pattern that builds refuse, and then nothing else', () => {
    assert.deepEqual(found('ok\n [a\n!\n', [effect(0, 0, false)]), [
      '1:1-3 MalformedPattern 1',
      '2:0-1 MalformedPattern 1',
    ]);
  });

  it('is a pattern that matches nothing, or that others make needless', () => {
    assert.deepEqual(found('a\n!b\nc', [effect(0, 0, false), effect(0, 0), effect(1, 0)]), [
      '0:0-1 UnmatchedPattern 4 1',
      '1:0-2 NeedlessPattern 4 1',
    ]);
  });

  it('is nothing as long as nobody knows what the patterns do', () => {
    assert.deepEqual(found('a\n!b'), []);
  });

  const needs: readonly (readonly [name: string, text: string, dockerfile: string, found: readonly string[]])[] = [
    ['a file that a COPY needs', 'x\n*.txt', 'FROM a\nCOPY a.txt /x\n', ['1:0-5 NeededFile 2 file:///x/Dockerfile 1']],
    ['a folder above it', 'dist', 'FROM a\nADD ./dist/app.js /x\n', ['0:0-4 NeededFile 2 file:///x/Dockerfile 1']],
    [
      'by the pattern that decides',
      '*\n!a\na/b',
      'FROM a\nCOPY a/b /x\n',
      ['2:0-3 NeededFile 2 file:///x/Dockerfile 1'],
    ],
    ['not what an exception lets in', '*\n!a', 'FROM a\nCOPY a/b /x\n', []],
    ['not a folder of which something is let in', 'a\n!a/b', 'FROM a\nCOPY a /x\n', []],
    ['not what wildcards may find elsewhere', 'a*', 'FROM a\nCOPY a* /x\n', []],
    ['not what comes of a stage', 'a', 'FROM a\nCOPY --from=b a /x\n', []],
    ['not what only the build knows', 'a', 'FROM a\nARG x\nCOPY $x /x\n', []],
    ['not the whole context', '*', 'FROM a\nCOPY . /x\n', []],
  ];
  for (const [name, text, dockerfile, expected] of needs) {
    it(`is ${name}`, () => assert.deepEqual(found(text, undefined, dockerfile), expected));
  }

  it('tries no pattern that takes for ever', () => {
    assert.deepEqual(found(`[a]${'*a'.repeat(30)}`, undefined, `FROM a\nCOPY ${'a'.repeat(300)}b /x\n`), []);
  });
});

describe('completion in an ignore file', () => {
  const asked: string[] = [];
  const there: readonly ContextName[] = [
    { name: 'main.ts', kind: 'file', bytes: 1200 },
    { name: 'a [b]', kind: 'file' },
    { name: 'maps', kind: 'folder' },
    { name: 'with blank', kind: 'folder' },
  ];
  const contexts: ContextNames = {
    names: async (uri, folder) => {
      asked.push(`${uri} ${folder}`);
      return known(there, 0);
    },
    lines: async () => [],
  };

  async function complete(marked: string) {
    const { text, offset } = atCursor(marked);
    const support = { snippets: false, insertReplace: true };
    const file = { uri: 'file:///x/.dockerignore', text };
    const { list } = await ignoreCompletion(file, offset, contexts, support, 'MB', new AbortController().signal);
    return { text, items: list.items };
  }

  it('offers what is in the folder that is typed, folders first', async () => {
    const { items } = await complete('a\n!src/<|>\n');
    assert.deepEqual(labelsOf(items), ['maps/', 'with blank/', 'main.ts']);
    assert.equal(asked.at(-1), 'file:///x/.dockerignore src/');
  });

  it('replaces the last part of the path', async () => {
    const { text, items } = await complete('!/src/ma<|>x\nb');
    assert.equal(resultText(text, itemOf(items, 'main.ts')), '!/src/main.ts\nb');
  });

  it('offers nothing in comments and behind wildcards', async () => {
    for (const marked of ['# a<|>', '**/a<|>', 'a*<|>']) assert.deepEqual(labelsOf((await complete(marked)).items), []);
  });
});
