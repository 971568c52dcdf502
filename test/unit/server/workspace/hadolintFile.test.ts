import assert from 'node:assert/strict';
import type { HadolintConfig } from '../../../../server/language/diagnostics/lintOptions.ts';
import { readHadolintFile } from '../../../../server/workspace/hadolintFile.ts';

const nothing: HadolintConfig = {
  ignored: [],
  override: {},
  trustedRegistries: [],
  labelSchema: {},
  strictLabels: false,
  disableIgnorePragma: false,
};

describe('.hadolint.yaml', () => {
  const understood: readonly (readonly [text: string, config: Partial<HadolintConfig>])[] = [
    ['', {}],
    ['# nothing\n', {}],
    ['---\n...\n', {}],
    ['ignored:\n  - DL3000\n  - SC1010\n', { ignored: ['DL3000', 'SC1010'] }],
    ['ignored:\n- DL3000 # why\r\n- SC1010\r\n', { ignored: ['DL3000', 'SC1010'] }],
    ['\ufeffignored: [DL3000]', { ignored: ['DL3000'] }],
    ['ignored:\n', {}],
    ['ignored: ~\noverride:\n', {}],
    [
      'override:\n  error: [A]\n  warning: [B]\n  info: [C]\n  style: [D]\n',
      {
        override: { A: 'error', B: 'warning', C: 'info', D: 'hint' },
      },
    ],
    ['override: {style: [A], error: [A], info: [A]}', { override: { A: 'error' } }],
    ['override: {info: [A, __proto__]}', { override: JSON.parse('{"A":"info","__proto__":"info"}') }],
    ['trustedRegistries:\n- docker.io\n- "*.gcr.io"\n', { trustedRegistries: ['docker.io', '*.gcr.io'] }],
    ['trustedRegistries: docker.io', { trustedRegistries: ['docker.io'] }],
    ['trusted-registries: [docker.io]', { trustedRegistries: ['docker.io'] }],
    [
      'label-schema:\n  a: text\n  b: semver\n  c: rfc3339\n',
      {
        labelSchema: { a: 'text', b: 'semver', c: 'rfc3339' },
      },
    ],
    ['strict-labels: true\ndisable-ignore-pragma: true', { strictLabels: true, disableIgnorePragma: true }],
    ['failure-threshold: warning', { failureThreshold: 'warning' }],
    ['failure-threshold: style', { failureThreshold: 'hint' }],
    ['failure-threshold: none', { failureThreshold: 'off' }],
    ['no-fail: true\nno-color: false\nverbose: true\nformat: json\noutput-format: tty', {}],
    ['trustedRegistries: &all [a]\nignored: *all', { trustedRegistries: ['a'], ignored: ['a'] }],
  ];
  for (const [text, config] of understood) {
    it(`understands ${JSON.stringify(text)}`, async () =>
      assert.deepEqual(await readHadolintFile(text), { config: { ...nothing, ...config }, problems: [] }));
  }

  /** Each problem as `severity line:character-line:character message`, lines and characters from 1. */
  async function problemsOf(text: string): Promise<readonly string[]> {
    const { problems } = await readHadolintFile(text);
    return problems.map(({ severity, range: { start, end }, message }) => {
      const at = `${start.line + 1}:${start.character + 1}-${end.line + 1}:${end.character + 1}`;
      return `${severity} ${at} ${message}`;
    });
  }

  const notYaml = 'This is not valid YAML, so Gantry goes on without it:';
  const wrong: readonly (readonly [text: string, expected: readonly string[]])[] = [
    ['ignore: []', ['warning 1:1-1:7 hadolint has no option "ignore". Did you mean "ignored"?']],
    ['# x\nfoo: 1\n', ['warning 2:1-2:4 hadolint has no option "foo".']],
    ['ignored: DL3000', ['warning 1:10-1:16 "ignored" has to be a list: a line "- …" for each entry.']],
    ['ignored: [1]', ['warning 1:11-1:12 Each entry of "ignored" has to be a text.']],
    ['ignored: [DL308, DL3005, DL3023, SC1]', ['warning 1:11-1:16 There is no rule "DL308". Did you mean DL3008?']],
    ['override:\n  info: [dl3008]', ['warning 2:10-2:16 There is no rule "dl3008". Did you mean DL3008?']],
    ['ignored: [DL9999]', ['warning 1:11-1:17 There is no rule "DL9999".']],
    ['ignored: [[A]]', ['warning 1:11-1:14 Each entry of "ignored" has to be a text.']],
    ['ignored: [A]\nignored: [B]', ['warning 2:1-2:8 "ignored" is here a second time.']],
    ['override: [A]', ['warning 1:11-1:14 "override" has to be keys with values, as in "key: value".']],
    ['override: {ignore: [A]}', ['warning 1:12-1:18 "override" has error, warning, info and style, but no "ignore".']],
    ['strict-labels: yes', ['warning 1:16-1:19 "strict-labels" has to be true or false.']],
    ['no-fail: 1', ['warning 1:10-1:11 "no-fail" has to be true or false.']],
    [
      'failure-threshold: warn',
      ['warning 1:20-1:24 "failure-threshold" can be error, warning, info, style, ignore and none, not "warn".'],
    ],
    [
      'label-schema: {a: semvar}',
      [
        'warning 1:19-1:25 The label "a" can be text, rawText, url, semver, hash, rfc3339, spdx and email, not "semvar". Did you mean "semver"?',
      ],
    ],
    ['ignored: *a', ['warning 1:10-1:12 There is no "&a" in this file.']],
    ['? [a]\n: b', ['warning 1:3-1:6 A key has to be a text.']],
    ['- DL3000', ['warning 1:1-1:9 The configuration has to be keys with values, as in "key: value".']],
    [
      'ignored: [A',
      [`error 1:12-1:12 ${notYaml} Flow sequence in block collection must be sufficiently indented and end with a ]`],
    ],
    ['a: 1\n---\nb: 2', [`error 2:1-3:5 ${notYaml} there is more than one document in it.`]],
  ];
  for (const [text, expected] of wrong) {
    it(`finds fault with ${JSON.stringify(text)}`, async () => assert.deepEqual(await problemsOf(text), expected));
  }

  it('keeps what is right beside what is wrong', async () => {
    const { config } = await readHadolintFile('ignored: [A, 1]\nstrict-labels: 2\noverride: {error: [B], x: [C]}\n');
    assert.deepEqual(config, { ...nothing, ignored: ['A'], override: { B: 'error' } });
  });

  it('takes nothing from a file that is broken', async () => {
    assert.deepEqual((await readHadolintFile('ignored: [A]\n  b: c: d')).config, nothing);
  });

  const monstrous: readonly (readonly [name: string, text: string])[] = [
    ['brackets', '['.repeat(60_000)],
    ['dashes', '- '.repeat(30_000)],
    ['the same key', 'a:\n'.repeat(20_000)],
    ['keys', Array.from({ length: 8000 }, (_, index) => `k${index}: 1\n`).join('')],
    ['references', `ignored: &x\n${'- *x\n'.repeat(12_000)}`],
    ['quotes', '"'.repeat(60_000)],
    ['NUL characters', '\0'.repeat(60_000)],
  ];
  for (const [name, text] of monstrous) {
    it(`survives nothing but ${name}, and tells of at most a hundred things`, async () => {
      const { problems } = await readHadolintFile(text);
      assert.ok(problems.length > 0 && problems.length <= 100);
    });
  }
});
