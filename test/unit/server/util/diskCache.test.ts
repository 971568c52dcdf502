import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DiskCache, type DiskCacheOptions } from '../../../../server/util/diskCache.ts';
import { until } from '../../../support/until.ts';

const key = { group: 'registry.example', name: 'tags team/secret-project' };

describe('the cache on the disk', () => {
  let folder: string;
  let problems: unknown[];
  beforeEach(async () => {
    folder = join(await mkdtemp(join(tmpdir(), 'gantry-disk-')), 'made', 'by it');
    problems = [];
  });
  afterEach(() => rm(join(folder, '../..'), { recursive: true, force: true }));

  const open = (options: Partial<DiskCacheOptions> = {}) =>
    new DiskCache({ folder: () => folder, onProblem: (error) => problems.push(error), ...options });
  const write = async (value: unknown, at = 1, where = key) => {
    const cache = open();
    cache.write(where, value, at);
    await cache.flush();
  };

  it('knows what another process wrote', async () => {
    await write(['1.0']);
    assert.deepEqual(await open().read(key), { value: ['1.0'], at: 1 });
  });
  it('knows at once what it has not written yet', async () => {
    const cache = open();
    cache.write(key, ['1.0'], 1);
    assert.deepEqual(await cache.read(key), { value: ['1.0'], at: 1 });
  });
  it('writes later by itself', async () => {
    const cache = open({ delayMs: 0 });
    cache.write(key, ['1.0'], 1);
    await until(async () => (await readdir(folder).catch(() => [])).length === 1);
  });
  it('keeps the last value', async () => {
    await write(['1.0']);
    await write(['2.0'], 2);
    assert.deepEqual(await open().read(key), { value: ['2.0'], at: 2 });
  });
  it('does not know what nobody wrote', async () => assert.equal(await open().read(key), undefined));
  it('names files by hashes', async () => {
    await write(['1.0']);
    const [name = ''] = await readdir(folder);
    assert.match(name, /^[0-9a-f]{16}-[0-9a-f]{32}\.json$/);
  });
  it('lets nobody else read them', async function () {
    if (process.platform === 'win32') this.skip();
    await write(['1.0']);
    const [name = ''] = await readdir(folder);
    assert.equal((await stat(join(folder, name))).mode & 0o77, 0);
    assert.equal((await stat(folder)).mode & 0o77, 0);
  });
  it('takes every kind of damage for nothing, and makes room for what is whole', async () => {
    for (const damage of ['', '{"version":1,"at":1,"val', 'null', '[]', '{"version":99,"at":1,"value":[]}', '\0\0']) {
      await write(['1.0']);
      const [name = ''] = await readdir(folder);
      await writeFile(join(folder, name), damage);
      assert.equal(await open().read(key), undefined, damage);
      assert.deepEqual(await readdir(folder), [], damage);
    }
  });
  it('does not read what is too long', async () => {
    await write(['a'.repeat(1000)]);
    assert.equal(await open({ maximumFileBytes: 100 }).read(key), undefined);
  });
  it('does not write what is too long', async () => {
    const cache = open({ maximumFileBytes: 100 });
    cache.write(key, 'a'.repeat(1000), 1);
    await cache.flush();
    assert.equal(await cache.read(key), undefined);
  });

  const names = ['a', 'b', 'c'].map((name) => ({ group: 'g', name }));
  /** All three, each used later than the one before. */
  const writeAll = async () => {
    for (const [index, one] of names.entries()) {
      await write('x'.repeat(100), index, one);
      for (const file of await readdir(folder)) {
        const { at } = JSON.parse(await readFile(join(folder, file), 'utf8'));
        await utimes(join(folder, file), at, at);
      }
    }
  };
  const left = async () => {
    const found = await Promise.all(names.map(async (one) => ((await open().read(one)) ? one.name : '')));
    return found.join('');
  };
  it('keeps no more files than it may, and lets go of those unused for longest', async () => {
    await writeAll();
    const cache = open({ maximumFiles: 3 });
    cache.write({ group: 'g', name: 'd' }, 'x', 9);
    await cache.flush();
    assert.equal(await left(), 'bc');
  });
  it('keeps no more bytes than it may', async () => {
    await writeAll();
    const cache = open({ maximumBytes: 250 });
    cache.write({ group: 'g', name: 'd' }, 'x', 9);
    await cache.flush();
    assert.equal(await left(), 'c');
  });
  it('touches nothing that is not its own', async () => {
    await write(['1.0']);
    await writeFile(join(folder, 'notes.json'), 'mine');
    const cache = open({ maximumFiles: 0 });
    cache.write(key, ['2.0'], 2);
    await cache.flush();
    await cache.forget();
    assert.deepEqual(await readdir(folder), ['notes.json']);
  });
  it('forgets a group and leaves the others', async () => {
    const other = { group: 'other.example', name: 'x' };
    await write(['1.0']);
    await write(['2.0'], 2, other);
    await open().forget('registry.example');
    assert.equal(await open().read(key), undefined);
    assert.deepEqual(await open().read(other), { value: ['2.0'], at: 2 });
  });
  it('does not bring back what was forgotten before it was written', async () => {
    const cache = open();
    cache.write(key, ['1.0'], 1);
    await cache.forget(key.group);
    await cache.flush();
    assert.equal(await open().read(key), undefined);
  });
  it('does not tell of what is forgotten while it is read', async () => {
    await write(['1.0']);
    const cache = open();
    const reading = cache.read(key);
    const forgetting = cache.forget();
    assert.equal(await reading, undefined);
    await forgetting;
  });
  it('is whole whoever writes at the same time', async () => {
    const values = Array.from({ length: 8 }, (_, index) => String(index).repeat(200_000));
    await Promise.all(values.map((value, index) => write(value, index)));
    const { value } = (await open().read(key))!;
    assert.ok(values.includes(value as string));
    assert.equal((await readdir(folder)).length, 1, 'no file of a writer is left');
    assert.deepEqual(problems, []);
  });
  it('tells once that it cannot write, and goes on without', async () => {
    await write(['1.0']);
    const [name = ''] = await readdir(folder);
    const file = join(folder, name);
    const cache = open({ folder: () => join(file, 'below a file') });
    for (const at of [1, 2]) {
      cache.write(key, ['1.0'], at);
      await cache.flush();
    }
    assert.equal(await cache.read(key), undefined);
    assert.equal(problems.length, 1);
  });
  it('keeps nothing where it has no folder', async () => {
    const cache = open({ folder: () => undefined });
    cache.write(key, ['1.0'], 1);
    await cache.flush();
    await cache.forget();
    assert.equal(await cache.read(key), undefined);
    assert.deepEqual(problems, []);
  });
});
