import type { Problem } from '../../common/known.ts';

/** The one error that is thrown below the join and shown to people: a {@link Problem}, with what caused it. */
export class ProblemError extends Error {
  readonly problem: Problem;

  constructor(problem: Problem, cause?: unknown) {
    super(`${problem.subject}: ${problem.message}`, { cause });
    this.name = 'ProblemError';
    this.problem = problem;
  }
}

/** Whether this is an abort (of a fetch, a stream, a timer): asked for by the caller, so never shown and never logged. */
export function isAbort(error: unknown): boolean {
  return error instanceof Error && error.name === 'AbortError';
}

/** Whatever was thrown, as a problem of `subject`. */
export function problemOf(error: unknown, subject: string): Problem {
  if (error instanceof ProblemError) return error.problem;
  return { kind: 'internal', subject, message: error instanceof Error ? error.message : String(error) };
}
