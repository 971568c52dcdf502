import assert from 'node:assert/strict';
import { compareTags, readTag, sortTags } from '../../../../common/versionOrder.ts';
import { sortInTurns } from '../../../../server/util/sortInTurns.ts';
import { random } from '../../../support/random.ts';

const never = new AbortController().signal;

describe('sortInTurns', () => {
  const below = random(7);

  for (const length of [0, 1, 2, 511, 512, 513, 1024, 5000]) {
    it(`sorts ${length} items as Array.sort does, what is equal in its order`, async () => {
      const items = Array.from({ length }, (_, index) => ({ index, key: below(20) }));
      const compare = (a: number, b: number) => a - b;
      const expected = [...items].sort((a, b) => compare(a.key, b.key));
      assert.deepEqual(await sortInTurns(items, ({ key }) => key, compare, never), expected);
    });
  }

  it('sorts tags as they are sorted elsewhere', async () => {
    const tags = Array.from({ length: 3000 }, () => `${below(30)}.${below(30)}-${['alpine', 'slim', 'rc1'][below(3)]}`);
    assert.deepEqual(await sortInTurns(tags, readTag, compareTags, never), sortTags(tags));
  });

  it('ends when nobody wants it any more', async () => {
    const items = Array.from({ length: 50_000 }, () => below(1000));
    const controller = new AbortController();
    const work = sortInTurns(
      items,
      (item) => item,
      (a, b) => a - b,
      controller.signal,
    );
    controller.abort();
    await assert.rejects(work, { name: 'AbortError' });
  });
});
