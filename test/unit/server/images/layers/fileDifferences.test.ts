import assert from 'node:assert/strict';
import { fileDifferences } from '../../../../../server/images/layers/fileDifferences.ts';
import { analyzed, file, folder, hardLink, opaque, symbolicLink, whiteout } from '../../../../support/analyzed.ts';
import type { TarPart } from '../../../../support/tar.ts';

const differences = async (first: readonly (readonly TarPart[])[], second: readonly (readonly TarPart[])[]) =>
  fileDifferences((await analyzed(...first)).trees, (await analyzed(...second)).trees);

const base = [file('a', 10), file('d/b', 20), file('d/e/c', 30), symbolicLink('l', 'a')];

describe('the files that differ between two images', () => {
  const cases: readonly (readonly [
    name: string,
    second: readonly (readonly TarPart[])[],
    expected: Awaited<ReturnType<typeof differences>>,
  ])[] = [
    ['none in one and the same', [base], []],
    ['none where the same files came in other layers', [base.slice(0, 1), base.slice(1)], []],
    [
      'what grew, shrank, came and went, the largest difference first',
      [base, [file('a', 500), file('d/b', 15), file('new', 100), whiteout('d/e')]],
      [
        { path: '/a', before: 10, after: 500 },
        { path: '/new', after: 100 },
        { path: '/d/e/c', before: 30 },
        { path: '/d/b', before: 20, after: 15 },
      ],
    ],
    ['nothing of what was removed again', [base, [file('new', 100)], [whiteout('new')]], []],
    [
      'what a folder was emptied of',
      [base, [folder('d'), opaque('d')]],
      [
        { path: '/d/e/c', before: 30 },
        { path: '/d/b', before: 20 },
      ],
    ],
    [
      'what a file took the place of',
      [base, [file('d', 1)]],
      [
        { path: '/d/e/c', before: 30 },
        { path: '/d/b', before: 20 },
        { path: '/d', after: 1 },
      ],
    ],
    [
      'what a folder took the place of',
      [base, [whiteout('a'), folder('a'), file('a/in', 7)]],
      [
        { path: '/a', before: 10 },
        { path: '/a/in', after: 7 },
      ],
    ],
    [
      'another name of a file, by what the file has',
      [base, [file('new', 70), hardLink('d/name', 'new')], [whiteout('new')]],
      [{ path: '/d/name', after: 70 }],
    ],
    ['an empty file that came', [base, [file('empty', 0)]], [{ path: '/empty', after: 0 }]],
    ['a file that became a link', [base, [symbolicLink('a', 'd/b')]], [{ path: '/a', before: 10 }]],
  ];
  for (const [name, second, expected] of cases) {
    it(`are ${name}`, async () => {
      assert.deepEqual(await differences([base], second), expected);
    });
  }

  it('are at most a thousand', async () => {
    const many = Array.from({ length: 1500 }, (_, index) => file(`f${index}`, index));
    const found = await differences([[]], [many]);
    assert.equal(found.length, 1000);
    assert.deepEqual(found[0], { path: '/f1499', after: 1499 });
  });
});
