import assert from 'node:assert/strict';
import { withDeadline } from '../../../../server/engine/deadline.ts';
import { ProblemError } from '../../../../server/util/problemError.ts';

/** Work that does nothing but to end when it is told. */
function untilTold(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
}

describe('withDeadline', () => {
  it('ends work that takes longer, and says about what', async () => {
    const late = withDeadline(1, 'engine', new AbortController().signal, untilTold);
    await assert.rejects(late, (error) => {
      assert.ok(error instanceof ProblemError);
      assert.deepEqual([error.problem.kind, error.problem.subject], ['timeout', 'engine']);
      assert.match(error.problem.next ?? '', /try again/);
      return true;
    });
  });
  it('ends with the caller’s own abort, which is no timeout', async () => {
    const controller = new AbortController();
    const work = withDeadline(60_000, 'engine', controller.signal, untilTold);
    controller.abort();
    await assert.rejects(work, { name: 'AbortError' });
  });
  it('does not begin for a caller who has given up', async () => {
    await assert.rejects(
      withDeadline(60_000, 'engine', AbortSignal.abort(), async () => assert.fail('it began')),
      { name: 'AbortError' },
    );
  });
  it('aborts nothing afterwards', async () => {
    const controller = new AbortController();
    const inner = await withDeadline(60_000, 'engine', controller.signal, async (signal) => signal);
    controller.abort();
    assert.equal(inner.aborted, false);
  });
});
