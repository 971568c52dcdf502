import assert from 'node:assert/strict';
import { makeImage, makeIndex } from '../../support/imageContents.ts';
import { names } from '../../support/names.ts';
import { answers } from '../../support/origin.ts';
import { problemFrom } from '../../support/problem.ts';
import { startGoogle } from '../../support/registries/google.ts';
import type { RegistryOrigin } from '../../support/registries/service.ts';
import { createWorld, linesOf, manifestRequests, originsTold, type World } from '../../support/registries/world.ts';
import { type OpenRegistry, openRegistry } from '../../support/registryRoom.ts';

const amd64 = { platform: { os: 'linux', architecture: 'amd64' }, layerBytes: [100] };
const image = makeImage({ ...amd64, created: '2024-12-01T00:00:00Z' });
const index = makeIndex([amd64]);

describe("Google's registries", () => {
  let world: World;
  let google: RegistryOrigin;
  let registry: OpenRegistry;
  beforeEach(async () => {
    world = createWorld();
    google = await startGoogle(world);
    registry = openRegistry(world, { host: google.host, kind: 'gar' });
    registry.signIn('oauth2accesstoken', 'ya29.token');
    google.push('project/app', ['1', 'latest'], image, { at: '2025-01-01T00:00:00Z', isPrivate: true });
    google.push('project/app', '2', index, { at: '2025-02-01T00:00:00Z', isPrivate: true });
    google.push('project/app/worker', '1', image, { isPrivate: true });
    google.push('project/tools/lint', '1', image);
  });
  afterEach(async () => {
    await registry.close();
    await google.stop();
  });
  const lists = () => linesOf(world.log.filter(({ path, authorization }) => authorization && path.includes('/list')));
  const tagsLeft = () => [...(google.store.repositories.get('project/app')?.tags.keys() ?? [])];

  for (const host of ['gcr.io', 'eu.gcr.io', 'europe-west1-docker.pkg.dev', 'us-docker.pkg.dev']) {
    it(`are known by the host ${host}`, async () => {
      const open = openRegistry(world, { host });
      const row = await open.row();
      await open.close();
      assert.deepEqual([row?.kind, row?.can.untag, row?.can.deleteRepository], ['gar', true, false]);
    });
  }

  it('are not taken for something else whose name only ends like theirs', async () => {
    for (const host of ['evilgcr.io', 'gcr.io.example.com', 'docker.pkg.dev.example.com']) {
      const open = openRegistry(world, { host });
      assert.equal((await open.row())?.kind, 'generic');
      await open.close();
    }
  });

  describe('their repositories', () => {
    it('are below a project, one step at a time, and one that has images too is both', async () => {
      assert.deepEqual((await registry.repositories('project')).items, [
        { name: 'project/app', folder: true },
        { name: 'project/tools', folder: true },
      ]);
      assert.deepEqual((await registry.repositories('project/app')).items, [
        { name: 'project/app' },
        { name: 'project/app/worker', folder: true },
      ]);
      assert.deepEqual((await registry.repositories('project/tools/lint')).items, [{ name: 'project/tools/lint' }]);
      assert.equal(lists().length, 3);
    });

    it('begin at the project of the setting, or of the key that signs in', async () => {
      const key = JSON.stringify({ type: 'service_account', project_id: 'example.com:app' });
      registry.signIn('_json_key', key);
      assert.deepEqual((await registry.repositories()).items, [{ name: 'example.com/app', folder: true }]);
      registry.signIn('_json_key_base64', Buffer.from(key).toString('base64'));
      assert.deepEqual(names((await registry.repositories()).items), ['example.com/app']);
      registry.registries.configure([{ host: google.host, kind: 'gar', prefix: 'project/' }]);
      registry.signIn('_json_key', 'no JSON');
      assert.deepEqual(names((await registry.repositories()).items), ['project']);
      assert.deepEqual(linesOf(world.log), []);
    });

    it('are not had without a project, which is said', async () => {
      const problem = await problemFrom('denied', registry.repositories());
      assert.match(problem.next ?? '', /"prefix"/);
    });

    it('come from the catalog where there is one', async () => {
      google.quirks.catalog = 'open';
      assert.equal((await registry.repositories()).items.length, 3);
    });
  });

  describe('their tags', () => {
    it('cost one request without n, with dates, digests and sizes, and none for a manifest', async () => {
      const { items, total } = await registry.tags('project/app');
      const rows = new Map(items.map((row) => [row.name, row]));
      const { compressedBytes = 0, ...latest } = rows.get('latest') ?? assert.fail();
      const date = Date.parse('2025-01-01T00:00:00Z');
      assert.deepEqual(latest, { name: 'latest', digest: image.root.digest, date, dated: 'pushed' });
      assert(compressedBytes > 100);
      assert.equal(rows.get('2')?.compressedBytes, undefined);
      assert.equal(total, 3);
      assert.deepEqual(lists(), ['google GET /v2/project/app/tags/list']);
      assert.deepEqual(manifestRequests(world.log), []);
      await registry.tags('project/app', { order: 'version' });
      await registry.tags('project/app', { filter: 'late' });
      assert.equal(lists().length, 1, 'it was the whole list');
    });

    it('take numbers as numbers too, and the date of the build where there is no other', async () => {
      const manifest = {
        [image.root.digest]: { tag: ['1', 'not a tag'], timeCreatedMs: 1_733_000_000_000, timeUploadedMs: '0' },
        nonsense: { tag: ['2'], imageSizeBytes: 'many', mediaType: 7 },
        more: null,
      };
      const body = JSON.stringify({ tags: ['1', '2', '3', 4], manifest });
      google.misbehave(answers(200, {}, body), 1, /list/);
      assert.deepEqual((await registry.tags('project/app')).items, [
        { name: '1', digest: image.root.digest, date: 1_733_000_000_000, dated: 'created' },
        { name: '2' },
        { name: '3' },
      ]);
    });

    it('are not made of what is no list, and not asked for while Google says to wait', async () => {
      google.misbehave(answers(200, {}, '<html></html>'), 1, /list/);
      await problemFrom('badAnswer', registry.tags('project/app'));
      google.misbehave(answers(200, {}, '{"message":"hello"}'), 1, /list/);
      await problemFrom('badAnswer', registry.tags('project/app'));
      google.misbehave(answers(429, { 'retry-after': '60' }), 1, /list/);
      await problemFrom('rateLimited', registry.tags('project/app'));
    });

    it('are refused to the nameless where they are private, and to who has a wrong token', async () => {
      registry.signIn();
      await problemFrom('unauthorized', registry.tags('project/app'));
      registry.signIn('oauth2accesstoken', 'wr0ng');
      const problem = await problemFrom('unauthorized', registry.tags('project/app'));
      assert(!JSON.stringify(problem).includes('wr0ng'));
      assert.deepEqual(originsTold(world.log), ['google']);
    });
  });

  describe('taking away', () => {
    it('leaves the image of a tag', async () => {
      await registry.untag('project/app', '1');
      assert.deepEqual(tagsLeft(), ['latest', '2']);
    });

    it('deletes an image by taking its tags away first', async () => {
      await registry.deleteImage('project/app', image.root.digest);
      assert.deepEqual(tagsLeft(), ['2']);
      assert(!google.store.repositories.get('project/app')?.manifests.has(image.root.digest));
      const deletions = world.log.filter(({ method, authorization }) => method === 'DELETE' && authorization);
      assert.deepEqual(
        deletions.map(({ path }) => path.slice(path.lastIndexOf('/') + 1)),
        ['1', 'latest', image.root.digest],
      );
    });

    it('asks nobody about what is no name', async () => {
      await problemFrom('notFound', registry.untag('project/app', '../x'));
      await problemFrom('notFound', registry.deleteImage('project/app', 'latest'));
      await problemFrom('notFound', registry.repositories('../x'));
      assert.deepEqual(linesOf(world.log), []);
    });
  });
});
