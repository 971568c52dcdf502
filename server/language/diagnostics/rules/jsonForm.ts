import { DiagnosticSeverity } from 'vscode-languageserver-types';
import { spanOf } from '../../dockerfile/characters.ts';
import type { Instruction } from '../../dockerfile/dockerfile.ts';
import { type FailedJson, failedJson, failedJsonMessage, type JsonRepair } from '../jsonRepair.ts';
import type { ContextOf, FileRule, Fix, Report } from '../rule.ts';

/** JSON knows one kind of quotes; with any other it is a command for the shell, or a list of words. */
export const singleQuotedJson: FileRule = {
  name: 'SingleQuotedJson',
  severity: DiagnosticSeverity.Warning,
  kind: 'lint',
  preset: 'recommended',
  eachAlone: true,
  check({ instructions }, report, _knowledge, contextOf) {
    for (const instruction of instructions) reportFailed(instruction, report, contextOf, ['quotes']);
  },
};

/** What begins as JSON and is none: BuildKit passes over that, and takes it for the other form. */
export const brokenJson: FileRule = {
  name: 'BrokenJson',
  severity: DiagnosticSeverity.Warning,
  kind: 'lint',
  preset: 'recommended',
  eachAlone: true,
  check({ instructions }, report, _knowledge, contextOf) {
    for (const instruction of instructions) reportFailed(instruction, report, contextOf, ['backslashes', 'broken']);
  },
};

function reportFailed(
  instruction: Instruction,
  report: Report,
  contextOf: ContextOf,
  kinds: readonly JsonRepair['kind'][],
): void {
  const command = instruction.trigger ?? instruction;
  const failed = failedJson(command);
  if (failed === undefined || !kinds.includes(failed.repair.kind)) return;
  const isCommand = instruction.keyword === 'CMD' || instruction.keyword === 'ENTRYPOINT';
  if (isCommand && !contextOf(instruction).shell.chosen) return; // JSONArgsRecommended says so
  const { text } = contextOf(instruction);
  report(failedSpan(failed), failedJsonMessage(command, failed.repair), { fix: () => writeAsJson(text, failed) });
}

export function failedSpan({ written }: FailedJson): { readonly start: number; readonly end: number } {
  return spanOf(written, 0, written.text.length);
}

/** `text` is what the spans of the instruction point into. */
export function writeAsJson(text: string, failed: FailedJson): Fix | undefined {
  const span = failedSpan(failed);
  const { repair } = failed;
  if (repair.text === undefined || /^[\t ]*#/m.test(text.slice(span.start, span.end))) return undefined;
  return { title: 'Write it as JSON', edits: [{ span, text: repair.text }], safe: false };
}
