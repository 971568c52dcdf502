import { DiagnosticSeverity } from 'vscode-languageserver-types';
import type { InstructionRule } from '../rule.ts';

const heredoc = `\\d*<<-?[\\t ]*(?:"[^"]*"|'[^']*'|[^\\s<>|&;()"']+)`;
const nothingElse = new RegExp(`^${heredoc}(?:\\s+${heredoc})+\\s*$`);

/**
 * `RUN <<A <<B`: BuildKit runs the body of a heredoc that stands alone. Of several it makes inputs of the command they stand in, and
 * where there is none, sh and bash read them and run nothing. Source: dispatchRun in BuildKit's convert.go.
 */
export const unreadHeredocs: InstructionRule = {
  name: 'UnreadHeredocs',
  severity: DiagnosticSeverity.Warning,
  kind: 'advice',
  keywords: ['RUN'],
  checkInstruction({ body, json, heredocs, keywordSpan }, report, { shell }) {
    if (json || heredocs.length < 2 || !/^(?:sh|bash)$/.test(shell.kind) || !nothingElse.test(body.text)) return;
    report(
      keywordSpan,
      'This runs nothing: only a heredoc that stands alone is a script. Give each one a RUN of its own.',
    );
  },
};
