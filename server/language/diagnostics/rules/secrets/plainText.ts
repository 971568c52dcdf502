import { DiagnosticSeverity } from 'vscode-languageserver-types';
import { offsetOf, shift } from '../../../dockerfile/place.ts';
import type { Rule } from '../../rule.ts';
import { secretsIn } from './find.ts';
import { toSecretMount } from './secretMount.ts';

/** A secret by its value, wherever it stands. The message never says more of it than what it begins with. */
export const secretInPlainText: Rule = {
  name: 'SecretInPlainText',
  severity: DiagnosticSeverity.Warning,
  kind: 'lint',
  preset: 'recommended',
  check(dockerfile, report, _knowledge, contextOf) {
    for (const instruction of dockerfile.instructions) {
      const context = contextOf(instruction);
      for (const secret of secretsIn(instruction, context)) {
        const { kind, prefix, span } = secret;
        const shown = prefix === undefined ? '' : ` (${prefix}…)`;
        report(
          shift(span, offsetOf(instruction)),
          `${kind.name}${shown} in plain text: whoever has the file or the image has it too. Revoke it, and give it to the ` +
            'RUN that needs it by --mount=type=secret.',
          { fix: () => toSecretMount(dockerfile, instruction, secret, context.shell) },
        );
      }
    }
  },
};
