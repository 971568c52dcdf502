import type { Fix, InstructionContext } from '../diagnostics/rule.ts';
import { spanOf } from '../dockerfile/characters.ts';
import type { Dockerfile, Instruction } from '../dockerfile/dockerfile.ts';
import { heredocStarts } from '../dockerfile/heredocs.ts';
import { parseInstruction } from '../dockerfile/instruction.ts';
import { textAt } from '../dockerfile/joinedText.ts';
import { quotedCommand } from './words.ts';

const withCommand = new Set(['RUN', 'CMD', 'ENTRYPOINT']);

/** A command in exec form as its shell reads it; one that names that shell itself is what it hands to it. */
export function execToShell(
  { text, escape: escapeToken }: Dockerfile,
  { keyword, json, words, body }: Instruction,
  { shell }: Pick<InstructionContext, 'shell'>,
): Fix | undefined {
  if (!withCommand.has(keyword) || !json || (shell.kind !== 'sh' && shell.kind !== 'bash')) return undefined;
  const span = spanOf(body, 0, body.text.length);
  if (/^[\t ]*#/m.test(text.slice(span.start, span.end))) return undefined; // its comments would be lost
  const values = words.map(({ value }) => value);
  const named = values.length === shell.words.length + 1 && shell.words.every((word, index) => word === values[index]);
  const command = named ? values.at(-1)! : quotedCommand(values);
  if (command === undefined || !isReadBack(keyword, command, escapeToken)) return undefined;
  return { title: 'Write it in shell form', edits: [{ span, text: command }], safe: false };
}

/** Whether BuildKit reads it as that command: no flags, no JSON, no heredoc, no other line. */
function isReadBack(keyword: string, command: string, escapeToken: string): boolean {
  if (/[\n\r]/.test(command) || /[\\`][\t ]*$/.test(command)) return false;
  const { words, json, flags } = parseInstruction(textAt(`${keyword} ${command}`, 0), escapeToken);
  return !json && flags.length === 0 && words[0]?.value === command && heredocStarts(command).length === 0;
}
