import assert from 'node:assert/strict';
import { lastBuildOf, type Memory, rememberBuild } from '../../../../client/build/lastBuilds.ts';
import { sizeText } from '../../../../client/build/log.ts';

function memory(): Memory {
  const kept = new Map<string, unknown>();
  return {
    keys: () => [...kept.keys()],
    get: <T>(key: string) => kept.get(key) as T | undefined,
    update: async (key, value) => void kept.set(key, value),
  };
}

const built = (imageId: string, bytes?: number) =>
  ({ kind: 'built', imageId, tags: ['app:1'], seconds: 1, ...(bytes !== undefined && { bytes }) }) as const;

describe('the last build of a Dockerfile', () => {
  it('is what the next one is compared with', async () => {
    const kept = memory();
    const spec = { dockerfile: '/w/Dockerfile' };
    assert.equal(await rememberBuild(spec, built('a', 200), kept), undefined);
    const before = { imageId: 'a', reference: 'app:1', bytes: 200 };
    assert.deepEqual(await rememberBuild(spec, built('b', 177), kept), { before, by: -23 });
    assert.equal(lastBuildOf('/w/Dockerfile', kept)?.imageId, 'b');
  });

  it('is another one for another file, stage or platform', async () => {
    const kept = memory();
    const dockerfile = '/w/Dockerfile';
    await rememberBuild({ dockerfile }, built('a', 200), kept);
    assert.equal(await rememberBuild({ dockerfile, target: 'test' }, built('b', 1), kept), undefined);
    assert.equal(await rememberBuild({ dockerfile, platform: 'linux/arm64' }, built('c', 1), kept), undefined);
    assert.equal(await rememberBuild({ dockerfile: '/w/Dockerfile.dev' }, built('d', 1), kept), undefined);
    assert.equal(lastBuildOf(dockerfile, kept)?.imageId, 'a');
  });

  it('is one of its stages where the whole was never built, and no other file of a like name', async () => {
    const kept = memory();
    await rememberBuild({ dockerfile: '/w/Dockerfile.dev' }, built('d', 1), kept);
    assert.equal(lastBuildOf('/w/Dockerfile', kept), undefined);
    await rememberBuild({ dockerfile: '/w/Dockerfile', target: 'test' }, built('b', 1), kept);
    assert.equal(lastBuildOf('/w/Dockerfile', kept)?.imageId, 'b');
  });

  it('says nothing of a change where a size is not known', async () => {
    const kept = memory();
    const spec = { dockerfile: '/w/Dockerfile' };
    await rememberBuild(spec, built('a'), kept);
    assert.equal(await rememberBuild(spec, built('b', 5), kept), undefined);
    assert.equal(await rememberBuild(spec, built('c'), kept), undefined);
  });
});

describe('the size of what was built', () => {
  const before = { imageId: 'a', reference: 'app:1', bytes: 201_000_000 };
  const cases = [
    [178_000_000, undefined, '178 MB'],
    [178_000_000, { before, by: -23_000_000 }, '178 MB (-23 MB)'],
    [202_200_000, { before, by: 1_200_000 }, '202 MB (+1.2 MB)'],
    [201_000_000, { before, by: 0 }, '201 MB (as before)'],
  ] as const;
  for (const [bytes, change, text] of cases) {
    it(`reads ${text}`, () => assert.equal(sizeText(bytes, change, 'MB'), text));
  }
});
