import { DiagnosticSeverity } from 'vscode-languageserver-types';
import { isKnownKeyword } from '../../dockerfile/keywords.ts';
import type { Rule } from '../rule.ts';

/** Only ARG may stand before the first FROM. Source: CurrentStage in BuildKit's instructions/commands.go. */
export const noBuildStage: Rule = {
  name: 'NoBuildStage',
  aliases: ['DL3061'],
  severity: DiagnosticSeverity.Error,
  kind: 'error',
  check({ instructions }, report) {
    const last = instructions.at(-1);
    if (last?.keyword === 'ARG' && instructions.every(({ keyword }) => keyword === 'ARG'))
      report(last.keywordSpan, 'This file has no stage. Add a FROM below.');
    for (const { keyword, keywordSpan } of instructions) {
      if (keyword === 'FROM') return;
      if (keyword === 'ARG' || !isKnownKeyword(keyword)) continue;
      report(keywordSpan, `${keyword} belongs to a stage. Put a FROM above it; only ARG may come before.`);
      return;
    }
  },
};
