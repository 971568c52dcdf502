import assert from 'node:assert/strict';
import { findingsIn } from '../../../../../server/language/diagnostics/findings.ts';
import type { HadolintConfig, LintOptions } from '../../../../../server/language/diagnostics/lintOptions.ts';
import { parse } from '../../../../../server/language/dockerfile/parse.ts';

const silent: HadolintConfig = {
  ignored: [],
  override: {},
  trustedRegistries: [],
  labelSchema: {},
  strictLabels: false,
  disableIgnorePragma: false,
};

/** The severities of what is found: 1 error to 4 hint. */
function severities(text: string, options: Partial<LintOptions>): readonly number[] {
  return findingsIn(parse(text), undefined, { preset: 'recommended', rules: {}, ...options }).map(
    ({ severity }) => severity,
  );
}

describe('what a build stops at', () => {
  const text = 'RUN x\nFROM a:1'; // NoBuildStage, which hadolint knows as DL3061

  it('stays when hadolint is told to ignore what it calls so', () => {
    const config = { ...silent, ignored: ['DL3061', 'NoBuildStage'], override: { DL3061: 'hint' as const } };
    assert.deepEqual(severities(text, { hadolint: config }), [1]);
  });

  it('stays when the settings name it as hadolint does', () =>
    assert.deepEqual(severities(text, { rules: { DL3061: 'off' } }), [1]));

  it('stays when a comment asks to skip everything', () =>
    assert.deepEqual(severities(`# check=skip=all\n# hadolint global ignore=DL3061\n${text}`, {}), [1]));

  it('is set by its own name', () => {
    assert.deepEqual(severities(text, { rules: { NoBuildStage: 'off' } }), []);
    assert.deepEqual(severities(text, { rules: { NoBuildStage: 'info' } }), [3]);
  });
});

describe('a check of BuildKit that hadolint has too', () => {
  const text = 'FROM a:1\nMAINTAINER b';

  for (const name of ['MaintainerDeprecated', 'DL4000']) {
    it(`is set by the name ${name}`, () => assert.deepEqual(severities(text, { rules: { [name]: 'off' } }), []));
    it(`is ignored by .hadolint.yaml as ${name}`, () =>
      assert.deepEqual(severities(text, { hadolint: { ...silent, ignored: [name] } }), []));
  }

  it('is judged by the settings before .hadolint.yaml', () =>
    assert.deepEqual(
      severities(text, { rules: { DL4000: 'hint' }, hadolint: { ...silent, ignored: ['DL4000'] } }),
      [4],
    ));
});
