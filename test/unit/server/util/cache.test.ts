import assert from 'node:assert/strict';
import { Cache } from '../../../../server/util/cache.ts';

const never = new AbortController().signal;

/** A remote whose answers the test gives by hand. */
function remote<T>() {
  const calls: {
    readonly resolve: (value: T) => void;
    readonly reject: (error: Error) => void;
    signal: AbortSignal;
  }[] = [];
  const load = (signal: AbortSignal) =>
    new Promise<T>((resolve, reject) => {
      calls.push({ resolve, reject, signal });
      signal.addEventListener('abort', () => reject(signal.reason));
    });
  return { calls, load };
}

describe('Cache', () => {
  let now = 1;
  const cacheOf = <T>(maximum = 10) => new Cache<T>({ ttlMs: 1000, maximum, now: () => now });
  beforeEach(() => {
    now = 1;
  });

  it('asks once while the value is fresh, and keeps the moment it was learned', async () => {
    const cache = cacheOf<string>();
    let asked = 0;
    const load = async () => `answer ${++asked}`;
    assert.deepEqual((await cache.get('k', load, never)).value, 'answer 1');
    now = 1000;
    const second = await cache.get('k', load, never);
    assert.equal(second.value, 'answer 1');
    assert.equal(second.at, 1);
    now = 1001;
    assert.equal((await cache.get('k', load, never)).value, 'answer 2');
  });

  it('shares one flight between callers', async () => {
    const cache = cacheOf<string>();
    const { calls, load } = remote<string>();
    const both = [cache.get('k', load, never), cache.get('k', load, never)];
    assert.equal(calls.length, 1);
    calls[0]?.resolve('x');
    assert.deepEqual(
      (await Promise.all(both)).map(({ value }) => value),
      ['x', 'x'],
    );
  });

  it('tells a failure to all who wait, and does not keep it', async () => {
    const cache = cacheOf<string>();
    const { calls, load } = remote<string>();
    const both = [cache.get('k', load, never), cache.get('k', load, never)];
    calls[0]?.reject(new Error('down'));
    for (const each of both) await assert.rejects(each, /down/);
    const again = cache.get('k', load, never);
    calls[1]?.resolve('up');
    assert.equal((await again).value, 'up');
  });

  it('keeps the last value over a failure, for those who ask nobody', async () => {
    const cache = cacheOf<string>();
    await cache.get('k', async () => 'old', never);
    now = 5000;
    await assert.rejects(
      cache.get('k', () => Promise.reject(new Error('down')), never),
      /down/,
    );
    assert.deepEqual([cache.last('k')?.value, cache.last('k')?.at], ['old', 1]);
  });

  it("detaches one caller's abort and ends the flight with the last one's", async () => {
    const cache = cacheOf<string>();
    const { calls, load } = remote<string>();
    const [first, second] = [new AbortController(), new AbortController()];
    const one = cache.get('k', load, first.signal);
    const two = cache.get('k', load, second.signal);
    first.abort();
    await assert.rejects(one, { name: 'AbortError' });
    assert.equal(calls[0]?.signal.aborted, false);
    second.abort();
    await assert.rejects(two, { name: 'AbortError' });
    assert.equal(calls[0]?.signal.aborted, true);
    const three = cache.get('k', load, never);
    calls[1]?.resolve('fresh');
    assert.equal((await three).value, 'fresh', 'a newcomer starts its own flight');
  });

  it('asks nothing for a caller who is gone already', async () => {
    const cache = cacheOf<string>();
    const { calls, load } = remote<string>();
    await assert.rejects(cache.get('k', load, AbortSignal.abort()), { name: 'AbortError' });
    assert.equal(calls.length, 0);
  });

  it('does not keep what was in flight when its key was forgotten', async () => {
    const cache = cacheOf<string>();
    const { calls, load } = remote<string>();
    const before = cache.get('k', load, never);
    cache.forget((key) => key === 'k');
    const after = cache.get('k', load, never);
    calls[1]?.resolve('new');
    assert.equal((await after).value, 'new');
    calls[0]?.resolve('old');
    assert.equal((await before).value, 'old');
    assert.equal(cache.last('k')?.value, 'new');
  });

  it('drops what is out of date, and keeps what is under way', async () => {
    const cache = cacheOf<string>();
    await cache.get('k', async () => 'old', never);
    cache.outdate((key) => key === 'k');
    assert.equal(cache.last('k'), undefined);
    const { load, calls } = remote<string>();
    const asked = cache.get('k', load, never);
    cache.outdate((key) => key === 'k');
    const joined = cache.get('k', load, never);
    calls[0]?.resolve('new');
    assert.deepEqual([(await asked).value, (await joined).value, calls.length], ['new', 'new', 1]);
    assert.equal(cache.last('k')?.value, 'new');
  });

  it('drops the value unused for longest', async () => {
    const cache = cacheOf<string>(2);
    for (const key of ['a', 'b']) await cache.get(key, async () => key, never);
    cache.last('a');
    await cache.get('c', async () => 'c', never);
    assert.deepEqual(
      ['a', 'b', 'c'].map((key) => cache.last(key)?.value),
      ['a', undefined, 'c'],
    );
  });

  it('lets a value say how long it is fresh', async () => {
    const cache = new Cache<number>({ ttlMs: (value) => value, maximum: 10, now: () => now });
    await cache.get('k', async () => 5, never);
    now = 6;
    assert.equal((await cache.get('k', async () => 7, never)).value, 7);
  });
});
