import assert from 'node:assert/strict';
import { type LintSettings, readLintSettings } from '../../../../server/handlers/lintSettings.ts';

const defaults: LintSettings = { preset: 'recommended', rules: {}, shellcheck: true, registry: true, problems: [] };

describe('the settings gantry.lint', () => {
  const cases: readonly (readonly [lint: unknown, expected: Partial<LintSettings>])[] = [
    [undefined, {}],
    [null, {}],
    [{}, {}],
    [{ preset: null, rules: null, shellcheck: null }, {}],
    [{ preset: 'buildkit' }, { preset: 'buildkit' }],
    [
      { preset: 'hadolint', shellcheck: false },
      { preset: 'hadolint', shellcheck: false },
    ],
    [
      { rules: { WorkdirRelativePath: 'off', SC2086: 'hint' } },
      { rules: { WorkdirRelativePath: 'off', SC2086: 'hint' } },
    ],
    ['x', { problems: ['gantry.lint has to be an object, not "x".'] }],
    [[], { problems: ['gantry.lint has to be an object, not [].'] }],
    [{ preset: 'all' }, { problems: ['gantry.lint.preset can be buildkit, recommended, hadolint, not "all".'] }],
    [{ preset: 3 }, { problems: ['gantry.lint.preset can be buildkit, recommended, hadolint, not 3.'] }],
    [{ shellcheck: 'no' }, { problems: ['gantry.lint.shellcheck can be true or false, not "no".'] }],
    [{ registry: false }, { registry: false }],
    [{ registry: 1 }, { problems: ['gantry.lint.registry can be true or false, not 1.'] }],
    [{ rules: ['a'] }, { problems: ['gantry.lint.rules has to be an object, not ["a"].'] }],
    [
      { rules: { FromAsCasing: 1, StageNameCasing: 'hint' } },
      {
        rules: { StageNameCasing: 'hint' },
        problems: ['gantry.lint.rules: FromAsCasing can be off, hint, info, warning, error, not 1.'],
      },
    ],
    [
      { rules: { fromAsCasing: 'off' } },
      { problems: ['gantry.lint.rules: there is no rule "fromAsCasing". Did you mean FromAsCasing?'] },
    ],
    [{ rules: { StageOrder: 'off' } }, { rules: { StageOrder: 'off' } }],
    [
      { rules: { DL3023: 'off' } },
      {
        problems: ['gantry.lint.rules: "DL3023" is what a build stops at, and is set by the name StageOrder only.'],
      },
    ],
    [{ rules: { constructor: 'off' } }, { problems: ['gantry.lint.rules: there is no rule "constructor".'] }],
  ];
  for (const [lint, expected] of cases) {
    it(JSON.stringify(lint) ?? 'nothing', () =>
      assert.deepEqual(readLintSettings({ lint }), { ...defaults, ...expected }),
    );
  }
});
