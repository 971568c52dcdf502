/** What the rules about commands ask of one. */

import type { Instruction, Span } from '../../../dockerfile/dockerfile.ts';
import { commandName, commandsIn, type ShellCommand, type ShellWord } from '../../../shell/script.ts';
import { insertion } from '../../fixes.ts';
import type { Fix, InstructionContext } from '../../rule.ts';

type Written = Pick<InstructionContext, 'text'>;

export function commandsOf({ scripts }: InstructionContext): readonly ShellCommand[] {
  return scripts.flatMap(({ root }) => [...commandsIn(root)]);
}

export function commandsNamed(name: string, context: InstructionContext): readonly ShellCommand[] {
  return commandsOf(context).filter((command) => commandName(command) === name);
}

/** Whether one of the letters stands in a cluster such as `-xzf`, or one of the names behind `--`, with a value or without. */
export function hasOption({ words }: ShellCommand, letters: string, names: readonly string[] = []): boolean {
  return words.slice(1).some(({ text }) => {
    if (text.startsWith('--')) return names.includes(text.slice(2).split('=', 1)[0]!);
    return text.startsWith('-') && [...letters].some((letter) => text.includes(letter));
  });
}

/** The word's text as it is written: no quotes, no escapes and no line break in it. */
export function isPlain({ text, span }: ShellWord, { text: source }: Written): boolean {
  return source.slice(span.start, span.end) === text;
}

/** Puts `option` behind the name of the command, which may be an argument in JSON form. */
export function addOption({ words }: ShellCommand, option: string, safe: boolean, context: Written): Fix {
  const { start, end } = words[0]!.span;
  const inJson = context.text[start] === '"' && /^\s*[,\]]/.test(context.text.slice(end, end + 80));
  return { title: `Add ${option}`, edits: [insertion(end, inJson ? `, "${option}"` : ` ${option}`)], safe };
}

export function nameSpan({ words, span }: ShellCommand): Span {
  return words[0]?.span ?? span;
}

/** The RUN that an instruction is, or triggers. */
export function runIn(instruction: Instruction): Instruction | undefined {
  let at: Instruction | undefined = instruction;
  while (at?.trigger) at = at.trigger;
  return at?.keyword === 'RUN' ? at : undefined;
}
