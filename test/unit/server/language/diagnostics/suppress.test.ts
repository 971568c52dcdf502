import assert from 'node:assert/strict';
import { applyEdits } from '../../../../../server/language/applyEdits.ts';
import { findingsIn } from '../../../../../server/language/diagnostics/findings.ts';
import { defaultLintOptions } from '../../../../../server/language/diagnostics/lintOptions.ts';
import type { Rule } from '../../../../../server/language/diagnostics/rule.ts';
import { type Suppression, suppressions } from '../../../../../server/language/diagnostics/suppress.ts';
import { parse } from '../../../../../server/language/dockerfile/parse.ts';
import { findings } from '../../../../support/findings.ts';
import { assertElseUnchanged } from '../../../../support/fixes.ts';

/** How the last finding of `code` can be silenced. */
function waysFor(text: string, code: string): readonly Suppression[] {
  const finding = findingsIn(parse(text)).findLast(({ rule }) => rule.name === code);
  assert.ok(finding, `no ${code}`);
  return suppressions(parse(text), finding);
}

function assertSilenced(where: 'for this instruction' | 'in this file', code: string, before: string, after: string) {
  const way = waysFor(before, code).find(({ title }) => title === `Ignore ${code} ${where}`);
  assert.ok(way?.edits);
  assert.equal(applyEdits(before, way.edits), after);
  assertElseUnchanged(before, way.edits);
  const names = (text: string) => findings(text).map((finding) => finding.replace(/^\d+ /, ''));
  const left = names(after);
  assert.ok(left.length < names(before).length, 'nothing is silent');
  assert.deepEqual(
    left,
    names(before).filter((finding) => left.includes(finding)),
  );
}

describe('ignoring a check for one instruction', () => {
  const cases: readonly (readonly [code: string, before: string, after: string])[] = [
    ['JSONArgsRecommended', 'FROM a\nCMD x\n', 'FROM a\n# check=skip=JSONArgsRecommended\nCMD x\n'],
    ['JSONArgsRecommended', 'FROM a\r\nCMD x', 'FROM a\r\n# check=skip=JSONArgsRecommended\r\nCMD x'],
    ['JSONArgsRecommended', 'FROM a\n# why\nCMD x', 'FROM a\n# why\n# check=skip=JSONArgsRecommended\nCMD x'],
    [
      'JSONArgsRecommended',
      'FROM a\nRUN <<E\nx\nE\nCMD x \\\n  y',
      'FROM a\nRUN <<E\nx\nE\n# check=skip=JSONArgsRecommended\nCMD x \\\n  y',
    ],
    // BuildKit does not know a check comment that is indented
    ['JSONArgsRecommended', 'FROM a\n  CMD x', 'FROM a\n# check=skip=JSONArgsRecommended\n  CMD x'],
    [
      'JSONArgsRecommended',
      'FROM a\n  # check=skip=X\nCMD x',
      'FROM a\n  # check=skip=X\n# check=skip=JSONArgsRecommended\nCMD x',
    ],
    // one comment for all
    [
      'ExposeProtoCasing',
      'FROM a\n# check=skip=ExposeInvalidFormat why\nEXPOSE 1:80/TCP',
      'FROM a\n# check=skip=ExposeInvalidFormat,ExposeProtoCasing why\nEXPOSE 1:80/TCP',
    ],
    [
      'ExposeProtoCasing',
      'FROM a\n# check=error=true\n# y\nEXPOSE 80/TCP',
      'FROM a\n# check=error=true;skip=ExposeProtoCasing\n# y\nEXPOSE 80/TCP',
    ],
    // where a check directive could stand, this is none
    ['FromAsCasing', 'FROM a as b', '#\n# check=skip=FromAsCasing\nFROM a as b'],
    ['FromAsCasing', '\ufeffFROM a as b', '\ufeff#\n# check=skip=FromAsCasing\nFROM a as b'],
    ['FromAsCasing', '\nFROM a as b', '\n# check=skip=FromAsCasing\nFROM a as b'],
    ['FromAsCasing', '# syntax=x\nFROM a as b', '# syntax=x\n\n# check=skip=FromAsCasing\nFROM a as b'],
    ['FromAsCasing', '# check=skip=X\nFROM a as b', '# check=skip=X\n\n# check=skip=FromAsCasing\nFROM a as b'],
    // what describes a stage stays directly above it
    ['FromAsCasing', '# b is it\nFROM a as b', '#\n# check=skip=FromAsCasing\n# b is it\nFROM a as b'],
    [
      'FromAsCasing',
      'FROM a\n# more:\n# b is it\nFROM a as b',
      'FROM a\n# check=skip=FromAsCasing\n# more:\n# b is it\nFROM a as b',
    ],
  ];
  for (const [code, before, after] of cases) {
    it(JSON.stringify(before), () => assertSilenced('for this instruction', code, before, after));
  }

  const impossible: readonly (readonly [code: string, text: string])[] = [
    ['FromAsCasing', '# check=experimental=all\nFROM a as b'],
    ['JSONArgsRecommended', 'FROM a\n# check=wrong\nCMD x'],
    ['JSONArgsRecommended', '# syntax=docker/dockerfile:1.7\nFROM a\nCMD x'],
    ['UnknownCheck', 'FROM a\n# check=skip=Nope\nCMD ["x"]'],
  ];
  for (const [code, text] of impossible) {
    it(`does not offer what would have no effect: ${JSON.stringify(text)}`, () =>
      assert.ok(!waysFor(text, code).some(({ title }) => title.endsWith('instruction'))));
  }
});

