import assert from 'node:assert/strict';
import type { Problem, ProblemKind } from '../../common/known.ts';
import { ProblemError } from '../../server/util/problemError.ts';

/** Waits for `work` to fail with a problem of `kind`, and returns it. */
export async function problemFrom(kind: ProblemKind, work: Promise<unknown>): Promise<Problem> {
  try {
    await work;
  } catch (error) {
    assert(error instanceof ProblemError, `not a problem but ${String(error)}`);
    assert.equal(error.problem.kind, kind, error.problem.message);
    return error.problem;
  }
  assert.fail(`nothing failed; expected ${kind}`);
}
