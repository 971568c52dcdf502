import assert from 'node:assert/strict';
import { hasWildcards, nameTest } from '../../../common/fileMatch.ts';

/** Source: the table in path/filepath/match_test.go, as far as it is about single names; and what it leaves out. */
const cases: readonly (readonly [pattern: string, name: string, match: boolean | 'malformed'])[] = [
  ['abc', 'abc', true],
  ['*', 'abc', true],
  ['*c', 'abc', true],
  ['a*', 'a', true],
  ['a*', 'abc', true],
  ['a*b*c*d*e*', 'axbxcxdxe', true],
  ['a*b?c*x', 'abxbbxdbxebxczzx', true],
  ['a*b?c*x', 'abxbbxdbxebxczzy', false],
  ['ab[c]', 'abc', true],
  ['ab[b-d]', 'abc', true],
  ['ab[e-g]', 'abc', false],
  ['ab[^c]', 'abc', false],
  ['ab[^e-g]', 'abc', true],
  ['a\\*b', 'a*b', true],
  ['a\\*b', 'ab', false],
  ['a?b', 'a☺b', true],
  ['a[^a]b', 'a☺b', true],
  ['a???b', 'a☺b', false],
  ['[a-ζ]*', 'α', true],
  ['*[a-ζ]', 'A', false],
  ['[\\]a]', ']', true],
  ['[\\-x]', '-', true],
  ['[x\\-]', 'z', false],
  ['[]a]', ']', 'malformed'],
  ['[-]', '-', 'malformed'],
  ['[x-]', 'x', 'malformed'],
  ['[-x]', 'x', 'malformed'],
  ['\\', 'a', 'malformed'],
  ['[a-b-c]', 'a', 'malformed'],
  ['[', 'a', 'malformed'],
  ['[^', 'a', 'malformed'],
  ['a[', 'ab', 'malformed'],
  ['*x', 'xxx', true],
  ['', '', true],
  ['', 'a', false],
  ['**', 'abc', true],
];

describe('matching names as COPY does', () => {
  for (const [pattern, name, expected] of cases) {
    it(`${JSON.stringify(pattern)} is ${expected} for ${JSON.stringify(name)}`, () => {
      const test = nameTest(pattern);
      assert.equal(test === undefined ? 'malformed' : test(name), expected);
    });
  }

  it('knows what has wildcards', () => {
    const names = ['a', 'a\\*', '\\\\*', 'a?', 'x[a]', 'a\\[b', ''];
    assert.deepEqual(names.filter(hasWildcards), ['\\\\*', 'a?', 'x[a]']);
  });

  it('takes time that the lengths explain', () => {
    assert.equal(nameTest(`${'*a'.repeat(500)}b`)?.('a'.repeat(5000)), false);
  });
});
