import assert from 'node:assert/strict';
import { listLimits } from '../../../../../common/layers.ts';
import { findEntries } from '../../../../../server/images/layers/findEntries.ts';
import { analyzed, file, whiteout } from '../../../../support/analyzed.ts';

const never = new AbortController().signal;
const base = [file('app/node_modules/a/index.js', 30), file('app/Index.html', 50), file('index/x', 7), file('b', 1)];

async function found(text: string, folder = '/', layer = 0): Promise<readonly string[] | undefined> {
  const { trees } = await analyzed(base, [whiteout('app/Index.html')]);
  return (await findEntries(trees, layer, folder, text, never))?.map(({ name, bytes }) => `${name} ${bytes}`);
}

describe('what a filter finds in a layer', () => {
  it('has the text in its own name, in any case: the largest first, with paths', async () => {
    assert.deepEqual(await found('index'), ['app/Index.html 50', 'app/node_modules/a/index.js 30', 'index 7']);
  });

  it('is a folder with all its bytes, and not again what is in it', async () => {
    assert.deepEqual(await found('node_mod'), ['app/node_modules 30']);
  });

  it('has a text with a slash in its path', async () => {
    assert.deepEqual(await found('/a/i'), ['app/node_modules/a/index.js 30']);
    assert.deepEqual(await found('app/'), ['app/Index.html 50', 'app/node_modules 30']);
    assert.deepEqual(await found('/index'), ['app/Index.html 50', 'app/node_modules/a/index.js 30', 'index 7']);
  });

  it('is below the folder that is meant, and named from there', async () => {
    assert.deepEqual(await found('index', '/app'), ['Index.html 50', 'node_modules/a/index.js 30']);
    assert.equal(await found('index', '/nowhere'), undefined);
  });

  it('is of that layer only', async () => {
    assert.deepEqual(await found('index', '/', 1), ['app/Index.html 50']);
  });

  it('is as much as somebody reads, the largest of it', async () => {
    const { trees } = await analyzed(
      Array.from({ length: 3000 }, (_, index) => file(`d/f${index}`, index === 2500 ? 9 : 1)),
    );
    const entries = await findEntries(trees, 0, '/', 'f', never);
    assert.equal(entries?.length, listLimits.found);
    assert.equal(entries?.[0]?.name, 'd/f2500');
  });

  it('ends when nobody wants it any more', async () => {
    const { trees } = await analyzed(Array.from({ length: 3000 }, (_, index) => file(`f${index}`, 1)));
    const stop = new AbortController();
    const work = findEntries(trees, 0, '/', 'f', stop.signal);
    stop.abort();
    await assert.rejects(work, { name: 'AbortError' });
  });
});
