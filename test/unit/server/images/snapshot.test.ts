import assert from 'node:assert/strict';
import { parsePlatform } from '../../../../common/platform.ts';
import { dockerHub, isRepository, isTag } from '../../../../common/reference.ts';
import { createSnapshot } from '../../../../server/images/snapshot.ts';
import type { Log } from '../../../../server/language/host.ts';

describe('what ships about images', () => {
  const warnings: string[] = [];
  const log: Log = { info() {}, warn: (event) => void warnings.push(event), error() {} };
  const shipped = createSnapshot({ log });
  const official = (name: string) => shipped.bundled({ registry: dockerHub, repository: `library/${name}` });
  const imageOf = async (name: string, tag: string) =>
    (await official(name))?.images.filter(({ tags }) => tags.includes(tag)) ?? [];

  it('is well formed, each tag of one image only', async () => {
    const all = await shipped.bundledRepositories();
    for (const { registry, repository, at, images } of all) {
      assert.ok(isRepository(repository) && at > Date.UTC(2026, 0), repository);
      const tags = images.flatMap((image) => image.tags);
      assert.ok(tags.every(isTag), repository);
      assert.equal(new Set(tags).size, tags.length, repository);
      for (const { name } of images.flatMap(({ platforms }) => platforms)) assert.ok(parsePlatform(name), name);
      assert.ok(registry === dockerHub || registry === 'mcr.microsoft.com');
    }
    assert.deepEqual(warnings, []);
  });
  it('is ordered by what people build on', async () => {
    const names = (await shipped.bundledRepositories()).map(({ repository }) => repository);
    assert.deepEqual(names.slice(0, 3), ['library/alpine', 'library/golang', 'library/node']);
    assert.ok(names.indexOf('dotnet/sdk') < names.indexOf('library/zookeeper'));
  });
  it('knows which tags are one image, and for which platforms', async () => {
    const [latest] = await imageOf('alpine', 'latest');
    assert.ok(latest?.tags.includes('3'));
    assert.ok(latest?.platforms.some(({ name }) => name === 'linux/arm64'));
  });
  it('puts images of Linux and of Windows under the tag that both share', async () => {
    const [latest] = await imageOf('golang', 'latest');
    assert.ok(latest?.platforms.some(({ name }) => name === 'windows/amd64'));
    assert.ok(latest?.platforms.some(({ name }) => name === 'linux/amd64'));
  });
  it('knows sizes and digests of .NET', async () => {
    const sdk = await shipped.bundled({ registry: 'mcr.microsoft.com', repository: 'dotnet/sdk' });
    const latest = sdk?.images.find(({ tags }) => tags.includes('latest'));
    assert.match(latest?.digest ?? '', /^sha256:[0-9a-f]{64}$/);
    assert.ok(latest?.platforms.every(({ compressedBytes = 0 }) => compressedBytes > 1e8));
  });
  it('knows what is not built any more', async () => assert.equal((await official('clefos'))?.retired, true));
  it('knows nothing of other repositories', async () => assert.equal(await official('nothing'), undefined));
  it('is read once, and not before it is asked for', async () => {
    let reads = 0;
    const counted = createSnapshot({ log, read: async () => `{"n":${++reads}}` });
    assert.equal(reads, 0);
    await counted.bundledRepositories();
    await counted.bundledRepositories();
    assert.equal(reads, 2, 'one for each file');
  });
  it('is nothing where its files are missing or damaged', async () => {
    for (const read of [async () => '{', async () => Promise.reject(new Error('gone')), async () => '[1]']) {
      assert.deepEqual(await createSnapshot({ log, read }).bundledRepositories(), []);
    }
    assert.equal(warnings.length, 4);
  });
});
