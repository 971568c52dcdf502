import assert from 'node:assert/strict';
import { registryLayers } from '../../server/registries/compare.ts';
import { createHttp, type Http } from '../../server/registries/http.ts';
import { Registries } from '../../server/registries/registries.ts';
import { fakeCredentials } from '../support/fakeCredentials.ts';
import { makeImage, makeIndex } from '../support/imageContents.ts';
import { names } from '../support/names.ts';
import { answers } from '../support/origin.ts';
import { problemFrom } from '../support/problem.ts';
import { type Hub, startHub } from '../support/registries/hub.ts';
import { createWorld, linesOf, manifestRequests, type World } from '../support/registries/world.ts';

const never = new AbortController().signal;
const docker = 'docker.io';
const amd64 = { platform: { os: 'linux', architecture: 'amd64' }, layerBytes: [100, 20] };
const arm64 = { platform: { os: 'linux', architecture: 'arm64', variant: 'v8' }, layerBytes: [90] };
const image = makeImage(amd64);
const index = makeIndex([amd64, arm64]);
const numbered = (count: number) => Array.from({ length: count }, (_, number) => `1.${number}`);
const alice = { kind: 'basic', username: 'alice', password: 'dckr_pat_alice' } as const;

describe('Docker Hub', () => {
  let world: World;
  let hub: Hub;
  let http: Http;
  let registries: Registries;
  const credentials = fakeCredentials();
  beforeEach(async () => {
    world = createWorld();
    hub = await startHub(world);
    http = createHttp({ env: {}, retryDelayMs: 1, now: () => world.clock.nowMs });
    credentials.byRegistry = {};
    registries = new Registries({ http, credentials, now: () => world.clock.nowMs });
    registries.configure([{ host: docker, url: hub.registry.url, webUrl: hub.web.url }]);
  });
  afterEach(async () => {
    await http.close();
    await hub.stop();
  });
  const signIn = (credential: { kind: 'basic'; username: string; password: string } = alice) => {
    credentials.byRegistry = { [docker]: credential };
  };
  const tags = async (repository: string, query: Parameters<Registries['tags']>[2] = {}) =>
    (await registries.tags(docker, repository, query, never)).value;
  const repositories = async (query: Parameters<Registries['repositories']>[1] = {}) =>
    (await registries.repositories(docker, query, never)).value;
  const lines = () => linesOf(world.log);

  describe('lists', () => {
    it('begin with the official images for whoever is not signed in', async () => {
      const { items } = await repositories();
      assert.deepEqual(items, [{ name: 'library', folder: true, description: 'Docker Official Images' }]);
      assert.deepEqual(lines(), [], 'nobody had to be asked');
    });

    it('begin with the own namespace and those of the organisations', async () => {
      signIn();
      assert.deepEqual(names((await repositories()).items), ['alice', 'acme', 'library']);
      assert.deepEqual(names((await repositories({ filter: 'AC' })).items), ['acme']);
    });

    it('begin with the organisation for a token of an organisation', async () => {
      signIn({ kind: 'basic', username: 'acme', password: 'dckr_oat_acme' });
      assert.deepEqual(names((await repositories()).items), ['acme', 'library']);
    });

    it('lead to the prefix of the setting', async () => {
      registries.configure([{ host: docker, url: hub.registry.url, webUrl: hub.web.url, prefix: 'grafana/' }]);
      hub.push('grafana/loki', '1', image);
      assert.deepEqual(await repositories(), { items: [{ name: 'grafana', folder: true }], total: 1 });
      assert.deepEqual(names((await repositories({ path: 'grafana' })).items), ['grafana/loki']);
    });

    it('show the repositories of a namespace, by page, and look for a text there', async () => {
      for (const number of Array(130).keys()) hub.push(`grafana/app-${number}`, '1', image);
      hub.push('grafana/loki', '1', image, { description: 'Logs', at: '2025-01-02T00:00:00Z' });
      hub.push('grafana/secret', '1', image, { isPrivate: true });
      const first = await repositories({ path: 'grafana' });
      assert.equal(first.items.length, 100);
      assert.equal(first.total, 131);
      const second = await repositories({ path: 'grafana', ...(first.cursor && { cursor: first.cursor }) });
      assert.equal(second.cursor, undefined);
      const updated = Date.parse('2025-01-02T00:00:00Z');
      assert.deepEqual(second.items.at(-1), { name: 'grafana/loki', description: 'Logs', updated });
      assert.deepEqual(names((await repositories({ path: 'grafana', filter: 'lok' })).items), ['grafana/loki']);
      assert.equal(lines().length, 3);
    });

    it('say which repositories are private', async () => {
      signIn();
      hub.push('alice/secret', '1', image, { isPrivate: true });
      assert.deepEqual((await repositories({ path: 'alice' })).items[0]?.private, true);
    });

    it('are asked for in the old way only where the new one is not there', async () => {
      hub.push('grafana/loki', '1', image);
      hub.web.misbehave(answers(410), 2, /^\/v2\/namespaces\//);
      assert.deepEqual(names((await repositories({ path: 'grafana' })).items), ['grafana/loki']);
      assert.deepEqual(names((await tags('grafana/loki')).items), ['1']);
    });
  });

  describe('tags', () => {
    it('cost one request for a hundred, with dates, digests, sizes and platforms, and none the second time', async () => {
      hub.push('library/app', numbered(99), image, { at: '2025-01-01T00:00:00Z' });
      hub.push('library/app', 'multi', index, { at: '2025-02-01T00:00:00Z' });
      const { items, total } = await tags('library/app');
      assert.equal(total, 100);
      assert.deepEqual(items[0], {
        name: 'multi',
        digest: index.root.digest,
        date: Date.parse('2025-02-01T00:00:00Z'),
        dated: 'pushed',
        platforms: ['linux/amd64', 'linux/arm64'],
      });
      const { name, compressedBytes, ...rest } = items[1] ?? { name: '' };
      assert.equal(compressedBytes, sizeOf(image));
      assert.deepEqual(rest.platforms, ['linux/amd64']);
      await tags('library/app');
      assert.equal(lines().length, 1);
      assert.deepEqual(manifestRequests(world.log), []);
      assert.match(name, /^1\./);
    });

    it('are looked for, and sorted by name, by Docker Hub itself', async () => {
      hub.push('library/app', [...numbered(150), 'alpine'], image);
      assert.deepEqual(names((await tags('library/app', { filter: 'alp' })).items), ['alpine']);
      assert.equal((await tags('library/app', { order: 'name' })).items[0]?.name, '1.0');
      assert(
        lines().every((line) => line.startsWith('hub.web GET')),
        lines().join('\n'),
      );
    });

    it('are sorted by version from all the names, which the registry gives in one answer', async () => {
      hub.push('library/app', numbered(1500), image);
      const { items, total } = await tags('library/app', { order: 'version' });
      assert.equal(items[0]?.name, '1.1499');
      assert.equal(total, 1500);
      const registry = lines().filter((line) => line.startsWith('hub.registry'));
      assert.deepEqual(new Set(registry), new Set(['hub.registry GET /v2/library/app/tags/list']));
      const dated = (await registries.allTags(docker, 'library/app', never)).value.filter(({ date }) => date);
      assert.equal(dated.length, 100, 'those that were pushed last have their dates');
      assert.deepEqual(manifestRequests(world.log), []);
    });

    it('need no more than one request where they fit into a page', async () => {
      hub.push('library/app', numbered(80), image);
      assert.equal((await registries.allTags(docker, 'library/app', never)).value.length, 80);
      assert.equal(lines().length, 1);
    });

    it('end for the nameless where Docker Hub ends them, and what was shown stays', async () => {
      hub.push('library/app', numbered(1100), image);
      let page = await tags('library/app');
      const shown = [...page.items];
      for (let more = 1; more < 10; more += 1) {
        page = await tags('library/app', page.cursor === undefined ? {} : { cursor: page.cursor });
        shown.push(...page.items);
      }
      assert.equal(shown.length, 1000);
      const { cursor = '' } = page;
      const problem = await problemFrom('unauthorized', tags('library/app', { cursor }));
      assert.match(problem.next ?? '', /Sign in to load more/);
      signIn();
      assert.equal((await tags('library/app', { cursor })).items.length, 100);
    });

    it('come from a mirror where Docker Hub cannot be reached', async () => {
      registries.configure([{ host: docker, url: hub.registry.url, webUrl: 'http://127.0.0.1:1' }]);
      hub.push('library/app', ['1', '2'], image);
      assert.deepEqual(names((await tags('library/app')).items), ['1', '2']);
      assert.deepEqual(names((await registries.allTags(docker, 'library/app', never)).value), ['1', '2']);
    });

    it('are not had for a name that Docker Hub cannot have', async () => {
      for (const name of ['nginx', 'a/b/c', '../x']) await problemFrom('notFound', tags(name));
      assert.deepEqual(lines(), []);
    });
  });

  it('tells the layers of one platform for one pull', async () => {
    hub.push('library/app', 'multi', index);
    const reference = { registry: docker, repository: 'library/app', tag: 'multi' };
    const { platform } = await registryLayers(registries, reference, arm64.platform, 'app', never);
    assert.equal(platform.architecture, 'arm64');
    // The first request of all is refused for want of a token.
    const [refused, pull, ...others] = manifestRequests(world.log);
    assert.deepEqual([refused?.authorization, refused?.path, others], [undefined, pull?.path, []]);
  });

  it('tells what a tag holds without a pull', async () => {
    hub.push('library/app', 'multi', index);
    const { value } = await registries.platforms(docker, 'library/app', 'multi', never);
    assert.equal(value.kind, 'index');
    assert.deepEqual(
      value.platforms.map(({ platform }) => platform.architecture),
      ['amd64', 'arm64'],
    );
    assert.deepEqual(manifestRequests(world.log), []);
  });

  it('tells it by the manifest where its API does not say enough', async () => {
    hub.push('library/app', 'multi', index);
    hub.manners.digests = false;
    assert.equal((await registries.platforms(docker, 'library/app', 'multi', never)).value.kind, 'index');
    assert(manifestRequests(world.log).length > 0);
  });

  describe('signing in', () => {
    const signIns = () => lines().filter((line) => line === 'hub.web POST /v2/auth/token').length;
    const again = async () => {
      world.clock.nowMs += 6 * 60_000; // past what lists are kept
      await tags('alice/secret');
    };
    beforeEach(() => hub.push('alice/secret', '1', image, { isPrivate: true }));

    it('happens once for many requests, and again before the token is over', async () => {
      signIn();
      await tags('alice/secret');
      await again();
      assert.equal(signIns(), 1);
      await again();
      assert.equal(signIns(), 2);
    });

    it('happens again where the token is refused early', async () => {
      signIn();
      await tags('alice/secret');
      hub.sessions.clear();
      await again();
      assert.equal(signIns(), 2);
    });

    it('goes the old way where the new one is not there', async () => {
      signIn();
      hub.web.misbehave(answers(404), 1, /auth\/token/);
      assert.deepEqual(names((await tags('alice/secret')).items), ['1']);
    });

    it('advises a token where a second factor is wanted', async () => {
      hub.users[0]!.secondFactor = '123456';
      signIn({ ...alice, password: 's3cr:et' });
      const problem = await problemFrom('unauthorized', tags('alice/secret'));
      assert.match(problem.message, /second factor of alice/);
      assert.match(problem.next ?? '', /personal access token at https:\/\/app\.docker\.com/);
      assert(!JSON.stringify(problem).includes('s3cr:et'));
    });

    it('does not send a refused password at every turn, and repeats it nowhere', async () => {
      signIn({ ...alice, password: 'wr0ng' });
      const problem = await problemFrom('unauthorized', tags('alice/secret'));
      await problemFrom('unauthorized', tags('alice/secret'));
      assert.equal(signIns(), 1);
      assert.match(problem.message, /alice/);
      assert(!JSON.stringify(problem).includes('wr0ng'));
    });

    it('tells its token to the web API and to nobody else', async () => {
      signIn();
      await tags('alice/secret');
      const [token = ''] = hub.sessions.keys();
      const told = world.log.filter(({ authorization }) => authorization === `Bearer ${token}`);
      assert.deepEqual([...new Set(told.map(({ origin }) => origin))], ['hub.web']);
    });
  });

  describe('taking away', () => {
    beforeEach(() => {
      hub.push('alice/app', ['1', '2'], image);
      signIn();
    });
    const ask = <T>(question: Parameters<typeof registries.ask<T>>[1]) => registries.ask(docker, question);

    it('takes a tag and leaves its image', async () => {
      await ask(async (client) => client.untag?.('alice/app', '1', never));
      assert.deepEqual([...(hub.store.repositories.get('alice/app')?.tags.keys() ?? [])], ['2']);
    });

    it('takes a repository', async () => {
      await ask(async (client) => client.deleteRepository?.('alice/app', never));
      assert.equal(hub.store.repositories.has('alice/app'), false);
    });

    it('says that images are not deleted by digest', async () => {
      const work = ask((client) => client.deleteImage('alice/app', image.root.digest, never));
      assert.match((await problemFrom('unsupported', work)).next ?? '', /Delete its tags/);
    });

    it('says so where it is not ours', async () => {
      hub.push('library/app', '1', image);
      await problemFrom(
        'denied',
        ask(async (client) => client.untag?.('library/app', '1', never)),
      );
      await problemFrom(
        'notFound',
        ask(async (client) => client.untag?.('alice/app', 'none', never)),
      );
    });
  });

  it('waits as long as X-Retry-After says', async () => {
    hub.manners.requestsLeft = 0;
    const problem = await problemFrom('rateLimited', tags('library/app'));
    assert.equal(problem.retryAfterMs, 60_000);
    await problemFrom('rateLimited', tags('library/other'));
    assert.equal(lines().length, 1, 'meanwhile nothing is sent');
  });

  it('finds repositories of everybody', async () => {
    hub.push('library/nginx', '1', image, { description: 'Web server' });
    hub.push('grafana/nginx-exporter', '1', image);
    const found = await registries.ask(docker, async (client) => client.search?.('nginx', undefined, never));
    assert.deepEqual(found?.items[0], { name: 'nginx', description: 'Web server', stars: 0, pulls: 0, official: true });
    assert.deepEqual(names(found?.items ?? []), ['nginx', 'grafana/nginx-exporter']);
    assert.equal(found?.next, undefined);
  });
});

/** Compressed bytes as Docker Hub counts them: the layers and the config. */
const sizeOf = ({ blobs }: typeof image) => [...blobs.values()].reduce((sum, { length }) => sum + length, 0);
