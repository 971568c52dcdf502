import { DiagnosticSeverity } from 'vscode-languageserver-types';
import { commandName } from '../../../shell/script.ts';
import type { Rule } from '../../rule.ts';
import { commandsOf, nameSpan } from './command.ts';

const unfit = new Set(['free', 'kill', 'mount', 'ps', 'service', 'shutdown', 'ssh', 'top', 'vim']);

/**
 * A command that looks after a running machine does nothing for the files of an image. With an SSH mount a `ssh` is meant.
 * Source: hadolint's DL3001.
 */
export const unfitCommand: Rule = {
  name: 'DL3001',
  severity: DiagnosticSeverity.Information,
  kind: 'lint',
  preset: 'hadolint',
  keywords: ['RUN'],
  checkInstruction({ flags }, report, context) {
    const mountsSsh = flags.some(({ name, value }) => name === 'mount' && /(?:^|,)type=ssh(?:,|$)/.test(value ?? ''));
    for (const command of commandsOf(context)) {
      const name = commandName(command);
      if (!unfit.has(name) || (name === 'ssh' && mountsSsh)) continue;
      report(
        nameSpan(command),
        `"${name}" has no lasting effect in a build. Leave it out, or run it in the container.`,
      );
    }
  },
};
