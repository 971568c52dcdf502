import { DiagnosticSeverity } from 'vscode-languageserver-types';
import type { ShellCommand } from '../../../shell/script.ts';
import type { Fix, InstructionContext, Rule } from '../../rule.ts';
import { commandsNamed, nameSpan } from './command.ts';

/** Source: hadolint's DL3004. */
export const noSudo: Rule = {
  name: 'DL3004',
  severity: DiagnosticSeverity.Error,
  kind: 'lint',
  preset: 'hadolint',
  keywords: ['RUN'],
  checkInstruction(_, report, context) {
    for (const command of commandsNamed('sudo', context))
      report(
        nameSpan(command),
        'sudo is not needed in a build. Switch to root with USER, or use gosu to run as a user.',
        {
          fix: () => withoutSudo(command, context),
        },
      );
  },
};

/** Options that change neither the user nor the command that runs. */
const harmless = /^(?:-[AEHSknB]+|--preserve-env|--set-home|--stdin|--non-interactive|--)$/;

/** Only right where the build runs as root, which a base image decides. */
function withoutSudo({ words }: ShellCommand, { text }: InstructionContext): Fix | undefined {
  const [sudo, ...rest] = words;
  const command = rest.find((word) => !harmless.test(word.text));
  if (!command || command.text.startsWith('-')) return undefined;
  const span = { start: sudo!.span.start, end: command.span.start };
  if (text.slice(span.start, span.end).includes('\n')) return undefined;
  return { title: 'Remove sudo', edits: [{ span, text: '' }], safe: false };
}
