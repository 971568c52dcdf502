import { DiagnosticSeverity } from 'vscode-languageserver-types';
import { keyValues } from '../../../dockerfile/keyValues.ts';
import type { Rule } from '../../rule.ts';
import { mountSecret } from '../../secretMount.ts';
import { harmless, isSecretName } from '../secretNames.ts';

/**
 * Names that sound like a secret, or a part of one, and that SecretsUsedInArgOrEnv does not report: before the first stage, for
 * ONBUILD, and in words such as MYPASSWORD. Source: hadolint's DL3064.
 */
export const sensitiveName: Rule = {
  name: 'DL3064',
  aliases: ['SecretsUsedInArgOrEnv'],
  severity: DiagnosticSeverity.Warning,
  kind: 'lint',
  preset: 'hadolint',
  reads: ['FROM', 'ARG', 'ENV', 'ONBUILD'],
  check(dockerfile, report) {
    for (const instruction of dockerfile.instructions) {
      const defines = instruction.own.trigger ?? instruction.own;
      if (defines.keyword !== 'ARG' && defines.keyword !== 'ENV') continue;
      const isBuildKits = instruction.stage !== undefined && defines === instruction.own;
      keyValues(defines).forEach(({ key: { value: name } }, index) => {
        const secret = isSecretName(name);
        if (secret ? isBuildKits : !isSensitive(name)) return;
        const pair = keyValues(instruction.trigger ?? instruction)[index]!;
        const message = `"${name}" sounds like a credential, and ${defines.keyword} hides nothing. Use RUN --mount=type=secret for it.`;
        report(pair.key.span, message, {
          fix: () => (instruction.trigger ? undefined : mountSecret(dockerfile, instruction, pair)),
        });
      });
    }
  },
};

function isSensitive(name: string): boolean {
  return (
    /(?:api|access|client)_?key|passw(?:or)?d|private|secret|token(?!iz)|username/i.test(name) && !harmless.test(name)
  );
}
