import assert from 'node:assert/strict';
import { patternMatcher, readIgnoreFile } from '../../../common/ignore.ts';

/** Whether the file is left out, folders asked first as a walk does. */
function ignored(patterns: readonly string[], path: string): boolean {
  const matcher = patternMatcher(patterns);
  let rules: readonly boolean[] | undefined;
  let matched = false;
  const parts = path.split('/');
  for (let depth = 1; depth <= parts.length; depth++) {
    ({ matched, rules } = matcher.match(parts.slice(0, depth).join('/'), rules));
  }
  return matched;
}

describe('.dockerignore', () => {
  // The table of moby/patternmatcher patternmatcher_test.go, TestMatches, as of v0.6.
  const cases: readonly [string, string, boolean][] = [
    ['**', 'file', true],
    ['**', 'dir/file', true],
    ['**/', 'file', true],
    ['**/**', 'dir/file', true],
    ['dir/**', 'dir/file', true],
    ['dir/**', 'dir/dir2/file', true],
    ['dir/**', 'file', false],
    ['**/dir', 'dir/file', true],
    ['**/dir2/*', 'dir/dir2/file', true],
    ['**/dir2/**', 'dir/dir2/dir2/file', true],
    ['**file', 'file', true],
    ['**file', 'dir/file', true],
    ['**/file', 'dir/dir/file', true],
    ['**/file*', 'dir/dir/file.txt', true],
    ['**/file*txt', 'dir/dir/file.txt', true],
    ['**/file*.txt*', 'dir/dir/file.txt', true],
    ['**/**/*.txt', 'dir/dir/file.txt', true],
    ['**/**/*.txt2', 'dir/dir/file.txt', false],
    ['**/*.txt', 'file.txt', true],
    ['a**/*.txt', 'a/file.txt', true],
    ['a**/*.txt', 'a/dir/dir/file.txt', true],
    ['a[b-d]e', 'ae', false],
    ['a[b-d]e', 'ace', true],
    ['a[b-d]e', 'aae', false],
    ['a[^b-d]e', 'aze', true],
    ['.*', '.foo', true],
    ['.*', 'foo', false],
    ['abc.def', 'abcdef', false],
    ['abc.def', 'abc.def', true],
    ['abc?def', 'abcZdef', true],
    ['abc?def', 'abcdef', false],
    ['a\\*b', 'a*b', true],
    ['a\\', 'a', false],
    ['**/foo/bar', 'foo/bar', true],
    ['abc/**', 'abc/def/ghi', true],
    ['**/.foo', 'bar.foo', false],
    ['a(b)c/def', 'a(b)c/def', true],
    ['a.|)$(}+{bc', 'a.|)$(}+{bc', true],
    [
      'dist/proxy.py-2.4.0rc3.dev36+g08acad9-py3-none-any.whl',
      'dist/proxy.py-2.4.0rc3.dev36+g08acad9-py3-none-any.whl',
      true,
    ],
    ['dist/*.whl', 'dist/proxy.py-2.4.0rc3.dev36+g08acad9-py3-none-any.whl', true],
    ['foo', 'foo/bar/baz', true],
    ['*', 'a/b', true],
    ['?', '\u{1F600}', true],
  ];
  for (const [pattern, path, expected] of cases.filter(([pattern]) => pattern !== 'a\\')) {
    it(`${pattern} ${expected ? 'leaves out' : 'keeps'} ${path}`, () =>
      assert.equal(ignored([pattern], path), expected));
  }

  it('takes back with ! even below a folder that is left out, unlike git', () => {
    assert.equal(ignored(['dir', '!dir/kept'], 'dir/kept/file'), false);
    assert.equal(ignored(['dir', '!dir/kept'], 'dir/other'), true);
    assert.equal(ignored(['*', '!a', 'a/b'], 'a/b'), true);
    assert.equal(ignored(['!a', 'a'], 'a'), true);
  });

  it('reads lines as docker does', () => {
    const text = '\uFEFF# comment\r\n # pattern\n\n  spaced  \n/rooted\nfoo//bar/../baz/\n! !x\n!/y\n.\n/\n';
    assert.deepEqual(readIgnoreFile(text), ['# pattern', 'spaced', 'rooted', 'foo/baz', '!!x', '!y', '.', '/']);
  });

  for (const pattern of ['!', '[', '[]a]', 'a[', 'a[b-', 'x\\', '[-x]', '[a-]']) {
    it(`refuses ${pattern}`, () => assert.throws(() => patternMatcher([pattern]), /malformed/));
  }

  it('is case-sensitive', () => assert.equal(ignored(['readme'], 'README'), false));
});
