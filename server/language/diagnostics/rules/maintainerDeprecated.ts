import { DiagnosticSeverity, DiagnosticTag } from 'vscode-languageserver-types';
import { maintainerToLabel } from '../../refactor/maintainerToLabel.ts';
import type { Rule } from '../rule.ts';

/** Source: ParseInstructionWithLinter in BuildKit's instructions/parse.go. */
export const maintainerDeprecated: Rule = {
  name: 'MaintainerDeprecated',
  aliases: ['DL4000'],
  severity: DiagnosticSeverity.Warning,
  kind: 'check',
  tag: DiagnosticTag.Deprecated,
  reads: ['MAINTAINER'],
  check(dockerfile, report) {
    for (const instruction of dockerfile.instructions) {
      if (instruction.keyword !== 'MAINTAINER') continue;
      report(instruction.span, 'MAINTAINER is deprecated. Use LABEL org.opencontainers.image.authors="…".', {
        fix: () => maintainerToLabel(dockerfile, instruction),
      });
    }
  },
};
