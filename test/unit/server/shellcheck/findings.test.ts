import assert from 'node:assert/strict';
import { codeActions } from '../../../../server/language/codeActions.ts';
import { diagnosticsOf } from '../../../../server/language/diagnostics/diagnose.ts';
import { type LintOptions, presets } from '../../../../server/language/diagnostics/lintOptions.ts';
import { parse } from '../../../../server/language/dockerfile/parse.ts';
import type { Remark } from '../../../../server/shellcheck/answer.ts';
import { shellCheckFindings } from '../../../../server/shellcheck/findings.ts';

const options: LintOptions = { preset: 'recommended', rules: {} };
const noHadolint = {
  ...{ ignored: [], override: {}, trustedRegistries: [], labelSchema: {} },
  ...{ strictLabels: false, disableIgnorePragma: false },
};

/** What is shown of a finding in `a $b`, which stands somewhere in `text`. */
function shown(text: string, chosen: Partial<LintOptions> = {}, level: Remark['level'] = 'info') {
  const start = text.indexOf('$b');
  const edits = [
    { span: { start, end: start }, text: '"' },
    { span: { start: start + 2, end: start + 2 }, text: '"' },
  ];
  const finding = { code: 'SC2086', level, message: 'Quote it.', span: { start, end: start + 2 }, edits };
  return shellCheckFindings(parse(text), [finding], { ...options, ...chosen });
}

const count = (text: string, chosen?: Partial<LintOptions>) => shown(text, chosen).length;

describe("ShellCheck's findings", () => {
  it('are shown with a page about them', () => {
    const text = 'FROM a\nRUN a $b';
    assert.deepEqual(diagnosticsOf(parse(text), shown(text))[0], {
      range: { start: { line: 1, character: 6 }, end: { line: 1, character: 8 } },
      ...{ message: 'Quote it.', severity: 3, code: 'SC2086', source: 'shellcheck' },
      codeDescription: { href: 'https://www.shellcheck.net/wiki/SC2086' },
    });
  });

  for (const [level, severity] of [
    ['error', 2],
    ['warning', 2],
    ['info', 3],
    ['style', 4],
  ] as const)
    it(`of level ${level} have severity ${severity}`, () => {
      assert.equal(shown('FROM a\nRUN a $b', {}, level)[0]?.severity, severity);
    });

  const silent: readonly (readonly [name: string, text: string, chosen?: Partial<LintOptions>])[] = [
    ['a hadolint comment above', 'FROM a\n# hadolint ignore=DL3008,SC2086\nRUN a $b'],
    ['a global hadolint comment', '# hadolint global ignore=SC2086\nFROM a\nRUN a $b'],
    ['a check comment above', 'FROM a\n# check=skip=SC2086\nRUN a $b'],
    ['a check directive', '# check=skip=SC2086\nFROM a\nRUN a $b'],
    ['.hadolint.yaml', 'FROM a\nRUN a $b', { hadolint: { ...noHadolint, ignored: ['SC2086'] } }],
    ['a setting', 'FROM a\nRUN a $b', { rules: { SC2086: 'off' } }],
    ["BuildKit's preset", 'FROM a\nRUN a $b', { preset: 'buildkit' }],
  ];
  for (const [name, text, chosen] of silent) it(`are silenced by ${name}`, () => assert.equal(count(text, chosen), 0));

  for (const preset of presets.filter((each) => each !== 'buildkit'))
    it(`are shown with the preset ${preset}`, () => assert.equal(count('FROM a\nRUN a $b', { preset }), 1));

  it('are not silenced by a comment about something else', () => {
    assert.equal(count('FROM a\n# hadolint ignore=SC2046\nRUN a $b'), 1);
  });

  it('have the severity that .hadolint.yaml gives them, and a setting before it', () => {
    const hadolint = { ...noHadolint, override: { SC2086: 'error' as const } };
    const severity = (chosen: Partial<LintOptions>) => shown('FROM a\nRUN a $b', chosen)[0]?.severity;
    assert.deepEqual([severity({ hadolint }), severity({ hadolint, rules: { SC2086: 'hint' } })], [1, 4]);
  });
});

describe('quick fixes of ShellCheck', () => {
  const text = 'FROM a\nRUN a $b';
  const at = (line: number, character: number) => {
    const range = { start: { line, character }, end: { line, character } };
    const linted = { findings: shown(text), options };
    return codeActions(parse(text), 'file:///x', range, ['quickfix'], linted);
  };

  it('are offered at their finding', () => {
    const [action] = at(1, 7);
    const changes = action?.edit?.changes?.['file:///x']?.map(({ range, newText }) => [range.start.character, newText]);
    assert.deepEqual(
      [action?.title, changes],
      [
        'Put it in double quotes',
        [
          [6, '"'],
          [8, '"'],
        ],
      ],
    );
  });

  it('are not offered elsewhere', () => {
    assert.deepEqual(at(0, 0), []);
  });
});
