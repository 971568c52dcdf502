import assert from 'node:assert/strict';
import { makeHelmChart, makeImage, makeIndex } from '../../support/imageContents.ts';
import { names } from '../../support/names.ts';
import { answers } from '../../support/origin.ts';
import { problemFrom } from '../../support/problem.ts';
import { startHarbor } from '../../support/registries/harbor.ts';
import type { RegistryOrigin } from '../../support/registries/service.ts';
import { createWorld, linesOf, manifestRequests, originsTold, type World } from '../../support/registries/world.ts';
import { type OpenRegistry, openRegistry } from '../../support/registryRoom.ts';

const amd64 = { platform: { os: 'linux', architecture: 'amd64' }, layerBytes: [100, 20] };
const arm64 = { platform: { os: 'linux', architecture: 'arm64', variant: 'v8' }, layerBytes: [90] };
const image = makeImage(amd64);
const index = makeIndex([amd64, arm64]);
const web = '/api/v2.0/projects/team/repositories/apps%252Fweb/artifacts?with_tag=true&q=';

describe('Harbor', () => {
  let world: World;
  let harbor: RegistryOrigin;
  let registry: OpenRegistry;
  beforeEach(async () => {
    world = createWorld();
    harbor = await startHarbor(world);
    registry = openRegistry(world, { host: harbor.host, kind: 'harbor' });
    registry.signIn('alice', 's3cr:et');
    harbor.push('team/apps/web', ['v1', 'latest'], index, { at: '2025-01-01T00:00:00Z' });
    harbor.push('team/apps/web', 'v2', image, { at: '2025-02-01T00:00:00Z' });
    harbor.push('team/tool', '1', image);
    harbor.push('secret/tool', '1', image, { isPrivate: true });
  });
  afterEach(async () => {
    await registry.close();
    await harbor.stop();
  });
  const lines = () => linesOf(world.log.filter(({ path }) => path.startsWith('/api/')));
  const tagsLeft = () => [...(harbor.store.repositories.get('team/apps/web')?.tags.keys() ?? [])];

  it('is recognised by its challenge, also by that of its catalog', async () => {
    for (const path of ['team/tool', undefined]) {
      const open = openRegistry(world, { host: harbor.host });
      assert.equal((await open.row())?.kind, 'generic');
      if (path === undefined) await open.repositories();
      else assert.deepEqual((await open.tags(path)).items[0]?.digest, image.root.digest, 'by its own API');
      const row = await open.row();
      assert.deepEqual([row?.kind, row?.software, row?.can.untag], ['harbor', 'Harbor', true]);
      await open.close();
    }
  });

  describe('its repositories', () => {
    it('begin with projects, private ones marked', async () => {
      assert.deepEqual(await registry.repositories(), {
        items: [
          { name: 'secret', folder: true, private: true },
          { name: 'team', folder: true },
        ],
        total: 2,
      });
      assert.deepEqual(lines(), ['harbor GET /api/v2.0/projects?page=1&page_size=100']);
    });

    it('begin with what is public for the nameless', async () => {
      registry.signIn();
      assert.deepEqual(names((await registry.repositories()).items), ['team']);
      await problemFrom('notFound', registry.repositories('secret'));
    });

    it('lead a robot to its project where it may list none', async () => {
      registry.signIn('robot$team+ci', 'robot-secret');
      harbor.misbehave(answers(403, {}, '{"errors":[{"code":"FORBIDDEN","message":"forbidden"}]}'), 1, /projects\?/);
      assert.deepEqual(await registry.repositories(), { items: [{ name: 'team', folder: true }], total: 1 });
    });

    it('are looked for by Harbor, page by page', async () => {
      for (const number of Array(130).keys()) harbor.push(`team/app-${number}`, '1', image);
      const first = await registry.repositories('team');
      assert.deepEqual([first.items.length, first.total], [100, 132]);
      const second = await registry.repositories('team', { cursor: first.cursor ?? '' });
      assert.deepEqual([second.items.length, second.cursor], [32, undefined]);
      assert.deepEqual(names((await registry.repositories('team', { filter: 'APPS/w' })).items), ['team/apps/web']);
      assert.deepEqual(names((await registry.repositories(undefined, { filter: 'eam' })).items), ['team']);
      assert.deepEqual(lines().slice(2), [
        'harbor GET /api/v2.0/projects/team/repositories?q=name%3D~apps%2Fw&page=1&page_size=100',
        'harbor GET /api/v2.0/projects?name=eam&page=1&page_size=100',
      ]);
    });

    it('cannot have what Harbor would take for more than a text', async () => {
      assert.deepEqual(await registry.repositories('team', { filter: 'a,name={b}' }), { items: [], total: 0 });
      for (const path of ['a/b', '..', 'x?y']) await problemFrom('notFound', registry.repositories(path));
      assert.deepEqual(lines(), []);
    });
  });

  describe('its tags', () => {
    it('cost one request, with dates, digests, sizes and platforms, the newest first, none for a manifest', async () => {
      const { items } = await registry.tags('team/apps/web');
      assert.deepEqual(names(items), ['v2', 'v1', 'latest']);
      const { compressedBytes = 0, ...newest } = items[0] ?? assert.fail();
      const date = Date.parse('2025-02-01T00:00:00Z');
      assert.deepEqual(newest, {
        name: 'v2',
        digest: image.root.digest,
        date,
        dated: 'pushed',
        platforms: ['linux/amd64'],
      });
      assert(compressedBytes > 120);
      assert.deepEqual(items[1]?.platforms, ['linux/amd64', 'linux/arm64']);
      assert.equal(items[1]?.compressedBytes, undefined, 'of an index it is the size of all platforms');
      assert.deepEqual(lines(), [`harbor GET ${web}tags%3D*&page=1&page_size=100`]);
      assert.equal(world.log.length, 1);
      assert.deepEqual(manifestRequests(world.log), []);
    });

    it('are looked for by Harbor', async () => {
      assert.deepEqual(names((await registry.tags('team/apps/web', { filter: 'v1' })).items), ['v1']);
      assert.deepEqual(lines(), [`harbor GET ${web}tags%3D~v1&page=1&page_size=100`]);
      assert.deepEqual((await registry.tags('team/apps/web', { filter: 'a,b' })).items, []);
    });

    it('are all there, sorted by version', async () => {
      const at = '2025-03-01T00:00:00Z';
      for (const number of Array(150).keys()) {
        harbor.push('team/long', `1.${number}`, makeImage({ ...amd64, layerBytes: [number + 1] }), { at });
      }
      const { items, total } = await registry.tags('team/long', { order: 'version' });
      assert.deepEqual([items[0]?.name, total], ['1.149', 150]);
      assert.equal(lines().length, 2);
    });

    it('are sorted by version page by page where there are many, the newest first', async () => {
      for (const number of Array(450).keys()) {
        const at = new Date(Date.UTC(2026, 0, 1) + number * 3600_000).toISOString();
        harbor.push('team/many', `1.${number}`, makeImage({ ...amd64, layerBytes: [number + 1] }), { at });
      }
      const first = await registry.tags('team/many', { order: 'version' });
      assert.deepEqual([first.items[0]?.name, first.items.length, first.total], ['1.449', 100, undefined]);
      const asked = lines().length;
      assert(asked <= 3, `${asked} requests`);
      const second = await registry.tags('team/many', { order: 'version', cursor: first.cursor ?? '' });
      assert.equal(second.items[0]?.name, '1.349');
      assert.equal(lines().length, asked);
    });

    it('say what is no image, and what may not be moved', async () => {
      harbor.push('team/chart', '1.0.0', makeHelmChart('chart', '1.0.0'));
      assert.equal((await registry.tags('team/chart')).items[0]?.kind, 'artifact');
      const locked = `[{"digest":"${image.root.digest}","type":"IMAGE","tags":[{"name":"1","immutable":true},{"nam":7},null]}]`;
      harbor.misbehave(answers(200, {}, locked), 1, /artifacts/);
      assert.deepEqual((await registry.tags('team/tool')).items, [
        { name: '1', digest: image.root.digest, locked: true },
      ]);
    });

    it('come as names by the protocol where the API refuses', async () => {
      harbor.misbehave(answers(403, {}, '{"errors":[{"code":"FORBIDDEN"}]}'), 9, /^\/api\//);
      assert.deepEqual((await registry.tags('team/apps/web')).items, [
        { name: 'latest' },
        { name: 'v1' },
        { name: 'v2' },
      ]);
      assert.deepEqual((await registry.tags('team/apps/web', { filter: 'LAT' })).items, [{ name: 'latest' }]);
    });

    it('are not made of what is no list, and not asked for while Harbor says to wait', async () => {
      harbor.misbehave(answers(200, {}, '<html></html>'), 1, /artifacts/);
      await problemFrom('badAnswer', registry.tags('team/tool'));
      harbor.misbehave(answers(200, {}, '{}'), 1, /artifacts/);
      await problemFrom('badAnswer', registry.tags('team/tool'));
      harbor.misbehave(answers(429, { 'retry-after': '60' }), 1, /artifacts/);
      await problemFrom('rateLimited', registry.tags('team/tool'));
      const { length } = world.log;
      await problemFrom('rateLimited', registry.tags('team/tool'));
      assert.equal(world.log.length, length);
    });
  });

  describe('signing in', () => {
    it('as a robot works with its whole name', async () => {
      registry.signIn('robot$team+ci', 'robot-secret');
      assert.deepEqual(names((await registry.tags('team/tool')).items), ['1']);
    });

    it('that is not accepted is said once, and is nothing the protocol makes good', async () => {
      registry.signIn('alice', 'wr0ng');
      const problem = await problemFrom('unauthorized', registry.repositories());
      assert.match(problem.next ?? '', /robot\$name/);
      assert(!JSON.stringify(problem).includes('wr0ng'));
      await problemFrom('unauthorized', registry.repositories());
      assert.equal(lines().length, 1);
      await problemFrom('unauthorized', registry.tags('team/tool'));
    });

    it('stays at its own origin', async () => {
      const other = await startHarbor(world);
      harbor.misbehave(answers(302, { location: `${other.url}/elsewhere` }), 1, /artifacts/);
      await registry.tags('team/tool').catch(() => {});
      const [last] = other.seen;
      await other.stop();
      assert.equal(last?.path, '/elsewhere');
      assert.equal(last?.authorization, undefined);
      assert.deepEqual(originsTold(world.log), ['harbor']);
    });
  });

  it('takes a tag and leaves its image, deletes an image with its tags, and a repository', async () => {
    await registry.untag('team/apps/web', 'v1');
    assert.deepEqual(tagsLeft(), ['latest', 'v2']);
    await registry.deleteImage('team/apps/web', index.root.digest);
    assert.deepEqual(tagsLeft(), ['v2']);
    await registry.deleteRepository('team/apps/web');
    assert(!harbor.store.repositories.has('team/apps/web'));
  });

  it('deletes nothing for whom it does not let, and asks nobody about what is no name', async () => {
    registry.signIn('robot$team+ci', 'robot-secret');
    await problemFrom('denied', registry.untag('team/apps/web', 'v1'));
    await problemFrom('denied', registry.deleteRepository('team/apps/web'));
    const { length } = world.log;
    await problemFrom('notFound', registry.untag('team/apps/web', '../x'));
    await problemFrom('notFound', registry.deleteRepository('team'));
    assert.equal(world.log.length, length);
    assert.deepEqual(tagsLeft(), ['v1', 'latest', 'v2']);
  });
});
