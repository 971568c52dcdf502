import { DiagnosticSeverity } from 'vscode-languageserver-types';
import { replace } from '../fixes.ts';
import type { Rule } from '../rule.ts';

/** `as` should be written in the case of its FROM. Source: doesFromCaseMatchAsCase in BuildKit's instructions/parse.go. */
export const fromAsCasing: Rule = {
  name: 'FromAsCasing',
  severity: DiagnosticSeverity.Warning,
  kind: 'check',
  reads: ['FROM'],
  check({ stages }, report) {
    for (const { from } of stages) {
      const [, as, name] = from.words;
      if (!as || !name || !/^as$/i.test(as.value)) continue;
      const expected = inCaseOf(from.keywordText, as.value);
      if (expected === as.value) continue;
      report(as.span, `"${as.value}" is not in the same case as "${from.keywordText}". Write "${expected}".`, {
        fix: () => replace(as.span, expected),
      });
    }
  },
};

/** `word` in lower or upper case as `model` is; unchanged where `model` mixes them, which is another check's business. */
function inCaseOf(model: string, word: string): string {
  if (model === model.toLowerCase()) return word.toLowerCase();
  if (model === model.toUpperCase()) return word.toUpperCase();
  return word;
}
