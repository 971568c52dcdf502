import assert from 'node:assert/strict';
import { isNear } from '../../../server/registries/products/gitlab.ts';
import { makeImage } from '../../support/imageContents.ts';
import { names } from '../../support/names.ts';
import { answers } from '../../support/origin.ts';
import { problemFrom } from '../../support/problem.ts';
import { type Gitlab, startGitlab } from '../../support/registries/gitlab.ts';
import { createWorld, linesOf, manifestRequests, originsTold, type World } from '../../support/registries/world.ts';
import { type OpenRegistry, openRegistry } from '../../support/registryRoom.ts';

const image = makeImage({ platform: { os: 'linux', architecture: 'amd64' }, layerBytes: [5] });

describe('GitLab', () => {
  let world: World;
  let gitlab: Gitlab;
  let registry: OpenRegistry;
  beforeEach(async () => {
    world = createWorld();
    gitlab = await startGitlab(world);
    registry = openRegistry(world, { host: gitlab.registry.host, kind: 'gitlab' });
    registry.signIn('alice', 'glpat-alice');
    gitlab.push('group/app', 'v1', image, { isPrivate: true });
    gitlab.push('group/app/worker', ['A', 'B'], image, { isPrivate: true });
    gitlab.push('group/tool', '1', image);
  });
  afterEach(async () => {
    await registry.close();
    await gitlab.stop();
  });
  const lines = () => linesOf(world.log.filter(({ path }) => path.startsWith('/api/')));
  const tagsLeft = () => [...(gitlab.registry.store.repositories.get('group/app/worker')?.tags.keys() ?? [])];

  it('is recognised by its challenge', async () => {
    const open = openRegistry(world, { host: gitlab.registry.host });
    assert.deepEqual(names((await open.tags('group/tool')).items), ['1']);
    const row = await open.row();
    assert.deepEqual([row?.kind, row?.software, row?.can.untag], ['gitlab', 'GitLab', true]);
    await open.close();
  });

  describe('its repositories', () => {
    it('begin with the projects that one belongs to, at where its tokens come from', async () => {
      assert.deepEqual((await registry.repositories()).items, [
        { name: 'group/app', folder: true },
        { name: 'group/tool', folder: true },
      ]);
      assert.deepEqual(linesOf(world.log), [
        'gitlab.registry GET /v2/',
        'gitlab.api GET /api/v4/projects?membership=true&order_by=id&per_page=100&page=1',
      ]);
      assert.deepEqual(originsTold(world.log), ['gitlab.api']);
    });

    it('begin at the address of the setting, without a question to the registry', async () => {
      registry.registries.configure([{ host: gitlab.registry.host, kind: 'gitlab', webUrl: gitlab.api.url }]);
      await registry.repositories();
      assert.deepEqual(
        world.log.map(({ origin }) => origin),
        ['gitlab.api'],
      );
    });

    it('leave out projects whose registry is off, and say which are private', async () => {
      const rows = [
        { id: 1, path_with_namespace: 'Group/App', visibility: 'private', description: 'An app' },
        { id: 2, path_with_namespace: 'group/off', container_registry_access_level: 'disabled' },
        { id: 3, path_with_namespace: 'group/old', container_registry_enabled: false },
        { id: 4 },
      ];
      gitlab.api.misbehave(answers(200, {}, JSON.stringify(rows)), 1, /projects\?/);
      assert.deepEqual((await registry.repositories()).items, [
        { name: 'group/app', folder: true, description: 'An app', private: true },
      ]);
    });

    it('of a project come with the number of their tags and their page', async () => {
      const { items, total } = await registry.repositories('group/app');
      const page = (id: number) => `${gitlab.api.url}/group/app/container_registry/${id}`;
      assert.deepEqual(items, [
        { name: 'group/app', tagCount: 1, page: page(1) },
        { name: 'group/app/worker', tagCount: 2, page: page(2) },
      ]);
      assert.equal(total, 2);
      assert.equal(lines().length, 1);
    });

    it('of a group come from all its projects', async () => {
      assert.deepEqual(names((await registry.repositories('group')).items), [
        'group/app',
        'group/app/worker',
        'group/tool',
      ]);
      await problemFrom('notFound', registry.repositories('group/nothing'));
    });

    it('come page by page', async () => {
      for (const number of Array(120).keys()) gitlab.push(`group/app/part-${number}`, '1', image);
      const first = await registry.repositories('group/app');
      assert.deepEqual([first.items.length, first.total], [100, 122]);
      const second = await registry.repositories('group/app', { cursor: first.cursor ?? '' });
      assert.deepEqual([second.items.length, second.cursor], [22, undefined]);
      assert.equal((await registry.repositories('group/app', { filter: 'WORK' })).items.length, 1);
    });

    it('are had by the nameless only where the setting says which project', async () => {
      registry.signIn();
      await problemFrom('unauthorized', registry.repositories());
      assert.deepEqual(lines(), []);
      registry.registries.configure([{ host: gitlab.registry.host, kind: 'gitlab', prefix: 'group/tool/' }]);
      assert.deepEqual(names((await registry.repositories()).items), ['group/tool']);
    });

    it('are not looked for where the registry does not say where its GitLab is', async () => {
      gitlab.registry.access.realm = 'https://10.0.0.1/jwt/auth';
      gitlab.registry.access.challenge = ({ realm }) => `Bearer realm="${realm}",service="container_registry"`;
      await problemFrom('unsupported', registry.repositories());
      gitlab.registry.access.realm = `${gitlab.api.url}/elsewhere`;
      await problemFrom('unsupported', registry.repositories());
      assert.deepEqual(originsTold(world.log), []);
    });
  });

  const places: readonly (readonly [string, string, boolean])[] = [
    ['gitlab.example.com', 'gitlab.example.com', true],
    ['gitlab.example.com', 'registry.example.com', true],
    ['example.com', 'registry.example.com', true],
    ['gitlab.example.com', 'registry.gitlab.example.com', true],
    ['evil.com', 'registry.example.com', false],
    ['evilexample.com', 'registry.example.com', false],
    ['other.com', 'example.com', false],
    ['10.0.0.2', '127.0.0.2', false],
    ['9.0.0.2', '10.0.0.2', false],
  ];
  for (const [site, registryHost, isNearby] of places) {
    it(`takes ${site} ${isNearby ? 'for' : 'not for'} the GitLab of ${registryHost} by itself`, () => {
      assert.equal(isNear(site, registryHost), isNearby);
    });
  }

  describe('its tags', () => {
    it('come from the registry in one request, none for a manifest', async () => {
      assert.deepEqual((await registry.tags('group/app/worker')).items, [{ name: 'A' }, { name: 'B' }]);
      assert.deepEqual(lines(), []);
      assert.deepEqual(manifestRequests(world.log), []);
    });

    it('come from the API for a token that is good for lists alone', async () => {
      registry.signIn('alice', 'glpat-lists');
      assert.deepEqual(names((await registry.tags('group/app/worker')).items), ['A', 'B']);
    });

    it('page on in the API where they began there', async () => {
      gitlab.push(
        'group/app/worker',
        Array.from({ length: 120 }, (_, number) => `1.${number}`),
        image,
      );
      registry.signIn('alice', 'glpat-lists');
      assert.equal((await registry.allTags('group/app/worker')).length, 122);
    });
  });

  describe('signing in', () => {
    it('with a token that may only pull is said where lists are wanted', async () => {
      registry.signIn('alice', 'glpat-pulls');
      await problemFrom('denied', registry.repositories());
      assert.deepEqual(names((await registry.tags('group/app/worker')).items), ['A', 'B']);
    });

    it('that is not accepted is said with the scopes it takes', async () => {
      registry.signIn('alice', 'wr0ng');
      const problem = await problemFrom('unauthorized', registry.repositories());
      assert.match(problem.next ?? '', /read_api/);
      assert(!JSON.stringify(problem).includes('wr0ng'));
      await problemFrom('unauthorized', registry.repositories());
      assert.equal(lines().length, 1);
    });

    it('is not told to where the API redirects', async () => {
      const elsewhere = `${gitlab.registry.url}/v2/`;
      gitlab.api.misbehave(answers(302, { location: elsewhere }), 1, /projects\?/);
      await registry.repositories().catch(() => {});
      assert.deepEqual(originsTold(world.log), ['gitlab.api']);
    });
  });

  it('says what is no list, and when to wait', async () => {
    gitlab.api.misbehave(answers(200, {}, '<html></html>'), 1, /api/);
    await problemFrom('badAnswer', registry.repositories());
    gitlab.api.misbehave(answers(200, {}, '{"message":"hello"}'), 1, /api/);
    await problemFrom('badAnswer', registry.repositories('group/app'));
    gitlab.api.misbehave(answers(429, { 'retry-after': '30' }), 1, /api/);
    assert.equal((await problemFrom('rateLimited', registry.repositories())).retryAfterMs, 30_000);
  });

  describe('taking away', () => {
    it('finds out in which project a repository is, and leaves the image of a tag', async () => {
      await registry.untag('group/app/worker', 'A');
      assert.deepEqual(tagsLeft(), ['B']);
      assert.deepEqual(lines(), [
        'gitlab.api GET /api/v4/projects/group%2Fapp%2Fworker/registry/repositories?per_page=100&page=1',
        'gitlab.api GET /api/v4/projects/group%2Fapp/registry/repositories?per_page=100&page=1',
        'gitlab.api DELETE /api/v4/projects/1/registry/repositories/2/tags/A',
      ]);
    });

    it('goes by the registry for whom the API does not let', async () => {
      const { tokens } = gitlab;
      tokens.push({ username: 'ci', value: 'glpat-push', scopes: ['read_registry', 'write_registry'] });
      gitlab.registry.access.accounts.push({ username: 'ci', password: 'glpat-push' });
      registry.signIn('ci', 'glpat-push');
      await registry.untag('group/app/worker', 'A');
      assert.deepEqual(tagsLeft(), ['B']);
    });

    it('is refused where neither lets, in the words of the API', async () => {
      registry.signIn('alice', 'glpat-lists');
      await problemFrom('denied', registry.untag('group/app/worker', 'A'));
      await problemFrom('denied', registry.deleteRepository('group/app/worker'));
      await problemFrom('notFound', registry.untag('group/app/worker', 'a/b'));
      assert.deepEqual(tagsLeft(), ['A', 'B']);
    });

    it('deletes an image with its tags, and a repository', async () => {
      await registry.deleteImage('group/app/worker', image.root.digest);
      assert.deepEqual(tagsLeft(), []);
      await registry.deleteRepository('group/app/worker');
      assert(!gitlab.registry.store.repositories.has('group/app/worker'));
      await problemFrom('notFound', registry.deleteRepository('group/app/worker'));
    });
  });
});
