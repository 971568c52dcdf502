import { DiagnosticSeverity } from 'vscode-languageserver-types';
import { offsetOf, shift } from '../../../dockerfile/place.ts';
import { commandName, type ShellCommand } from '../../../shell/script.ts';
import { factOf } from '../../factOf.ts';
import { runners } from '../../reads.ts';
import type { Rule } from '../../rule.ts';
import { commandsOf, nameSpan } from './command.ts';

/** The first use of each. */
const downloads = factOf((_, context) => {
  const first = new Map<string, ShellCommand>();
  for (const command of commandsOf(context)) {
    const name = commandName(command);
    if ((name === 'curl' || name === 'wget') && !first.has(name)) first.set(name, command);
  }
  return first;
});

/**
 * Each RUN that downloads, from the one on in which a stage has used both. What ONBUILD triggers runs in another build, so it is
 * counted by itself. Source: hadolint's DL4001.
 */
export const oneDownloader: Rule = {
  name: 'DL4001',
  severity: DiagnosticSeverity.Warning,
  kind: 'lint',
  preset: 'hadolint',
  reads: ['FROM', ...runners],
  check({ stages }, report, _, contextOf) {
    for (const { instructions } of stages) {
      const seen = { here: new Set<string>(), later: new Set<string>() };
      for (const instruction of instructions) {
        if (instruction.keyword !== 'RUN' && !instruction.trigger) continue;
        const used = downloads(instruction, contextOf(instruction));
        if (used.size === 0) continue;
        const names = instruction.trigger ? seen.later : seen.here;
        const second = [...used.keys()].find((name) => names.size > 0 && !names.has(name));
        for (const name of used.keys()) names.add(name);
        if (names.size < 2) continue;
        const at = used.get(second ?? '') ?? [...used.values()].at(-1)!;
        report(
          shift(nameSpan(at), offsetOf(instruction)),
          'This stage downloads with curl and with wget. Use one of them, so that the image needs only one.',
        );
      }
    }
  },
};
