import { DiagnosticSeverity } from 'vscode-languageserver-types';
import type { Rule } from '../rule.ts';

/** Source: ParseInstructionWithLinter in BuildKit's instructions/parse.go. */
export const maintainerDeprecated: Rule = {
  name: 'MaintainerDeprecated',
  severity: DiagnosticSeverity.Warning,
  kind: 'check',
  check({ instructions }, report) {
    for (const { keyword, span } of instructions) {
      if (keyword === 'MAINTAINER')
        report(span, 'MAINTAINER is deprecated. Use LABEL org.opencontainers.image.authors="…".');
    }
  },
};
