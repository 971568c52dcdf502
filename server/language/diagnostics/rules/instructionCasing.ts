import { DiagnosticSeverity } from 'vscode-languageserver-types';
import { isKnownKeyword } from '../../dockerfile/keywords.ts';
import { replace } from '../fixes.ts';
import type { Rule } from '../rule.ts';

/**
 * All instructions of the stages in one case, upper or lower, whichever most of them have; upper where as many have each.
 * Source: validateCommandCasing in BuildKit's validations.go.
 */
export const consistentInstructionCasing: Rule = {
  name: 'ConsistentInstructionCasing',
  severity: DiagnosticSeverity.Warning,
  kind: 'check',
  check({ stages }, report) {
    const instructions = stages.flatMap((stage) => stage.instructions.filter(({ keyword }) => isKnownKeyword(keyword)));
    let balance = 0;
    for (const { keyword, keywordText } of instructions) {
      if (keywordText === keyword) balance++;
      else if (keywordText === keyword.toLowerCase()) balance--;
    }
    const lower = balance < 0;
    for (const { keyword, keywordText, keywordSpan } of instructions) {
      const expected = lower ? keyword.toLowerCase() : keyword;
      if (keywordText === expected) continue;
      report(keywordSpan, `Most instructions here are in ${lower ? 'lower' : 'upper'} case. Write "${expected}".`, {
        fix: () => replace(keywordSpan, expected),
      });
    }
  },
};
