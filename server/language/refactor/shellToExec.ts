import { failedJson } from '../diagnostics/jsonRepair.ts';
import type { Fix, InstructionContext } from '../diagnostics/rule.ts';
import type { Dockerfile, Instruction } from '../dockerfile/dockerfile.ts';
import { plainWords } from './words.ts';

const withCommand = new Set(['RUN', 'CMD', 'ENTRYPOINT']);

/** A command that needs no shell is split into its words; any other names the shell that runs it anyway. */
export function shellToExec(
  dockerfile: Dockerfile,
  instruction: Instruction,
  context: Pick<InstructionContext, 'shell'>,
): Fix | undefined {
  return execForms(dockerfile, instruction, context)[0];
}

/** Both ways to write a command in exec form, the better first. */
export function execForms(
  { text }: Dockerfile,
  instruction: Instruction,
  { shell }: Pick<InstructionContext, 'shell'>,
): readonly Fix[] {
  const { keyword, json, words, heredocs } = instruction;
  const [command] = words;
  if (!withCommand.has(keyword) || json || !command || heredocs.length > 0) return [];
  if (failedJson(instruction)) return []; // meant as JSON already
  const { span, value } = command;
  if (/^[\t ]*#/m.test(text.slice(span.start, span.end))) return []; // its comments would be lost
  const fix = (title: string, list: readonly string[]): Fix => ({
    title,
    edits: [{ span, text: `[${list.map((word) => JSON.stringify(word)).join(', ')}]` }],
    safe: false,
  });
  const builtIn = shell.kind === 'powershell' || shell.kind === 'cmd'; // such as Write-Host and dir, which are no programs
  const plain = builtIn ? undefined : plainWords(value);
  const ways = plain ? [fix('Write it in JSON form, without a shell', plain)] : [];
  // What other shells make of the one argument that is left is theirs.
  if (shell.kind === 'sh' || shell.kind === 'bash' || shell.kind === 'powershell')
    ways.push(fix('Write it in JSON form, with the shell', [...shell.words, value]));
  return ways;
}
