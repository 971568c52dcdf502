import { DiagnosticSeverity } from 'vscode-languageserver-types';
import type { Dockerfile, Instruction } from '../../dockerfile/dockerfile.ts';
import { replace } from '../fixes.ts';
import type { Fix, Rule, Shell } from '../rule.ts';

/**
 * CMD and ENTRYPOINT as a shell command, while no SHELL was chosen in the stage or one it builds on: the shell then stands
 * between the process and its signals. Source: dispatchCmd and dispatchEntrypoint in BuildKit's convert.go.
 */
export const jsonArgsRecommended: Rule = {
  name: 'JSONArgsRecommended',
  aliases: ['DL3025'],
  severity: DiagnosticSeverity.Warning,
  kind: 'check',
  check(dockerfile, report) {
    const { stages } = dockerfile;
    const shellChosen: boolean[] = [];
    for (const stage of stages) {
      let chosen = stage.base !== undefined && shellChosen[stage.base]!;
      for (const instruction of stage.instructions) {
        const { keyword, json, span } = instruction;
        if (keyword === 'SHELL') chosen = true;
        if (chosen || json || (keyword !== 'CMD' && keyword !== 'ENTRYPOINT')) continue;
        report(
          span,
          `${keyword} runs through a shell, which keeps signals such as SIGTERM from the process. ` +
            `Use the JSON form: ${keyword} ["program", "argument"].`,
          { fix: () => toJson(dockerfile, instruction) },
        );
      }
      shellChosen.push(chosen);
    }
  },
};

/**
 * A command that needs no shell is split into its words; any other names the shell that runs it anyway. `shell` is the one that
 * SHELL chose.
 */
export function toJson(
  { text, escape: escapeToken }: Pick<Dockerfile, 'text' | 'escape'>,
  { words, heredocs }: Instruction,
  shell?: Shell,
): Fix | undefined {
  const [command] = words;
  if (!command || heredocs.length > 0) return undefined;
  const written = text.slice(command.span.start, command.span.end);
  if (/^[\t ]*#/m.test(written)) return undefined; // its comments would be lost
  const builtIn = shell?.kind === 'powershell' || shell?.kind === 'cmd'; // such as Write-Host and dir, which are no programs
  const plain =
    !builtIn && /^[\w\s./:=@%+,-]+$/.test(command.value) && !/^\S*=|^(?:exec|cd|source|\.)\s/.test(command.value);
  if (!plain && !shell && escapeToken === '`') return undefined; // Windows, whose shell is another
  const list = plain ? command.value.trim().split(/\s+/) : [...(shell?.words ?? ['/bin/sh', '-c']), command.value];
  const json = `[${list.map((word) => JSON.stringify(word)).join(', ')}]`;
  return replace(command.span, json, false, plain ? 'Run it without a shell' : 'Name the shell in JSON form');
}
