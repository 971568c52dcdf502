import { DiagnosticSeverity } from 'vscode-languageserver-types';
import type { Instruction } from '../../../dockerfile/dockerfile.ts';
import { commandName, type ShellCommand, type ShellNode } from '../../../shell/script.ts';
import { inCaseOf, insertion } from '../../fixes.ts';
import type { Fix, InstructionContext, Rule } from '../../rule.ts';
import { commandsNamed, isPlain } from './command.ts';

/** One finding for each RUN: where it begins to move about. Source: hadolint's DL3003. */
export const changeDirectory: Rule = {
  name: 'DL3003',
  severity: DiagnosticSeverity.Warning,
  kind: 'lint',
  preset: 'hadolint',
  keywords: ['RUN'],
  checkInstruction(instruction, report, context) {
    const [first] = commandsNamed('cd', context);
    if (!first) return;
    report(first.span, 'The next instruction starts in the old directory again. Use WORKDIR to change it.', {
      fix: () => toWorkdir(instruction, first, context),
    });
  },
};

/** Of a RUN that begins with `cd`: later ones may depend on variables and on files of the commands before. */
function toWorkdir(instruction: Instruction, command: ShellCommand, context: InstructionContext): Fix | undefined {
  const { keywordSpan, span } = instruction;
  const [script, ...others] = context.scripts;
  const directory = directoryOf(command, context);
  const inOnbuild = keywordSpan.start !== span.start || context.text.slice(0, span.start).trim() !== '';
  if (directory === undefined || inOnbuild || script?.form !== 'shell' || script.broken || others.length > 0)
    return undefined;
  const workdir = `${inCaseOf(instruction, 'WORKDIR')} ${directory}`;
  const { root } = script;
  const title = 'Use WORKDIR';
  if (root === command) return { title, edits: [{ span, text: workdir }], safe: false };
  if (root.kind !== 'list' || root.parts[0] !== command || root.operators[0]?.text !== '&&') return undefined;
  return {
    title,
    edits: [
      insertion(span.start, `${workdir}\n`),
      {
        span: { start: command.span.start, end: restStart(root.operators[0].span.end, root.parts[1]!, context) },
        text: '',
      },
    ],
    safe: false,
  };
}

function directoryOf(command: ShellCommand, context: InstructionContext): string | undefined {
  const { words, assignments, redirects } = command;
  const directory = words[1];
  if (commandName(command) !== 'cd' || words.length !== 2 || !directory) return undefined;
  if (assignments.length > 0 || redirects.length > 0 || directory.dynamic || !isPlain(directory, context))
    return undefined;
  return /^[\w./@+-]+$/.test(directory.text) && !directory.text.startsWith('-') ? directory.text : undefined;
}

/** Up to the next command; a comment between the two stays. */
function restStart(operatorEnd: number, next: ShellNode, { text }: InstructionContext): number {
  const { start } = next.span;
  if (!text.slice(operatorEnd, start).includes('#')) return start;
  let end = operatorEnd;
  while (text[end] === ' ' || text[end] === '\t') end++;
  return end;
}
