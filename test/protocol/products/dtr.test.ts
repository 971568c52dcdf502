import assert from 'node:assert/strict';
import { makeImage } from '../../support/imageContents.ts';
import { names } from '../../support/names.ts';
import { answers } from '../../support/origin.ts';
import { problemFrom } from '../../support/problem.ts';
import { startDtr } from '../../support/registries/dtr.ts';
import type { RegistryOrigin } from '../../support/registries/service.ts';
import { createWorld, linesOf, manifestRequests, originsTold, type World } from '../../support/registries/world.ts';
import { type OpenRegistry, openRegistry } from '../../support/registryRoom.ts';

const image = makeImage({ platform: { os: 'linux', architecture: 'amd64' }, layerBytes: [5] });
const other = makeImage({ platform: { os: 'linux', architecture: 'arm64' }, layerBytes: [6] });

describe('Docker Trusted Registry', () => {
  let world: World;
  let dtr: RegistryOrigin;
  let registry: OpenRegistry;
  beforeEach(async () => {
    world = createWorld();
    dtr = await startDtr(world);
    registry = openRegistry(world, { host: dtr.host, kind: 'dtr' });
    registry.signIn('alice', 's3cr:et');
    dtr.push('team/app', ['1', 'latest'], image, { at: '2025-01-01T00:00:00Z', description: 'An app' });
    dtr.push('team/app', '2', other, { at: '2025-02-01T00:00:00Z' });
    dtr.push('team/secret', '1', image, { isPrivate: true });
  });
  afterEach(async () => {
    await registry.close();
    await dtr.stop();
  });
  const lines = () => linesOf(world.log);
  const tagsLeft = () => [...(dtr.store.repositories.get('team/app')?.tags.keys() ?? [])];

  it('is recognised by its challenge', async () => {
    const open = openRegistry(world, { host: dtr.host });
    open.signIn('alice', 's3cr:et');
    assert.equal((await open.tags('team/app')).items[0]?.dated, 'pushed', 'by its own API');
    const row = await open.row();
    assert.deepEqual([row?.kind, row?.software, row?.can.untag], ['dtr', 'Mirantis Secure Registry', true]);
    await open.close();
  });

  it('lists repositories, and says which are private', async () => {
    assert.deepEqual((await registry.repositories()).items, [
      { name: 'team/app', description: 'An app' },
      { name: 'team/secret', private: true },
    ]);
    assert.deepEqual(lines(), ['dtr GET /api/v0/repositories?pageSize=100']);
  });

  it('lists them page by page, from where the page before says', async () => {
    for (const number of Array(130).keys()) dtr.push(`many/app-${number}`, '1', image);
    const first = await registry.repositories();
    const second = await registry.repositories(undefined, { cursor: first.cursor ?? '' });
    assert.deepEqual([first.items.length, second.items.length, second.cursor], [100, 32, undefined]);
    assert.deepEqual(names((await registry.repositories(undefined, { filter: 'P-12' })).items).slice(0, 2), [
      'many/app-12',
      'many/app-120',
    ]);
    assert.equal((await registry.repositories('many')).total, 130);
  });

  it('lists tags with dates and digests in one request, none for a manifest', async () => {
    const { items } = await registry.tags('team/app');
    const date = Date.parse('2025-01-01T00:00:00Z');
    assert.deepEqual(items[0], { name: '1', digest: image.root.digest, date, dated: 'pushed' });
    assert.deepEqual(lines(), ['dtr GET /api/v0/repositories/team/app/tags?pageSize=100']);
    assert.deepEqual(manifestRequests(world.log), []);
  });

  it('lists all tags', async () => {
    dtr.push(
      'team/app',
      Array.from({ length: 150 }, (_, number) => `1.${number}`),
      image,
    );
    assert.equal((await registry.allTags('team/app')).length, 153);
  });

  it('lists them by the protocol where its API is not there', async () => {
    dtr.misbehave(answers(410), 9, /^\/api\//);
    assert.deepEqual((await registry.tags('team/app')).items, [{ name: '1' }, { name: '2' }, { name: 'latest' }]);
  });

  it('takes what is no list for none, and waits when it is told to', async () => {
    dtr.misbehave(answers(200, {}, '<html></html>'), 1, /api/);
    await problemFrom('badAnswer', registry.tags('team/app'));
    dtr.misbehave(answers(200, {}, '{"repositories":{"a":1}}'), 1, /api/);
    await problemFrom('badAnswer', registry.repositories());
    dtr.misbehave(answers(200, {}, '[{"x":1},7]'), 1, /api/);
    await problemFrom('badAnswer', registry.tags('team/app'));
    dtr.misbehave(answers(429, { 'retry-after': '60' }), 1, /api/);
    await problemFrom('rateLimited', registry.tags('team/app'));
  });

  it('wants to know who asks, and says so once where it does not accept it', async () => {
    registry.signIn();
    await problemFrom('unauthorized', registry.repositories());
    registry.signIn('alice', 'wr0ng');
    const { length } = world.log;
    const problem = await problemFrom('unauthorized', registry.tags('team/app'));
    assert(!JSON.stringify(problem).includes('wr0ng'));
    await problemFrom('unauthorized', registry.tags('team/app'));
    assert.equal(world.log.slice(length).filter(({ path }) => path.startsWith('/api/')).length, 1);
  });

  it('is told who asks, and where it redirects to nobody is', async () => {
    const elsewhere = await startDtr(world);
    dtr.misbehave(answers(302, { location: `${elsewhere.url}/x` }), 1, /tags/);
    await registry.tags('team/app').catch(() => {});
    await elsewhere.stop();
    assert.equal(elsewhere.seen[0]?.authorization, undefined);
    assert.equal(elsewhere.seen.length, 1);
    assert.deepEqual(originsTold(world.log), ['dtr']);
  });

  it('takes a tag and leaves its image, deletes an image with its tags, and a repository', async () => {
    await registry.untag('team/app', '1');
    assert.deepEqual(tagsLeft(), ['latest', '2']);
    await registry.deleteImage('team/app', image.root.digest);
    assert.deepEqual(tagsLeft(), ['2']);
    await registry.deleteRepository('team/app');
    assert(!dtr.store.repositories.has('team/app'));
    await problemFrom('notFound', registry.untag('team/app', '1'));
    const { length } = world.log;
    await problemFrom('notFound', registry.untag('team/app', '../x'));
    await problemFrom('notFound', registry.deleteRepository('a/b/c'));
    assert.equal(world.log.length, length);
  });
});
