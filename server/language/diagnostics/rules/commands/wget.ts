import { DiagnosticSeverity } from 'vscode-languageserver-types';
import type { Dockerfile, Instruction } from '../../../dockerfile/dockerfile.ts';
import { offsetOf, shift } from '../../../dockerfile/place.ts';
import type { ShellCommand } from '../../../shell/script.ts';
import { factOf } from '../../factOf.ts';
import { runners } from '../../reads.ts';
import type { ContextOf, Fix, Rule } from '../../rule.ts';
import { runsIn } from '../../runsIn.ts';
import { addOption, commandsNamed, hasOption, nameSpan } from './command.ts';
import { systemOf } from './system.ts';

const noisy = factOf((_, context) => commandsNamed('wget', context).filter((command) => !isQuiet(command)));

/** Thousands of lines of dots in the log of the build. Source: hadolint's DL3047. */
export const wgetProgress: Rule = {
  name: 'DL3047',
  severity: DiagnosticSeverity.Information,
  kind: 'lint',
  preset: 'hadolint',
  reads: runners,
  check(dockerfile, report, _, contextOf) {
    for (const instruction of runsIn(dockerfile)) {
      for (const command of noisy(instruction, contextOf(instruction)))
        report(
          shift(nameSpan(command), offsetOf(instruction)),
          'wget fills the log with its progress. Add --progress=dot:giga, or -q for none.',
          { fix: () => lessProgress(dockerfile, instruction, command, contextOf) },
        );
    }
  },
};

function isQuiet(command: ShellCommand): boolean {
  const names = ['progress', 'quiet', 'output-file', 'append-output', 'no-verbose', 'version', 'help'];
  return hasOption(command, 'qoaV', names) || command.words.some(({ text }) => text.startsWith('-nv'));
}

/** BusyBox has a wget of its own, which refuses --progress. */
function lessProgress(
  dockerfile: Dockerfile,
  instruction: Instruction,
  command: ShellCommand,
  contextOf: ContextOf,
): readonly Fix[] {
  const system = systemOf(dockerfile, instruction, contextOf);
  const context = contextOf(instruction);
  const quiet = addOption(command, '-q', false, context);
  const progress = addOption(command, '--progress=dot:giga', system === 'gnu', context);
  const fixes = system === 'busybox' ? [quiet] : [progress, quiet];
  const offset = offsetOf(instruction);
  return fixes.map((fix) => ({
    ...fix,
    edits: fix.edits.map(({ span, text }) => ({ span: shift(span, offset), text })),
  }));
}
