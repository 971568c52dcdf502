import assert from 'node:assert/strict';
import { DiagnosticSeverity } from 'vscode-languageserver-types';
import { readsCommands } from '../../../../server/handlers/lintBasis.ts';
import type { LintOptions } from '../../../../server/language/diagnostics/lintOptions.ts';
import type { FileRule, InstructionRule, Rule } from '../../../../server/language/diagnostics/rule.ts';

const lint = { severity: DiagnosticSeverity.Warning, kind: 'lint', preset: 'hadolint' } as const;
const ofRun: InstructionRule = { ...lint, name: 'RUN', keywords: ['RUN'], checkInstruction() {} };
const ofUser: InstructionRule = { ...lint, name: 'USER', keywords: ['USER'], checkInstruction() {} };
const ofFile: FileRule = { ...lint, name: 'FILE', check() {} };
const ofBuildKit: Rule = { ...ofRun, name: 'CHECK', kind: 'check' };

describe('whether a rule may look at commands', () => {
  const cases: readonly (readonly [name: string, rule: Rule, options: LintOptions, expected: boolean])[] = [
    ['one of RUN that runs', ofRun, { preset: 'hadolint', rules: {} }, true],
    ['one of RUN that does not', ofRun, { preset: 'recommended', rules: {} }, false],
    ['one of RUN that is asked for', ofRun, { preset: 'buildkit', rules: { RUN: 'hint' } }, true],
    ['one of RUN that is switched off', ofRun, { preset: 'hadolint', rules: { RUN: 'off' } }, false],
    ['one of another instruction', ofUser, { preset: 'hadolint', rules: {} }, false],
    ['one of the whole file', ofFile, { preset: 'hadolint', rules: {} }, true],
    ['one of BuildKit’s', ofBuildKit, { preset: 'buildkit', rules: {} }, false],
  ];
  for (const [name, rule, options, expected] of cases)
    it(name, () => assert.equal(readsCommands(options, [rule]), expected));
});
