import { DiagnosticSeverity } from 'vscode-languageserver-types';
import { execForms } from '../../refactor/shellToExec.ts';
import { failedJson, failedJsonMessage } from '../jsonRepair.ts';
import { stageTree } from '../reads.ts';
import type { Rule } from '../rule.ts';
import { failedSpan, writeAsJson } from './jsonForm.ts';

/**
 * CMD and ENTRYPOINT as a shell command, while no SHELL was chosen in the stage or one it builds on: the shell then stands
 * between the process and its signals. So does one that was meant as JSON. Source: dispatchCmd and dispatchEntrypoint in BuildKit's convert.go.
 */
export const jsonArgsRecommended: Rule = {
  name: 'JSONArgsRecommended',
  aliases: ['DL3025'],
  severity: DiagnosticSeverity.Warning,
  kind: 'check',
  reads: [...stageTree, 'CMD', 'ENTRYPOINT', 'SHELL'],
  check(dockerfile, report, _knowledge, contextOf) {
    const { stages } = dockerfile;
    const shellChosen: boolean[] = [];
    for (const stage of stages) {
      let chosen = stage.base !== undefined && shellChosen[stage.base]!;
      for (const instruction of stage.instructions) {
        const { keyword, json, span } = instruction;
        if (keyword === 'SHELL') chosen = true;
        if (chosen || json || (keyword !== 'CMD' && keyword !== 'ENTRYPOINT')) continue;
        const failed = failedJson(instruction);
        if (failed) {
          report(failedSpan(failed), failedJsonMessage(instruction, failed.repair), {
            fix: () => writeAsJson(dockerfile.text, failed),
          });
          continue;
        }
        report(
          span,
          `${keyword} runs through a shell, which keeps signals such as SIGTERM from the process. ` +
            `Use the JSON form: ${keyword} ["program", "argument"].`,
          { fix: () => execForms(dockerfile, instruction, contextOf(instruction)) },
        );
      }
      shellChosen.push(chosen);
    }
  },
};