describe('ignoring a check in a file', () => {
  const cases: readonly (readonly [code: string, before: string, after: string])[] = [
    ['JSONArgsRecommended', 'FROM a\nCMD x', '# check=skip=JSONArgsRecommended\nFROM a\nCMD x'],
    ['JSONArgsRecommended', '\ufeffFROM a\nCMD x', '\ufeff# check=skip=JSONArgsRecommended\nFROM a\nCMD x'],
    ['JSONArgsRecommended', '\n# y\nFROM a\nCMD x', '# check=skip=JSONArgsRecommended\n\n# y\nFROM a\nCMD x'],
    [
      'JSONArgsRecommended',
      '# syntax=x\r\n# escape=\\\r\n# y\r\nFROM a\r\nCMD x',
      '# syntax=x\r\n# escape=\\\r\n# check=skip=JSONArgsRecommended\r\n# y\r\nFROM a\r\nCMD x',
    ],
    ['JSONArgsRecommended', '# check=skip=X\nFROM a\nCMD x', '# check=skip=X,JSONArgsRecommended\nFROM a\nCMD x'],
    [
      'JSONArgsRecommended',
      '# check= skip = X , Y ; error=true\nFROM a\nCMD x',
      '# check= skip = X , Y,JSONArgsRecommended ; error=true\nFROM a\nCMD x',
    ],
    [
      'JSONArgsRecommended',
      '# check=error=true\nFROM a\nCMD x',
      '# check=error=true;skip=JSONArgsRecommended\nFROM a\nCMD x',
    ],
    [
      'JSONArgsRecommended',
      '# check=skip=;error=true\nFROM a\nCMD x',
      '# check=skip=JSONArgsRecommended;error=true\nFROM a\nCMD x',
    ],
    [
      'UnknownCheck',
      'FROM a\n# check=skip=Nope\nCMD ["x"]',
      '# check=skip=UnknownCheck\nFROM a\n# check=skip=Nope\nCMD ["x"]',
    ],
    ['UnreadableWord', "FROM scratch\nENV A=b'c", "# check=skip=UnreadableWord\nFROM scratch\nENV A=b'c"],
  ];
  for (const [code, before, after] of cases) {
    it(JSON.stringify(before), () => assertSilenced('in this file', code, before, after));
  }

  it('does not touch a directive that says nothing', () =>
    assert.deepEqual(
      waysFor('# check=what\nFROM a\nCMD x', 'JSONArgsRecommended').map(({ title }) => title),
      ['Ignore JSONArgsRecommended for this instruction'],
    ));

  it('cannot skip an experimental check, which only runs when it is asked for', () =>
    assert.deepEqual(waysFor('# check=experimental=all\n# x\nARG A\nFROM a', 'InvalidDefinitionDescription'), []));
});

