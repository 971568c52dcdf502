import type { InstructionContext } from '../diagnostics/rule.ts';
import type { Heredoc, Instruction } from '../dockerfile/dockerfile.ts';
import { parseHeredocWord } from '../dockerfile/heredocs.ts';
import { heredocOperators, readerWords } from './heredocOperators.ts';
import { commandName, type ShellCommand, type ShellScript } from './script.ts';

export interface ShellOption {
  /** As in `set -o errexit`. */
  readonly name: string;
  /** As in `set -e`. */
  readonly letter?: string;
}

export const errexit: ShellOption = { name: 'errexit', letter: 'e' };
export const pipefail: ShellOption = { name: 'pipefail' };

/**
 * Whether arguments of a shell, or of its `set`, turn an option on (true) or off (false); undefined where they do neither.
 * `words` begin with the program.
 */
export function optionIn(words: readonly string[], { name, letter }: ShellOption): boolean | undefined {
  let found: boolean | undefined;
  for (let index = 1; index < words.length; index++) {
    const word = words[index]!;
    if (word === '--' || !/^[-+]./.test(word)) break;
    if (word.startsWith('--')) continue;
    const on = word.startsWith('-');
    if (letter !== undefined && word.includes(letter, 1)) found = on;
    if (word.includes('o', 1) && words[++index] === name) found = on;
  }
  return found;
}

/** What a `set` command does to an option. */
export function setsOption(command: ShellCommand, option: ShellOption): boolean | undefined {
  if (commandName(command) !== 'set') return undefined;
  return optionIn(
    command.words.map(({ text }) => text),
    option,
  );
}

/** The heredoc whose body the script is. Both read by themselves. */
export function heredocOf({ form, span }: ShellScript, { heredocs }: Instruction): Heredoc | undefined {
  if (form !== 'heredoc') return undefined;
  return heredocs.find(({ bodySpan }) => bodySpan.start <= span.start && span.end <= bodySpan.end);
}

/** The shell that reads a script, with its options: that of a shebang, of the command with the `<<`, or what SHELL says. */
export function readerOf(
  script: ShellScript,
  instruction: Instruction,
  { shell, text }: InstructionContext,
): readonly string[] {
  if (script.form === 'exec') return instruction.words.map(({ value }) => value);
  const heredoc = heredocOf(script, instruction);
  if (!heredoc) return shell.words;
  if (!parseHeredocWord(instruction.body.text)) return commandWith(heredoc, instruction);
  const line = /^#!([^\n]*)/.exec(text.slice(heredoc.bodySpan.start, heredoc.bodySpan.end));
  return line ? withoutEnv(line[1]!.trim().split(/\s+/)) : shell.words;
}

/** `bash -e` of `apt-get update && bash -e <<EOF`. */
function commandWith(heredoc: Heredoc, { body, heredocs }: Instruction): readonly string[] {
  const operators = heredocOperators(body.text);
  const operator = operators.length === heredocs.length ? operators[heredocs.indexOf(heredoc)] : undefined;
  return operator ? readerWords(body.text, operator) : [];
}

function withoutEnv([program = '', ...rest]: readonly string[]): readonly string[] {
  if (!/(?:^|\/)env$/.test(program)) return [program, ...rest];
  return rest.slice(rest.findIndex((word) => !word.startsWith('-') && !word.includes('=')));
}
