/** hadolint's rules about labels, with the schema of its configuration file. */
import assert from 'node:assert/strict';
import type { HadolintConfig, LabelType, LintOptions } from '../../../../../server/language/diagnostics/lintOptions.ts';
import type { Knowledge } from '../../../../../server/language/diagnostics/rule.ts';
import { wellKnownEnvironment } from '../../../../../server/language/dockerfile/baseEnvironment.ts';
import { findings } from '../../../../support/findings.ts';
import { assertFix, fixesOf } from '../../../../support/fixes.ts';

const options: LintOptions = { preset: 'hadolint', rules: {} };

type Schema = Readonly<Record<string, LabelType>>;

function withSchema(labelSchema: Schema, strictLabels = false): Knowledge {
  const hadolint: HadolintConfig = {
    ignored: [],
    override: {},
    trustedRegistries: [],
    labelSchema,
    strictLabels,
    disableIgnorePragma: false,
  };
  return { environmentOf: wellKnownEnvironment, hadolint };
}

function found(code: string, text: string, knowledge: Knowledge): readonly string[] {
  return findings(text, knowledge, options)
    .filter((finding) => finding.includes(` ${code}: `))
    .map((finding) => finding.replace(`${code}: `, ''));
}

describe('the name of a label (DL3048)', () => {
  const bad = 'Name 1x .x x. x- x_y x/y a..b a--b com.docker.x io.docker.x org.dockerproject.x "A"'.split(' ');
  for (const name of bad) {
    it(`${name} is not good`, () =>
      assert.deepEqual(found('DL3048', `FROM a:1\nLABEL ok=1 ${name}=x`, withSchema({})), [`2 ${name}`]));
  }
  for (const name of ['x', 'x1', 'a.b-c.d', '"a.b"', 'com.dockery.x', '$x', 'x${y}z']) {
    it(`${name} is good`, () => assert.deepEqual(found('DL3048', `FROM a:1\nLABEL ${name}=x`, withSchema({})), []));
  }
  it('is looked at in the old form and in ONBUILD too', () =>
    assert.deepEqual(found('DL3048', 'FROM a:1\nLABEL A b\nONBUILD LABEL C=d', withSchema({})), ['2 A', '3 C']));

  const corrected: readonly (readonly [before: string, after: string])[] = [
    ['FROM a:1\nLABEL Description="x" \\\n  # c\n  b=c', 'FROM a:1\nLABEL description="x" \\\n  # c\n  b=c'],
    ['FROM a:1\nLABEL "a_b"=c', 'FROM a:1\nLABEL a-b=c'],
    ['FROM a:1\nLABEL org.myImage..x-=c', 'FROM a:1\nLABEL org.my-image.x=c'],
  ];
  for (const [before, after] of corrected)
    it(`becomes good in ${JSON.stringify(after)}`, () => assertFix('DL3048', before, after, { options }));
  it("is the user's to choose in place of Docker's own", () =>
    assert.deepEqual(fixesOf('FROM a:1\nLABEL com.docker.x=y', 'DL3048', { options }), []));
});

describe('a label that is missing (DL3049)', () => {
  const schema = withSchema({ foo: 'rawText' });
  const cases: readonly (readonly [text: string, ...expected: readonly string[]])[] = [
    ['FROM a:1', '1 a:1'],
    ['FROM a:1\nLABEL bar=baz', '1 a:1'],
    ['FROM a:1\nLABEL foo=bar'],
    ['FROM a:1\nLABEL "foo"=bar'],
    ['FROM a:1\nLABEL foo bar'],
    ['FROM a:1\nFROM b:1', '1 a:1', '2 b:1'],
    ['FROM a:1\nFROM b:1\nLABEL foo=bar', '1 a:1'],
    ['FROM a:1 AS b\nLABEL foo=bar\nFROM b'],
    ['FROM a:1 AS b\nLABEL foo=bar\nFROM b AS c\nFROM c'],
    ['FROM a:1 AS b\nFROM c:1\nLABEL foo=bar\nCOPY --from=b x /y'],
    ['FROM a:1 AS b\nFROM c:1\nLABEL foo=bar\nRUN --mount=from=b,target=/y x'],
    ['FROM a:1 AS b\nFROM b\nLABEL foo=bar'], // hadolint wants it in the first as well
  ];
  for (const [text, ...expected] of cases)
    it(JSON.stringify(text), () => assert.deepEqual(found('DL3049', text, schema), expected));
  it('is not missed without a schema', () => assert.deepEqual(found('DL3049', 'FROM a:1', withSchema({})), []));
  it('is reported in the default preset, as the user asked for it', () =>
    assert.deepEqual(findings('FROM a:1', schema), ['1 DL3049: a:1']));

  it('is added behind the other ones', () =>
    assertFix('DL3049', 'FROM a:1\nLABEL b=c\nRUN x', 'FROM a:1\nLABEL b=c\nLABEL foo=""\nRUN x', {
      knowledge: schema,
      options,
    }));
  it('is added at the end of the stage', () =>
    assertFix('DL3049', 'from a:1\nRUN x\n\nFROM b:1\n', 'from a:1\nRUN x\nlabel foo=""\n\nFROM b:1\n', {
      knowledge: schema,
      options,
    }));
});

