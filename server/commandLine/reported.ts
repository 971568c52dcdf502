import { type Diagnostic, DiagnosticSeverity } from 'vscode-languageserver-types';
import type { Level } from '../language/diagnostics/lintOptions.ts';

/** A finding in one of the files that were named. */
export interface Reported {
  /** As it was named. */
  readonly file: string;
  readonly diagnostic: Diagnostic;
}

const names = ['error', 'warning', 'info', 'hint'] as const;

export function severityName({ severity = DiagnosticSeverity.Error }: Diagnostic): Exclude<Level, 'off'> {
  return names[severity - 1]!;
}

/** Whether a finding is at or above `level`. `off` is above everything. */
export function reaches(diagnostic: Diagnostic, level: Level): boolean {
  return level !== 'off' && names.indexOf(severityName(diagnostic)) <= names.indexOf(level);
}

export function messageOf({ message }: Diagnostic): string {
  return typeof message === 'string' ? message : message.value;
}
