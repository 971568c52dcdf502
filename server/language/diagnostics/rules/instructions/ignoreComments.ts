import { DiagnosticSeverity } from 'vscode-languageserver-types';
import { instructionAt } from '../../../dockerfile/at.ts';
import { removeLines } from '../../fixes.ts';
import { hadolintComment } from '../../hadolintComment.ts';
import type { Rule } from '../../rule.ts';

/** A comment that ignores rules, for teams that want none. Source: hadolint's DL1001. */
export const ignoreComment: Rule = {
  name: 'DL1001',
  severity: DiagnosticSeverity.Information,
  kind: 'lint',
  check(dockerfile, report) {
    if (!dockerfile.text.includes('hadolint')) return;
    for (const comment of dockerfile.comments) {
      const ignoring = hadolintComment(comment.text);
      if (!ignoring || ignoring.global || instructionAt(dockerfile, comment.span.start)) continue;
      const message = 'This comment hides findings. Mend what it hides, or list the rule in .hadolint.yaml.';
      report(comment.span, message, {
        fix: () => ({ title: 'Remove the comment', edits: [removeLines(dockerfile, comment)], safe: true }),
      });
    }
  },
};
