import assert from 'node:assert/strict';
import { Limiter } from '../../../../server/util/limiter.ts';
import { ProblemError } from '../../../../server/util/problemError.ts';

const never = new AbortController().signal;
const [a, b] = ['https://a.example', 'https://b.example'] as const;

describe('Limiter', () => {
  it('runs so many at once at each origin', async () => {
    const limiter = new Limiter({ concurrency: 2 });
    const running: Record<string, number> = { [a]: 0, [b]: 0 };
    const most: Record<string, number> = { [a]: 0, [b]: 0 };
    const work = (origin: string) => async () => {
      running[origin] = (running[origin] ?? 0) + 1;
      most[origin] = Math.max(most[origin] ?? 0, running[origin]);
      await new Promise(setImmediate);
      running[origin] -= 1;
    };
    const all = [a, a, a, a, b].map((origin) => limiter.run(origin, work(origin), never));
    await Promise.all(all);
    assert.deepEqual(most, { [a]: 2, [b]: 1 });
  });

  it('sends nothing to an origin that asked for a pause, and says how long is left', async () => {
    let now = 0;
    const limiter = new Limiter({ concurrency: 1, now: () => now });
    limiter.pause(a, 90_000);
    now = 30_000;
    let asked = false;
    const refused = limiter.run(
      a,
      async () => {
        asked = true;
      },
      never,
    );
    await assert.rejects(refused, (error) => {
      assert(error instanceof ProblemError);
      assert.equal(error.problem.kind, 'rateLimited');
      assert.equal(error.problem.retryAfterMs, 60_000);
      assert.match(error.problem.next ?? '', /60 seconds/);
      return true;
    });
    assert.equal(asked, false);
    assert.equal(await limiter.run(b, async () => 'other', never), 'other');
    now = 90_000;
    assert.equal(await limiter.run(a, async () => 'again', never), 'again');
  });

  it('stops those in the queue when a pause begins', async () => {
    const limiter = new Limiter({ concurrency: 1, now: () => 0 });
    const first = limiter.run(a, async () => limiter.pause(a, 1000), never);
    const second = limiter.run(a, async () => 'sent', never);
    await first;
    await assert.rejects(second, { name: 'ProblemError' });
  });

  it('lets go of a caller in the queue at once, and never starts its work', async () => {
    const limiter = new Limiter({ concurrency: 1 });
    let release = () => {};
    const first = limiter.run(a, () => new Promise<void>((resolve) => (release = resolve)), never);
    const controller = new AbortController();
    let started = false;
    const queued = limiter.run(
      a,
      async () => {
        started = true;
      },
      controller.signal,
    );
    controller.abort();
    await assert.rejects(queued, { name: 'AbortError' });
    release();
    await first;
    await limiter.run(a, async () => {}, never);
    assert.equal(started, false);
  });
});
