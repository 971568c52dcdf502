import assert from 'node:assert/strict';
import { globTest } from '../../../common/ignore.ts';
import { longGlobTest } from '../../../common/longGlob.ts';

describe('globs with many wildcards', () => {
  const cases: readonly (readonly [glob: string, path: string, expected: boolean])[] = [
    ['**/a*/**/b', 'ax/b', true],
    ['**/a*/**/b', 'x/ay/z/b', true],
    ['**/a*/**/b', 'x/a/y', false],
    ['*/*/*', 'a/b/c', true],
    ['*/*/*', 'a/b', false],
    ['*/*/*', 'a/b/c/d', false],
    ['a*b*c*', 'a1b2c3', true],
    ['a*b*c*', 'a/b2c3', false],
    ['?*\\**/*', 'a*/b', true],
    ['**/*.?/**', 'a/b.c/d/e', true],
    ['**/**/**/x', 'x', true],
    ['**/*/*é*', 'a/b/\u{1F600}é', true],
  ];
  for (const [glob, path, expected] of cases)
    it(`${glob} ${expected ? 'takes' : 'leaves'} ${path}`, () => assert.equal(longGlobTest(glob)?.(path), expected));

  it('leaves classes and short globs to an expression', () => {
    for (const glob of ['a', '*', '**/*', '*/*/*/[a]', '*/*/*/\\d']) assert.equal(longGlobTest(glob), undefined, glob);
  });

  it('is not kept by what an expression would try for years', () => {
    assert.equal(globTest(`${'**/a'.repeat(30)}x`)('a/'.repeat(500)), false);
    assert.equal(globTest(`${'*'.repeat(60)}x`)('a/'.repeat(500)), false);
  });
});
