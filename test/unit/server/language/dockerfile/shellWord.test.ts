import assert from 'node:assert/strict';
import { readShellWord } from '../../../../../server/language/dockerfile/shellWord.ts';

const variables: Readonly<Record<string, string>> = { empty: '', file: 'a.tar.gz', path: 'x/y/z', star: 'a*b' };

function read(text: string, escapeToken = '\\'): string | undefined {
  const { text: result, error } = readShellWord(text, { escapeToken, get: (name) => variables[name] });
  return error === undefined ? result : undefined;
}

describe('readShellWord', () => {
  for (const text of ['${', '${A'])
    it(`says that ${text} is not closed`, () =>
      assert.equal(readShellWord(text, { escapeToken: '\\' }).error, 'A "${" is not closed.'));

  const cases: readonly (readonly [text: string, expected: string | undefined])[] = [
    ['a"b c"\'d $file\'', 'ab cd $file'],
    ['a\\nb', 'anb'],
    ['"a\\nb\\"\\$file"', 'a\\nb"$file'],
    ['${no:-x}${empty:-y}${empty-z}', 'xy'],
    ['${no:+x}${empty:+y}${empty+z}${file:+w}', 'zw'],
    ['${no:-${file}}', 'a.tar.gz'],
    ['${file%.*} ${file%%.*}', 'a.tar a'],
    ['${path#*/} ${path##*/}', 'y/z z'],
    ['${path/\\//-} ${path//\\//-}', 'x-y/z x-y-z'],
    ['${star%\\*b} ${star#?}', 'a *b'],
    ['${star/*/x}${empty/*/y}${no/*/z}', 'xyz'],
    ['${file//a/[$0]}', '[].t[]r.gz'],
    ['${path//\\//\\$0}', 'x\\/y\\/z'],
    ['${path///-}', '-x-/-y-/-z-'],
    ['${path//*/-}${empty//*/+}', '-+'],
    ['${star/\\*/+}${star/\\?/+}', 'a+ba*b'],
    ['${path%/*}${path%%/*}', 'x/yx'],
    ['${path#x?y}${path%?z}', '/zx/y'],
    ['${file:#a}', undefined],
    ['${file:%a}', undefined],
    ['${file#\\a}', undefined],
    ['${no/\\a/b}', undefined],
    ['${file/a}', undefined],
    ['${1}${12x}', undefined],
    ['$1x$@$$$0-', 'x-'],
    ['"${no:-"a b"}\\c"', 'a b\\c'],
    ["${no:-'$file'}", '$file'],
    ['${no:-\\}}', '}'],
    ['\ufeff${file}', 'a.tar.gz'],
    ['${no?} ', undefined],
    ['${empty:?}', undefined],
    ['${file', undefined],
    ['${}', undefined],
    ['${file^^}', undefined],
    ['${env:PATH}', undefined],
    ['"open', undefined],
    ["'open", undefined],
    ['$', '$'],
    ['a\\', 'a'],
  ];
  for (const [text, expected] of cases) {
    it(`${text} is ${expected ?? 'refused'}`, () => assert.equal(read(text), expected));
  }

  it('takes the backtick for escaping where the file says so', () => {
    assert.equal(read('C:\\`$file\\$path', '`'), 'C:\\$file\\x/y/z');
  });

  describe('splits at blanks that are not quoted', () => {
    const cases: readonly (readonly [text: string, expected: readonly string[]])[] = [
      [' a  "b c" d\\ e \'f  g\'h', ['a', 'b c', 'd e', 'f  gh']],
      ['$spaced"$spaced"', ['a', 'ba b']],
      ['""', []],
      ['a\u00a0b\u0085c\ufeff', ['a', 'b', 'c\ufeff']],
      // BuildKit keeps one buffer for all levels
      ['80${no:-81} 9${no:-1 2}', ['81', '1', '2']],
      ['1${no}2', ['12']],
    ];
    for (const [text, expected] of cases) {
      it(JSON.stringify(text), () => {
        const get = (name: string) => (name === 'spaced' ? 'a b' : undefined);
        assert.deepEqual(readShellWord(text, { escapeToken: '\\', get, split: true }).words, expected);
      });
    }
  });

  it('refuses substitutions that nest without end instead of exhausting the stack', () => {
    assert.equal(read('${a:-'.repeat(20_000)), undefined);
  });

  it('matches a hostile pattern in no time', () => {
    const { text } = readShellWord(`\${a##${'*a'.repeat(200)}b}`, { escapeToken: '\\', get: () => 'a'.repeat(2000) });
    assert.equal(text, 'a'.repeat(2000));
  });
});
