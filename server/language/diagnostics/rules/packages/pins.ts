import { DiagnosticSeverity } from 'vscode-languageserver-types';
import type { ShellWord } from '../../../shell/script.ts';
import type { InstructionRule } from '../../rule.ts';
import { type Call, callsOf } from './calls.ts';

/** Those of `words` that name a package without a version. What a variable decides is not known, and not among them. */
export function unpinned(words: readonly ShellWord[], isPinned: (text: string) => boolean): readonly ShellWord[] {
  return words.filter((word) => word.text !== '' && !isUnknown(word) && !isPinned(word.text));
}

/** A variable at the beginning may hold all of the word, one at the end the version. */
function isUnknown({ text, dynamic, substitutions }: ShellWord): boolean {
  if (substitutions.length > 0) return true;
  return dynamic && (/^[$`]/.test(text) || /(?:\$(?:\w+|\{[^{}]*\})|`)$/.test(text));
}

export interface Pins {
  /** hadolint's. */
  readonly name: string;
  /** The packages that a call installs without a version. */
  readonly find: (call: Call) => readonly ShellWord[];
  /** How a package is written with its version. */
  readonly example: (name: string) => string;
}

/**
 * A package without a version: another build may install another one. There is no fix, as nobody knows offline which versions
 * there are.
 */
export function pinRule({ name, find, example }: Pins): InstructionRule {
  return {
    name,
    severity: DiagnosticSeverity.Warning,
    kind: 'lint',
    preset: 'hadolint',
    keywords: ['RUN'],
    checkInstruction(instruction, report, context) {
      for (const call of callsOf(instruction, context)) {
        const [first, ...more] = find(call);
        if (!first) continue;
        const subject = more.length === 0 ? `"${first.text}" has` : `"${first.text}" and ${more.length} more have`;
        report(
          first.span,
          `${subject} no version, so another build may install another one. Write ${example(first.text)}.`,
        );
      }
    },
  };
}
