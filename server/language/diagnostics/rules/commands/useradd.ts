import { DiagnosticSeverity } from 'vscode-languageserver-types';
import type { ShellCommand, ShellWord } from '../../../shell/script.ts';
import type { Rule } from '../../rule.ts';
import { addOption, commandsNamed, hasOption, nameSpan } from './command.ts';

/**
 * useradd writes to a log with a place for each user up to this one: as a file with holes that is nothing, in a layer it is all
 * there. Where the number is a variable, nothing is said. Source: hadolint's DL3046.
 */
export const useraddWithoutLogInit: Rule = {
  name: 'DL3046',
  severity: DiagnosticSeverity.Warning,
  kind: 'lint',
  preset: 'recommended',
  keywords: ['RUN'],
  checkInstruction(_, report, context) {
    for (const command of commandsNamed('useradd', context)) {
      const uid = uidOf(command);
      if (uid === undefined || !/^\d{6,}$/.test(uid) || hasOption(command, 'l', ['no-log-init'])) continue;
      report(
        nameSpan(command),
        `useradd makes a log with room for ${uid} users, which blows up the image. Add -l to leave it out.`,
        { fix: () => addOption(command, '-l', true, context) },
      );
    }
  },
};

/** As in `-u 1`, `-mu 1`, `-u1`, `--uid 1` and `--uid=1`. */
function uidOf({ words }: ShellCommand): string | undefined {
  for (const [index, { text }] of words.entries()) {
    const next: ShellWord | undefined = words[index + 1];
    if (text === '--uid' || /^-[A-Za-z]*u$/.test(text)) return next?.text;
    const joined = /^(?:--uid=|-[A-Za-z]*u(?=\d))(.*)$/.exec(text);
    if (joined) return joined[1];
  }
  return undefined;
}
