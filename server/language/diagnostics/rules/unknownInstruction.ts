import { DiagnosticSeverity } from 'vscode-languageserver-types';
import { isKnownKeyword, keywords } from '../../dockerfile/keywords.ts';
import { replace } from '../fixes.ts';
import type { Rule } from '../rule.ts';
import { nearest } from '../suggest.ts';

/** A line that begins with no instruction. Source: ParseInstruction in BuildKit's instructions/parse.go. */
export const unknownInstruction: Rule = {
  name: 'UnknownInstruction',
  eachAlone: true,
  severity: DiagnosticSeverity.Error,
  kind: 'error',
  check({ instructions }, report) {
    for (const { keyword, keywordText, keywordSpan } of instructions) {
      if (isKnownKeyword(keyword)) continue;
      const suggestion = nearest(keyword, keywords);
      const instead = keywordText === keyword ? suggestion : suggestion?.toLowerCase();
      const hint = instead === undefined ? '' : ` Did you mean ${instead}?`;
      report(keywordSpan, `"${keywordText}" is not a Dockerfile instruction.${hint}`, {
        fix: () => (instead === undefined ? undefined : replace(keywordSpan, instead, false)),
      });
    }
  },
};
