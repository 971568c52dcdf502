import assert from 'node:assert/strict';
import { RequestError } from '../../../../client/backend.ts';
import { failedLines, inTurn } from '../../../../client/registries/inTurn.ts';
import type { ProblemKind } from '../../../../common/known.ts';

/** Fails where the name of an item is a kind of problem. */
async function done(...items: readonly string[]) {
  const tried: string[] = [];
  const { failed, untried } = await inTurn(
    items,
    { name: (item) => item, repository: (item) => item.split(' ')[1] ?? '' },
    async (item) => {
      tried.push(item);
      const [kind = ''] = item.split(' ');
      if (!/^\d$/.test(kind)) throw new RequestError({ kind: kind as ProblemKind, subject: 'x', message: 'No.' });
    },
  );
  return { tried, failed: failed.map(({ name }) => name), untried };
}

describe('inTurn', () => {
  it('goes on after one that fails, and says which did', async () => {
    const { tried, failed, untried } = await done('1', 'notFound', '2', 'unsupported', '3');
    assert.deepEqual(tried, ['1', 'notFound', '2', 'unsupported', '3']);
    assert.deepEqual([failed, untried], [['notFound', 'unsupported'], 0]);
  });

  for (const kind of ['rateLimited', 'unreachable', 'unauthorized'] as const) {
    it(`ends where the rest would fail alike: ${kind}`, async () => {
      assert.deepEqual(await done('1', kind, '2', '3'), { tried: ['1', kind], failed: [kind], untried: 2 });
    });
  }

  it('goes on with what is in another repository', async () => {
    const { tried, untried } = await done('1 a', 'unauthorized a', '2 a', '3 b');
    assert.deepEqual([tried, untried], [['1 a', 'unauthorized a', '3 b'], 1]);
  });

  it('ends when the user ends it', async () => {
    const aborted = inTurn([1, 2], { name: String, repository: String }, async () => {
      throw new DOMException('ended', 'AbortError');
    });
    await assert.rejects(aborted, { name: 'AbortError' });
  });

  it('lists what failed and why', () => {
    const problem = { kind: 'rateLimited', subject: 'x', message: 'Wait.' } as const;
    assert.deepEqual(failedLines({ failed: [{ name: 'app:1', problem }], untried: 2 }), [
      'app:1: Wait.',
      'The rest was not tried: it would have failed alike.',
    ]);
  });
});
