import { DiagnosticSeverity } from 'vscode-languageserver-types';
import { keyValues } from '../../dockerfile/keyValues.ts';
import type { Rule } from '../rule.ts';
import { mountSecret } from '../secretMount.ts';

const secret = /(?:_|^)(?:apikey|auth|credentials?|key|password|pword|passwd|secret|token)(?:_|$)/i;
/** What makes a name that sounds like a secret one of something that is none. */
export const harmless = /(?:_|^)(?:public|file|version)(?:_|$)/i;

/** Whether BuildKit takes it for the name of a secret. */
export function isSecretName(name: string): boolean {
  return secret.test(name) && !harmless.test(name);
}

/** A variable whose name sounds like a secret: its value stays readable in the image. Source: validateNoSecretKey in validations.go. */
export const secretsUsedInArgOrEnv: Rule = {
  name: 'SecretsUsedInArgOrEnv',
  aliases: ['DL3064'],
  severity: DiagnosticSeverity.Warning,
  kind: 'check',
  reads: ['FROM', 'ARG', 'ENV'],
  check(dockerfile, report) {
    for (const instruction of dockerfile.stages.flatMap((stage) => stage.instructions)) {
      const { keyword } = instruction;
      if (keyword !== 'ARG' && keyword !== 'ENV') continue;
      for (const pair of keyValues(instruction)) {
        const { key } = pair;
        if (!isSecretName(key.value)) continue;
        report(
          key.span,
          `${keyword} keeps "${key.value}" readable in the image. Give secrets to the RUN that needs them: --mount=type=secret.`,
          { fix: () => mountSecret(dockerfile, instruction, pair) },
        );
      }
    }
  },
};
