import { DiagnosticSeverity } from 'vscode-languageserver-types';
import type { Instruction } from '../../../dockerfile/dockerfile.ts';
import { commandName, type ShellCommand, type ShellNode } from '../../../shell/script.ts';
import { inCaseOf } from '../../fixes.ts';
import type { Fix, InstructionContext, Rule } from '../../rule.ts';
import { commandsNamed } from './command.ts';

/** Source: hadolint's DL4005. */
export const linkedShell: Rule = {
  name: 'DL4005',
  severity: DiagnosticSeverity.Warning,
  kind: 'lint',
  preset: 'hadolint',
  keywords: ['RUN'],
  checkInstruction(instruction, report, context) {
    for (const command of commandsNamed('ln', context)) {
      if (!command.words.slice(1).some(({ text }) => text === '/bin/sh')) continue;
      report(command.span, 'This changes /bin/sh for every program in the image. Choose the shell of RUN with SHELL.', {
        fix: () => toShell(instruction, command, context),
      });
    }
  },
};

/** Of a RUN that does nothing else. Not safe: scripts that begin with `#!/bin/sh` get another shell by it. */
function toShell(
  instruction: Instruction,
  command: ShellCommand,
  { scripts, text }: InstructionContext,
): Fix | undefined {
  const { keywordSpan, span } = instruction;
  const [script, ...others] = scripts;
  if (script?.form !== 'shell' || others.length > 0 || !onlyLinks(script.root, command)) return undefined;
  const [shell, link] = command.words.slice(1).filter((word) => !word.text.startsWith('-'));
  if (!shell || shell.dynamic || link?.text !== '/bin/sh') return undefined;
  const path = shell.text.startsWith('/') ? shell.text : `/bin/${shell.text}`;
  if (!/^[\w./-]+sh$/.test(path)) return undefined;
  const end = script.span.end;
  if (text.slice(keywordSpan.end, end).includes('#')) return undefined; // a comment would be lost
  const shellKeyword = inCaseOf(instruction, 'SHELL');
  return {
    title: `Use ${shellKeyword}`,
    edits: [{ span: { start: keywordSpan.start, end: span.end }, text: `${shellKeyword} ["${path}", "-c"]` }],
    safe: false,
  };
}

/** `rm /bin/sh && ln -s bash /bin/sh` too. */
function onlyLinks(root: ShellNode, link: ShellCommand): boolean {
  if (root === link) return true;
  return (
    root.kind === 'list' &&
    root.operators.every(({ text }) => text === '&&' || text === ';') &&
    root.parts.every((part) => part === link || removesShell(part))
  );
}

function removesShell(part: ShellNode): boolean {
  if (part.kind !== 'command' || commandName(part) !== 'rm') return false;
  return part.words.slice(1).every(({ text }) => text === '/bin/sh' || /^-[fv]+$/.test(text));
}
