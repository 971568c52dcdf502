import { DiagnosticSeverity } from 'vscode-languageserver-types';
import { replace } from '../../fixes.ts';
import type { InstructionRule } from '../../rule.ts';
import { labelsOf } from './labels.ts';

/** A label's name against Docker's guidelines for names. Source: hadolint's DL3048. */
export const labelKey: InstructionRule = {
  name: 'DL3048',
  severity: DiagnosticSeverity.Hint,
  kind: 'lint',
  preset: 'hadolint',
  keywords: ['LABEL'],
  checkInstruction(instruction, report, { escape: escapeToken }) {
    for (const { name, key } of labelsOf(instruction, escapeToken)) {
      const problem = name === undefined || name === '' ? undefined : problemOf(name);
      if (!problem) continue;
      report(key.span, problem, {
        fix: () => {
          const better = corrected(name!);
          return problemOf(better) === undefined && better !== '' ? replace(key.span, better, false) : undefined;
        },
      });
    }
  },
};

/** Source: "Key format recommendations" on Docker's page about labels. */
function problemOf(name: string): string | undefined {
  const reserved = /^(?:com\.docker|io\.docker|org\.dockerproject)\./.exec(name)?.[0];
  if (reserved) return `Labels that begin with "${reserved}" are Docker's own. Begin with a domain of yours.`;
  if (/[^a-z\d.-]/.test(name)) return `"${name}": a label's name has lower-case letters, digits, "." and "-" only.`;
  if (/\.\.|--/.test(name)) return `"${name}" has two separators in a row. Write one.`;
  return /^[a-z]/.test(name) && /[a-z\d]$/.test(name)
    ? undefined
    : `"${name}": a label's name begins with a letter, and ends with a letter or digit.`;
}

function corrected(name: string): string {
  return name
    .replaceAll(/(?<=[a-z\d])[A-Z](?=[a-z])/g, '-$&')
    .toLowerCase()
    .replaceAll(/[^a-z\d.]+/g, '-')
    .replaceAll(/-?\.[.-]*/g, '.')
    .replace(/^[\d.-]+/, '')
    .replace(/[.-]+$/, '');
}
