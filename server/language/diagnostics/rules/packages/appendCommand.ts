import type { Instruction } from '../../../dockerfile/dockerfile.ts';
import { heredocOf } from '../../../shell/options.ts';
import { commandName, commandsIn, type ShellCommand, type ShellNode, type ShellScript } from '../../../shell/script.ts';
import { insertion, lineBreakIn, lineStart } from '../../fixes.ts';
import type { Edit, InstructionContext } from '../../rule.ts';
import { insertLine } from '../commands/heredocBody.ts';
import type { Call } from './calls.ts';

export interface Appended {
  readonly edits: readonly Edit[];
  /** Whether the script stops at errors from now on, and did not before. */
  readonly stops: boolean;
}

/**
 * Runs `command` behind all else in the script of a call, where that went well, in the style that the script is written in: on a line of its
 * own where the commands before it have one. Where a heredoc ends with something else than the call, and does not stop at errors,
 * it has to from now on: its status would be that of `command`. Undefined where its end is not certain.
 */
export function appendCommand(
  call: Call,
  own: Instruction,
  context: InstructionContext,
  command: string,
): Appended | undefined {
  const { script } = call;
  const heredoc = heredocOf(script, own);
  const first =
    heredoc && !stopsAtErrors(script, context) && !isInLastStatement(call)
      ? insertLine(heredoc, 'set -e', context)
      : undefined;
  const last = appended(call, context, command, first !== undefined);
  return last && { edits: [...(first ? [first] : []), last], stops: first !== undefined };
}

/** Whether what ends the script, with all that `&&` and `||` join to it, calls the same program. */
function isInLastStatement({ name, script: { root } }: Call): boolean {
  if (root.kind !== 'list') return true;
  const { parts, operators } = root;
  const before = operators.slice(0, parts.length - 1).findLastIndex(({ text }) => text === ';' || text === '&');
  return parts.slice(before + 1).some((part) => [...commandsIn(part)].some((command) => calls(command, name)));
}

/** As the first word, or behind `sudo` or `env`. */
function calls({ words }: ShellCommand, name: string): boolean {
  return words.some(({ text }) => text.slice(text.lastIndexOf('/') + 1) === name);
}

function appended(
  { script, json }: Call,
  context: InstructionContext,
  command: string,
  stops: boolean,
): Edit | undefined {
  if (json || !canGoOn(script.root)) return undefined;
  const { text } = context;
  const { end } = script.root.span;
  const rest = text.slice(end, script.span.end);
  if (script.form !== 'heredoc') {
    if (!/^(?:[\\`]?\s)*$/.test(rest)) return undefined;
    const joint = script.form === 'exec' ? ' && ' : jointOf(script, context);
    return insertion(end, joint + command);
  }
  if (!/^[\t ]*(?:#.*)?(?:\r?\n[\t ]*(?:#.*)?)*$/.test(rest)) return undefined;
  if (!stops && !stopsAtErrors(script, context)) return insertion(end, ` && ${command}`);
  const lineEnd = end + /^.*/.exec(rest)![0].length;
  const last = lastPart(script.root).span.start;
  const indent = /^[\t ]*/.exec(text.slice(lineStart(text, last)))![0];
  return insertion(lineEnd, `${lineBreakIn(text)}${indent}${command}`);
}

/** Not where the last command does not come back, runs in the background, or has a heredoc behind its line. */
function canGoOn(root: ShellNode): boolean {
  if (root.kind === 'list' && root.operators.length >= root.parts.length) return false;
  for (const command of commandsIn(lastPart(root))) {
    if (/^(?:exec|exit|return)$/.test(commandName(command))) return false;
    if (command.redirects.some(({ operator }) => /^\d*<<-?$/.test(operator))) return false;
  }
  return true;
}

function lastPart(root: ShellNode): ShellNode {
  return root.kind === 'list' ? root.parts.at(-1)! : root;
}

/** What stands between the last command and one more. */
function jointOf(script: ShellScript, context: InstructionContext): string {
  const { text, escape: escapeToken } = context;
  const { root } = script;
  const lineBreak = ` ${escapeToken}${lineBreakIn(text)}`;
  const operator = root.kind === 'list' ? root.operators.at(-1) : undefined;
  if (root.kind === 'list' && operator) {
    const before = text.slice(root.parts.at(-2)!.span.end, operator.span.start);
    if (before.includes('\n')) return `${lineBreak}${indentIn(before)}&& `;
    const after = text.slice(operator.span.end, root.parts.at(-1)!.span.start);
    const joint = operator.text === ';' && stopsAtErrors(script, context) ? ';' : ' &&';
    if (after.includes('\n')) return `${joint}${lineBreak}${indentIn(after)}`;
    if (joint === ';') return '; ';
  }
  const next = /\n([\t ]*)\S/.exec(text.slice(script.span.start, root.span.end));
  return next ? `${lineBreak}${next[1]!}&& ` : ' && ';
}

/** The blanks at the end, behind the last line break. */
function indentIn(gap: string): string {
  return gap.slice(gap.lastIndexOf('\n') + 1);
}

/** `set -e`, or a SHELL that says the same. */
function stopsAtErrors({ root }: ShellScript, { shell }: InstructionContext): boolean {
  if (shell.words.some(isErrexit)) return true;
  for (const command of commandsIn(root)) {
    if (commandName(command) === 'set' && command.words.some(({ text }) => isErrexit(text))) return true;
  }
  return false;
}

function isErrexit(word: string): boolean {
  return /^-[a-z]*e/.test(word) || word === 'errexit';
}