describe('a label too many (DL3050)', () => {
  const strict = withSchema({ foo: 'text', barbaz: 'text' }, true);
  it('is one that the schema does not have', () =>
    assert.deepEqual(found('DL3050', 'FROM a:1\nLABEL foo=x bar=y\nONBUILD LABEL z=1', strict), ['2 bar', '3 z']));
  it('is none where labels are not strict', () =>
    assert.deepEqual(found('DL3050', 'FROM a:1\nLABEL bar=y', withSchema({ foo: 'text' })), []));
  const cases: readonly (readonly [before: string, after: string, title?: string])[] = [
    ['FROM a:1\nLABEL x=y\nRUN z', 'FROM a:1\nRUN z'],
    ['FROM a:1\nLABEL foo=a x=y', 'FROM a:1\nLABEL foo=a'],
    ['FROM a:1\nLABEL x=y \\\n  foo=a', 'FROM a:1\nLABEL foo=a'],
    ['FROM a:1\nLABEL foo=a \\\n  x="y z" \\\n  barbaz=b', 'FROM a:1\nLABEL foo=a \\\n  barbaz=b'],
    ['FROM a:1\nONBUILD LABEL x=y\nRUN z', 'FROM a:1\nRUN z'],
    ['FROM a:1\nLABEL barbas=y', 'FROM a:1\nLABEL barbaz=y'],
  ];
  for (const [before, after] of cases)
    it(JSON.stringify(before), () => assertFix('DL3050', before, after, { knowledge: strict, options }));
  it('keeps a comment that would go with it', () =>
    assert.deepEqual(
      fixesOf('FROM a:1\nLABEL foo=a \\\n  # why\n  x=y', 'DL3050', { knowledge: strict, options }),
      [],
    ));
});

describe('a label without a value (DL3051)', () => {
  const schema = withSchema({ foo: 'text' });
  const cases: readonly (readonly [text: string, ...expected: readonly string[]])[] = [
    ['FROM a:1\nLABEL foo=""', '2 foo'],
    ['FROM a:1\nLABEL foo=', '2 foo'],
    ['FROM a:1\nLABEL foo=x\nLABEL bar=""\nLABEL foo=$X'],
  ];
  for (const [text, ...expected] of cases)
    it(JSON.stringify(text), () => assert.deepEqual(found('DL3051', text, schema), expected));
});

const values: Readonly<
  Record<string, { readonly type: LabelType; readonly good: readonly string[]; readonly bad: readonly string[] }>
> = {
  DL3052: {
    type: 'url',
    good: ['https://example.com', 'http://a.b/c?d=e#f', 'mailto:a@b.c', 'https://[::1]:80/x'],
    bad: ['not-url', 'example.com', 'https://a b', '//a.b'],
  },
  DL3053: {
    type: 'rfc3339',
    good: ['2021-03-10T10:26:33Z', '2021-03-10T10:26:33.564+01:00', '2024-02-29t00:00:60z'],
    bad: [
      'not-date',
      '2021-03-10',
      '2021-03-10T10:26:33',
      '2021-13-10T10:26:33Z',
      '2023-02-29T00:00:00Z',
      '2021-03-10T25:00:00Z',
    ],
  },
  DL3054: {
    type: 'spdx',
    good: [
      'BSD-3-Clause',
      'MIT',
      'GPL-2.0+',
      'MIT OR (Apache-2.0 AND ISC)',
      'GPL-2.0-only WITH Classpath-exception-2.0',
      'LicenseRef-own',
    ],
    bad: ['not-spdx', 'MIT Apache-2.0', 'MIT OR', '(MIT', 'OR'],
  },
  DL3055: {
    type: 'hash',
    good: ['2dbfae9', '43c572f1272b6b3171dd1db9e41b7027128ce080'],
    bad: ['not-git-hash', '2DBFAE9', '2dbfae', '43c572f1272b6b3171dd1db9e41b7027128ce08'],
  },
  DL3056: {
    type: 'semver',
    good: ['1.0.0', '2.0.1-rc1', '1.2.3-a.0.b-c+build.01', '0.0.0'],
    bad: ['not-semver', '1.2', 'v1.2.3', '01.2.3', '1.2.3-01', '1.2.3-', '1.2.3+a..b'],
  },
  DL3058: {
    type: 'email',
    good: ['a@example.com', 'a.b+c@d-e.f', 'x@[127.0.0.1]'],
    bad: ['not-email', '@a.b', 'a@', 'a b@c.d', 'a..b@c.d', 'a@-b.c'],
  },
};

for (const [code, { type, good, bad }] of Object.entries(values)) {
  describe(`a label of type ${type} (${code})`, () => {
    const schema = withSchema({ 'a.b': type });
    for (const text of good)
      it(`can be ${text}`, () => assert.deepEqual(found(code, `FROM a:1\nLABEL a.b="${text}"`, schema), []));
    for (const text of bad)
      it(`cannot be ${text}`, () =>
        assert.deepEqual(found(code, `FROM a:1\nLABEL a.b="${text}"`, schema), [`2 "${text}"`]));
    it('is left alone where a variable decides, and in other labels', () =>
      assert.deepEqual(found(code, `FROM a:1\nLABEL a.b=$X a.c=${bad[0]}`, schema), []));
  });
}
