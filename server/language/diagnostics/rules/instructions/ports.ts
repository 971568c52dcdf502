import { DiagnosticSeverity } from 'vscode-languageserver-types';
import { readPort } from '../../port.ts';
import type { Rule } from '../../rule.ts';

/** What InvalidPort is for the images that are built on this one: BuildKit reads it only then. Source: hadolint's DL3011. */
export const invalidPortLater: Rule = {
  name: 'DL3011',
  aliases: ['InvalidPort'],
  severity: DiagnosticSeverity.Error,
  kind: 'lint',
  preset: 'hadolint',
  reads: ['ONBUILD'],
  check({ instructions }, report) {
    for (const { keyword, trigger } of instructions) {
      if (keyword !== 'ONBUILD' || trigger?.keyword !== 'EXPOSE') continue;
      for (const { value, span } of trigger.words) {
        const { problem } = /[$"'\\`]/.test(value) ? {} : readPort(value);
        if (problem) report(span, problem);
      }
    }
  },
};
