import assert from 'node:assert/strict';
import { known } from '../../../../common/known.ts';
import { Patience } from '../../../../server/images/patience.ts';
import type { Log } from '../../../../server/language/host.ts';
import type { Learned } from '../../../../server/util/cache.ts';
import { ProblemError } from '../../../../server/util/problemError.ts';

describe('answers at the pace of a pointer', () => {
  /** The time that a question is waited for is over when the test says so. */
  function world() {
    let outOfTime = () => {};
    let at = 0;
    const patience = () => new Promise<void>((resolve) => (outOfTime = resolve));
    const log: Log = { info() {}, warn() {}, error() {} };
    const patient = new Patience({ log, now: () => at, patience });
    const answers = {
      get: <T>(key: string, ask: (signal: AbortSignal) => Promise<Learned<T>>, signal: AbortSignal) =>
        patient.get({ key, ask }, signal),
    };
    return { answers, forget: () => patient.forget(), runOut: () => outOfTime(), pass: (ms: number) => (at += ms) };
  }
  const { signal } = new AbortController();
  const never = (asking: AbortSignal) =>
    new Promise<never>((_, reject) => asking.addEventListener('abort', () => reject(asking.reason)));
  const problem = { kind: 'unreachable', subject: 'x', message: 'x is away.' } as const;

  it('are pending when the time is over, and there for the next who asks', async () => {
    const { answers, runOut } = world();
    let answer = (_: string) => {};
    let asked = 0;
    const ask = () => {
      asked++;
      return new Promise<string>((resolve) => (answer = resolve)).then((value) => ({ value, at: 1 }));
    };
    const first = answers.get('a', ask, signal);
    runOut();
    assert.deepEqual(await first, { state: 'pending' });
    const second = answers.get('a', ask, signal);
    answer('b');
    assert.deepEqual(await second, known('b', 1));
    assert.equal(asked, 1);
  });
  it('are taken back by whoever leaves', async () => {
    const { answers, runOut } = world();
    const controller = new AbortController();
    let aborted = false;
    const answer = answers.get(
      'a',
      (asking) => {
        asking.addEventListener('abort', () => (aborted = true));
        return never(asking);
      },
      controller.signal,
    );
    controller.abort();
    await assert.rejects(answer, { name: 'AbortError' });
    assert.ok(!aborted, 'the next may ask the same');
    runOut();
    await new Promise(setImmediate);
    assert.ok(aborted);
  });
  it('are nobody’s when somebody else signed in meanwhile', async () => {
    const { answers, forget } = world();
    let answer = (_: string) => {};
    const first = answers.get(
      'a',
      () => new Promise<string>((resolve) => (answer = resolve)).then((value) => ({ value, at: 1 })),
      signal,
    );
    await new Promise(setImmediate);
    forget();
    answer('secret');
    assert.deepEqual(await first, { state: 'pending' });
    assert.deepEqual(await answers.get('a', async () => ({ value: 'mine', at: 2 }), signal), known('mine', 2));
  });
  it('tell of a failure that came too late, once and if that is soon', async () => {
    const { answers, runOut, pass } = world();
    const failLate = async () => {
      let fail = (_: unknown) => {};
      const question = new Promise<never>((_, reject) => (fail = reject));
      const late = answers.get('a', () => question, signal);
      runOut();
      await late;
      fail(new ProblemError(problem));
      await question.catch(() => {});
      await new Promise(setImmediate);
    };
    await failLate();
    const good = async () => ({ value: 'good', at: 2 });
    assert.deepEqual(await answers.get('a', good, signal), { state: 'failed', problem });
    assert.deepEqual(await answers.get('a', good, signal), known('good', 2));
    await failLate();
    pass(60_000);
    assert.deepEqual(await answers.get('a', good, signal), known('good', 2));
  });
});
