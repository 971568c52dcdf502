import assert from 'node:assert/strict';
import { makeImage, makeIndex } from '../../support/imageContents.ts';
import { names } from '../../support/names.ts';
import { answers } from '../../support/origin.ts';
import { problemFrom } from '../../support/problem.ts';
import { linkToOrigin } from '../../support/registries/lists.ts';
import { type Quay, startQuay } from '../../support/registries/quay.ts';
import { createWorld, linesOf, manifestRequests, originsTold, type World } from '../../support/registries/world.ts';
import { type OpenRegistry, openRegistry } from '../../support/registryRoom.ts';

const amd64 = { platform: { os: 'linux', architecture: 'amd64' }, layerBytes: [100] };
const image = makeImage(amd64);
const index = makeIndex([amd64]);
const numbered = (count: number) => Array.from({ length: count }, (_, number) => `1.${number}`);

describe('Quay', () => {
  let world: World;
  let quay: Quay;
  let registry: OpenRegistry;
  beforeEach(async () => {
    world = createWorld();
    quay = await startQuay(world);
    registry = openRegistry(world, { host: quay.host, kind: 'quay' });
    quay.push('acme/app', ['1', 'latest'], image, { at: '2025-01-01T00:00:00Z', description: 'An app' });
    quay.push('acme/app', '2', index, { at: '2025-02-01T00:00:00Z' });
    quay.push('acme/secret', ['1', '2'], image, { isPrivate: true });
    quay.push('other/app', '1', image);
  });
  afterEach(async () => {
    await registry.close();
    await quay.stop();
  });
  const asApplication = () => registry.signIn('$oauthtoken', 'oauth-acme');
  const asRobot = () => registry.signIn('acme+ci', 'robot-secret');
  const lines = () => linesOf(world.log);
  /** What the token server was asked for, a list for each request. */
  const scopes = () =>
    world.log
      .filter(({ path }) => path.startsWith('/v2/auth?'))
      .map(({ path }) => new URLSearchParams(path.split('?')[1]).getAll('scope'));
  const tagsLeft = (repository = 'acme/app') => [...(quay.store.repositories.get(repository)?.tags.keys() ?? [])];

  it('is recognised by its challenge', async () => {
    const open = openRegistry(world, { host: quay.host });
    assert.equal((await open.tags('acme/app')).items[0]?.dated, 'pushed', 'by its own API');
    const row = await open.row();
    assert.deepEqual([row?.kind, row?.software, row?.can.untag], ['quay', 'Quay', true]);
    await open.close();
  });

  describe('its repositories', () => {
    it('begin with the namespaces of whoever the token is of', async () => {
      asApplication();
      assert.deepEqual((await registry.repositories()).items, [
        { name: 'alice', folder: true },
        { name: 'acme', folder: true },
      ]);
      assert.deepEqual(lines(), ['quay GET /api/v1/user/']);
    });

    it('begin with the namespace of a robot, or that of the setting, without a request', async () => {
      asRobot();
      assert.deepEqual(names((await registry.repositories()).items), ['acme']);
      registry.signIn();
      await problemFrom('unauthorized', registry.repositories());
      registry.registries.configure([{ host: quay.host, kind: 'quay', prefix: 'other/' }]);
      assert.deepEqual(names((await registry.repositories()).items), ['other']);
      assert.deepEqual(lines(), []);
    });

    it('of a namespace are what is public for the nameless, and what the token is for besides', async () => {
      assert.deepEqual((await registry.repositories('acme')).items, [{ name: 'acme/app', description: 'An app' }]);
      asApplication();
      const { items } = await registry.repositories('acme');
      assert.deepEqual(items[1], { name: 'acme/secret', private: true });
    });

    it('of a namespace are for a robot also what it was given, which only the registry knows', async () => {
      asRobot();
      assert.deepEqual(names((await registry.repositories('acme')).items), ['acme/app', 'acme/secret']);
      assert.deepEqual(scopes(), [[]], 'none is wanted, and any other would be refused');
      quay.misbehave(answers(404), 3, /_catalog/);
      registry.registries.refresh();
      assert.deepEqual(names((await registry.repositories('acme')).items), ['acme/app']);
    });

    it('come page by page', async () => {
      for (const number of Array(130).keys()) quay.push(`many/app-${number}`, '1', image);
      const first = await registry.repositories('many');
      assert.equal(first.items.length, 100);
      const second = await registry.repositories('many', { cursor: first.cursor ?? '' });
      assert.deepEqual([second.items.length, second.cursor], [30, undefined]);
      assert.deepEqual(names((await registry.repositories('many', { filter: 'P-129' })).items), ['many/app-129']);
      for (const path of ['a/b', '..', 'x?y']) await problemFrom('notFound', registry.repositories(path));
    });
  });

  describe('its tags', () => {
    it('cost one request, with dates, digests and sizes, the newest first, and none for a manifest', async () => {
      const { items } = await registry.tags('acme/app');
      assert.deepEqual(names(items), ['2', '1', 'latest']);
      const date = Date.parse('2025-02-01T00:00:00Z');
      assert.deepEqual(items[0], { name: '2', digest: index.root.digest, date, dated: 'pushed' });
      assert((items[1]?.compressedBytes ?? 0) > 100);
      assert.deepEqual(lines(), ['quay GET /api/v1/repository/acme/app/tag/?limit=100&page=1&onlyActiveTags=true']);
      assert.deepEqual(manifestRequests(world.log), []);
    });

    it('are looked for by Quay, and come page by page', async () => {
      quay.push('acme/app', numbered(150), image, { at: '2025-03-01T00:00:00Z' });
      assert.deepEqual(names((await registry.tags('acme/app', { filter: 'late' })).items), ['latest']);
      assert(lines()[0]?.endsWith('&filter_tag_name=like:late'));
      const first = await registry.tags('acme/app', { order: 'date' });
      const second = await registry.tags('acme/app', { order: 'date', cursor: first.cursor ?? '' });
      assert.deepEqual([first.items.length, second.items.length, second.cursor], [100, 53, undefined]);
      assert.equal((await registry.tags('acme/app', { order: 'version' })).total, 153);
    });

    it('leave out what was deleted', async () => {
      asApplication();
      await registry.untag('acme/app', '1');
      assert.deepEqual(names((await registry.tags('acme/app')).items), ['2', 'latest']);
    });

    it('of what the API hides from a robot come from the registry, from then on at once', async () => {
      quay.push('acme/secret', numbered(120), image);
      asRobot();
      assert.equal((await registry.allTags('acme/secret')).length, 122);
      assert.equal(lines().filter((line) => line.includes('/api/')).length, 1);
      assert.deepEqual(names((await registry.tags('acme/secret', { filter: '1.119' })).items), ['1.119']);
    });

    it('of the registry page on by its own tokens, also through a proxy that it does not know of', async () => {
      quay.push('acme/secret', numbered(120), image);
      quay.quirks.tags.link = linkToOrigin('http://quay.internal');
      asRobot();
      assert.equal((await registry.allTags('acme/secret')).length, 122);
    });

    it('are not had where neither shows them', async () => {
      await problemFrom('unauthorized', registry.tags('acme/secret'));
      await problemFrom('notFound', registry.tags('nonamespace'));
    });

    it('are not made of what is no list, and not asked for while Quay says to wait', async () => {
      quay.misbehave(answers(200, {}, '<html></html>'), 1, /tag/);
      await problemFrom('badAnswer', registry.tags('acme/app'));
      quay.misbehave(answers(200, {}, '{"tags":[{"nam":1},2]}'), 1, /tag/);
      await problemFrom('badAnswer', registry.tags('acme/app'));
      quay.misbehave(answers(429, { 'retry-after': '60' }), 1, /tag/);
      await problemFrom('rateLimited', registry.tags('acme/app'));
    });
  });

  describe('signing in', () => {
    it('as an application that is not known is said once', async () => {
      registry.signIn('$oauthtoken', 'wr0ng');
      const problem = await problemFrom('unauthorized', registry.repositories('acme'));
      assert(!JSON.stringify(problem).includes('wr0ng'));
      await problemFrom('unauthorized', registry.repositories('acme'));
      assert.equal(lines().length, 1);
    });

    it('as a robot tells its secret to the token server alone, and the API nothing', async () => {
      asRobot();
      await registry.tags('acme/app');
      await registry.tags('acme/secret');
      const told = world.log.filter(({ authorization }) => authorization !== undefined);
      assert(told.every(({ path }) => path.startsWith('/v2/')));
      assert.deepEqual(originsTold(world.log), ['quay']);
    });
  });

  describe('taking away', () => {
    it('leaves the image of a tag, for an application and for a robot', async () => {
      asApplication();
      await registry.untag('acme/app', '1');
      assert.deepEqual(tagsLeft(), ['latest', '2']);
      asRobot();
      await registry.untag('acme/app', 'latest');
      assert.deepEqual(tagsLeft(), ['2']);
    });

    it('deletes an image with its tags, as a push', async () => {
      asRobot();
      await registry.deleteImage('acme/app', image.root.digest);
      assert.deepEqual(tagsLeft(), ['2']);
      assert.deepEqual(scopes(), [['repository:acme/app:pull,push']]);
    });

    it('deletes a repository for an application only', async () => {
      asRobot();
      await problemFrom('unsupported', registry.deleteRepository('acme/app'));
      asApplication();
      await registry.deleteRepository('acme/app');
      assert(!quay.store.repositories.has('acme/app'));
      await problemFrom('denied', registry.deleteRepository('other/app'));
    });

    it('is refused for what is not ours, and not asked for what is no name', async () => {
      asApplication();
      await problemFrom('denied', registry.untag('other/app', '1'));
      await problemFrom('notFound', registry.untag('acme/app', '../x'));
      await problemFrom('notFound', registry.deleteImage('acme/app', 'latest'));
      assert.deepEqual(tagsLeft('other/app'), ['1']);
    });
  });
});
