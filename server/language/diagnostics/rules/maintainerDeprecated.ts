import { DiagnosticSeverity } from 'vscode-languageserver-types';
import type { Instruction } from '../../dockerfile/dockerfile.ts';
import { replace } from '../fixes.ts';
import type { Fix, Rule } from '../rule.ts';

/** Source: ParseInstructionWithLinter in BuildKit's instructions/parse.go. */
export const maintainerDeprecated: Rule = {
  name: 'MaintainerDeprecated',
  aliases: ['DL4000'],
  severity: DiagnosticSeverity.Warning,
  kind: 'check',
  check({ instructions, escape: escapeToken }, report) {
    for (const instruction of instructions) {
      if (instruction.keyword !== 'MAINTAINER') continue;
      report(instruction.span, 'MAINTAINER is deprecated. Use LABEL org.opencontainers.image.authors="…".', {
        fix: () => toLabel(instruction, escapeToken),
      });
    }
  },
};

/** MAINTAINER takes its text as it is; in a label quotes, variables and the escape character would count. */
function toLabel({ keyword, keywordText, words, span }: Instruction, escapeToken: string): Fix | undefined {
  const [name] = words;
  if (!name) return undefined;
  const bare = /^(["'])([^"']*)\1$/.exec(name.value)?.[2] ?? name.value;
  const quoted = [...bare]
    .map((ch) => (ch === '"' || ch === '$' || ch === escapeToken ? escapeToken + ch : ch))
    .join('');
  const label = keywordText === keyword ? 'LABEL' : 'label';
  const text = `${label} org.opencontainers.image.authors="${quoted}"`;
  return replace({ start: span.start, end: name.span.end }, text, true, 'Use LABEL instead');
}
