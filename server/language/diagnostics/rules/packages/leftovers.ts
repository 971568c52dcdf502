import type { DiagnosticSeverity } from 'vscode-languageserver-types';
import type { Instruction } from '../../../dockerfile/dockerfile.ts';
import type { Fix, InstructionContext, InstructionRule } from '../../rule.ts';
import { appendCommand } from './appendCommand.ts';
import { addCacheMounts, cacheTargetsOf, isMounted } from './cacheMount.ts';
import { type Call, readCallsOf } from './calls.ts';
import { leftBehind } from './cleaning.ts';
import { type Request, spanOf } from './managers.ts';
import type { OwnFinding } from './place.ts';

/** What a package manager leaves in the image, and how it is taken away. */
export interface Leftovers {
  /** Of a call that leaves something. */
  readonly leaves: (call: Call) => Request | undefined;
  readonly cleans: (call: Call) => boolean;
  /** Nothing is left where one of these lies in a mount. */
  readonly directories: readonly string[];
  /** What to mount instead. */
  readonly mounts: readonly string[];
  readonly command: (call: Call) => string;
  /** Whether the command takes away nothing that may be needed later. */
  readonly safe: boolean;
  readonly message: (call: Call) => string;
}

/** At most one finding for an instruction. */
export function leftoversOf(
  { leaves, cleans, directories, mounts, command, safe, message }: Leftovers,
  own: Instruction,
  context: InstructionContext,
): OwnFinding | undefined {
  const left = leftBehind(readCallsOf(own, context), (call) => leaves(call) !== undefined, cleans);
  const [first] = left;
  const targets = cacheTargetsOf(own, context);
  if (!first || directories.some((directory) => isMounted(targets, directory))) return undefined;
  const last = left.at(-1)!;
  const fixes = (): readonly Fix[] => {
    const text = last.prefix + command(last);
    const appended = appendCommand(last, own, context, text);
    const title = `Add ${appended?.stops ? 'set -e and ' : ''}${text}`;
    const clean = appended ? [{ title, edits: appended.edits, safe: safe && !appended.stops }] : [];
    return [...clean, addCacheMounts(own, mounts)];
  };
  return { span: spanOf(leaves(first)!), message: message(first), fixes };
}

export function leftoversRule(
  name: string,
  severity: DiagnosticSeverity,
  leftovers: readonly Leftovers[],
): InstructionRule {
  return {
    name,
    severity,
    kind: 'lint',
    preset: 'hadolint',
    keywords: ['RUN'],
    checkInstruction(instruction, report, context) {
      for (const each of leftovers) {
        const finding = leftoversOf(each, instruction, context);
        if (finding) report(finding.span, finding.message, { fix: finding.fixes });
      }
    },
  };
}
