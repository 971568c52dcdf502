import type { Instruction, Span } from '../../../dockerfile/dockerfile.ts';
import { offsetOf, shift } from '../../../dockerfile/place.ts';
import type { Fix, Report } from '../../rule.ts';

/** A finding with spans that count from the start of its instruction. */
export interface OwnFinding {
  readonly span: Span;
  readonly message: string;
  /** The best first. */
  readonly fixes: () => readonly Fix[];
}

/** Reports a finding at its instruction's place in the file. */
export function reportAt(instruction: Instruction, { span, message, fixes }: OwnFinding, report: Report): void {
  const offset = offsetOf(instruction);
  report(shift(span, offset), message, {
    fix: () =>
      fixes().map((fix) => ({
        ...fix,
        edits: fix.edits.map(({ span: edited, text }) => ({ span: shift(edited, offset), text })),
      })),
  });
}