describe('ignoring a code of hadolint', () => {
  const rule: Rule = { ...findingsIn(parse('FROM a\nCMD x'))[0]!.rule, name: 'DL3008', kind: 'lint' };
  const silenced = (where: string, text: string, at: string, disableIgnorePragma = false) => {
    const hadolint = {
      ignored: [],
      override: {},
      trustedRegistries: [],
      labelSchema: {},
      strictLabels: false,
      disableIgnorePragma,
    };
    const start = text.indexOf(at);
    const finding = { rule, severity: rule.severity, span: { start, end: start + at.length }, message: '' };
    const ways = suppressions(parse(text), finding, { ...defaultLintOptions, hadolint });
    const way = ways.find(({ title }) => title === `Ignore DL3008 ${where}`);
    return way?.edits && applyEdits(text, way.edits);
  };
  const cases: readonly (readonly [where: string, before: string, after: string])[] = [
    ['for this instruction', 'FROM a\nRUN x', 'FROM a\n# hadolint ignore=DL3008\nRUN x'],
    ['for this instruction', 'RUN x', '# hadolint ignore=DL3008\nRUN x'],
    ['for this instruction', '# syntax=x\nRUN x', '# syntax=x\n# hadolint ignore=DL3008\nRUN x'],
    ['for this instruction', '# hadolint ignore=DL1, SC2 # y\nRUN x', '# hadolint ignore=DL1, SC2,DL3008 # y\nRUN x'],
    // hadolint reads the line directly above only
    [
      'for this instruction',
      '# hadolint ignore=DL1\n# y\nRUN x',
      '# hadolint ignore=DL1\n# y\n# hadolint ignore=DL3008\nRUN x',
    ],
    [
      'for this instruction',
      '# hadolint ignore=DL1\n\nRUN x',
      '# hadolint ignore=DL1\n\n# hadolint ignore=DL3008\nRUN x',
    ],
    [
      'for this instruction',
      '# hadolint global ignore=DL1\nRUN x',
      '# hadolint global ignore=DL1\n# hadolint ignore=DL3008\nRUN x',
    ],
    ['in this file', 'FROM a\nRUN x', '# hadolint global ignore=DL3008\nFROM a\nRUN x'],
    [
      'in this file',
      '# syntax=x\n# check=skip=X\n# y\nRUN x',
      '# syntax=x\n# check=skip=X\n# hadolint global ignore=DL3008\n# y\nRUN x',
    ],
    [
      'in this file',
      'FROM a\n# hadolint global ignore=DL1\nRUN x',
      'FROM a\n# hadolint global ignore=DL1,DL3008\nRUN x',
    ],
    [
      'in this file',
      '# check=experimental=all\nARG A\nRUN x',
      '# check=experimental=all\n# hadolint global ignore=DL3008\n#\nARG A\nRUN x',
    ],
  ];
  for (const [where, before, expected] of cases) {
    it(`${where}: ${JSON.stringify(before)}`, () => {
      assert.equal(silenced(where, before, 'RUN x'), expected);
    });
  }

  it('is not offered where the configuration says that comments do not count', () =>
    assert.equal(silenced('in this file', 'FROM a\nRUN x', 'RUN x', true), undefined));
});

describe('ignoring', () => {
  it('is never offered for what makes a build fail', () =>
    assert.deepEqual(waysFor('FROM a\nFOO x', 'UnknownInstruction'), []));

  it('turns a rule off in the workspace by a command of the client', () => {
    const [finding] = findingsIn(parse('FROM a\nCMD x'));
    const way = suppressions(parse('FROM a\nCMD x'), finding!, undefined, 'off').at(-1);
    assert.deepEqual(way?.command?.arguments, ['JSONArgsRecommended']);
  });
});
