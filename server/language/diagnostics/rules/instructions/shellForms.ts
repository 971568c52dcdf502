import { DiagnosticSeverity } from 'vscode-languageserver-types';
import { execForms } from '../../../refactor/shellToExec.ts';
import { failedJson } from '../../jsonRepair.ts';
import type { Rule } from '../../rule.ts';

/**
 * CMD and ENTRYPOINT as a shell command where JSONArgsRecommended is silent: the shell was chosen by SHELL, or the command is one
 * that ONBUILD keeps for later. Source: hadolint's DL3025.
 */
export const shellForm: Rule = {
  name: 'DL3025',
  aliases: ['JSONArgsRecommended'],
  severity: DiagnosticSeverity.Warning,
  kind: 'lint',
  preset: 'hadolint',
  reads: ['CMD', 'ENTRYPOINT', 'ONBUILD'],
  check(dockerfile, report, _knowledge, contextOf) {
    for (const instruction of dockerfile.instructions) {
      const { keyword, trigger } = instruction.own;
      if (keyword !== 'CMD' && keyword !== 'ENTRYPOINT' && keyword !== 'ONBUILD') continue;
      if (keyword === 'ONBUILD' && trigger?.keyword !== 'CMD' && trigger?.keyword !== 'ENTRYPOINT') continue;
      const { shell } = contextOf(instruction);
      const command = keyword === 'ONBUILD' ? instruction.trigger! : instruction;
      if (command.json || command.words.length === 0 || !(shell.chosen || keyword === 'ONBUILD')) continue;
      if (failedJson(command)) continue; // SingleQuotedJson and BrokenJson say so
      const span = { start: command.keywordSpan.start, end: command.span.end };
      const message = `${command.keyword} runs through a shell. Use the JSON form: ${command.keyword} ["program", "argument"].`;
      report(span, message, { fix: () => execForms(dockerfile, command, { shell }) });
    }
  },
};
