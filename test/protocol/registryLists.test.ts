import assert from 'node:assert/strict';
import { createHttp, type Http } from '../../server/registries/http.ts';
import { Registries } from '../../server/registries/registries.ts';
import { fakeCredentials } from '../support/fakeCredentials.ts';
import { addTags, type FakeRegistry, type Manners, startFakeRegistry } from '../support/fakeRegistry.ts';
import { names } from '../support/names.ts';
import { answers } from '../support/origin.ts';
import { problemFrom } from '../support/problem.ts';

const never = new AbortController().signal;
const numbered = (count: number) => Array.from({ length: count }, (_, index) => `v${index}`);

describe('lists of a registry', () => {
  let registry: FakeRegistry;
  let http: Http;
  let registries: Registries;
  const start = async (manners: Partial<Manners> = {}) => {
    registry = await startFakeRegistry(manners);
    http = createHttp({ env: {}, retryDelayMs: 1 });
    registries = new Registries({ http, credentials: fakeCredentials() });
  };
  afterEach(async () => {
    await http.close();
    await registry.stop();
  });
  const allTags = async () => names((await registries.allTags(registry.host, 'team/app', never)).value);
  const firstPage = async () => (await registries.tags(registry.host, 'team/app', {}, never)).value;
  const paths = () => registry.seen.map(({ path }) => path);

  it('costs one request for a hundred tags, none for their manifests, and none the second time', async () => {
    await start();
    addTags(registry, 'team/app', numbered(100));
    assert.deepEqual(await allTags(), numbered(100));
    assert.deepEqual(await allTags(), numbered(100));
    assert.deepEqual(paths(), ['/v2/team/app/tags/list?n=1000']);
  });

  it('shows the first page and goes on where the cursor says', async () => {
    await start({ pageSize: 100 });
    addTags(registry, 'team/app', numbered(150));
    const first = await firstPage();
    assert.equal(first.items.length, 100);
    assert.equal(first.total, undefined, 'nobody counted yet');
    const second = (
      await registries.tags(
        registry.host,
        'team/app',
        first.cursor === undefined ? {} : { cursor: first.cursor },
        never,
      )
    ).value;
    assert.deepEqual(names([...first.items, ...second.items]), numbered(150));
    assert.equal(second.cursor, undefined);
  });

  it('knows the total where everything came at once', async () => {
    await start();
    addTags(registry, 'team/app', ['a', 'b']);
    assert.deepEqual(await firstPage(), { items: [{ name: 'a' }, { name: 'b' }], total: 2 });
  });

  it('shares one flight between those who ask at once', async () => {
    await start();
    addTags(registry, 'team/app', ['a']);
    await Promise.all([allTags(), allTags(), allTags()]);
    assert.equal(registry.seen.length, 1);
  });

  it('reads tags that are null as none', async () => {
    await start({ nullTags: true });
    addTags(registry, 'team/app', []);
    assert.deepEqual(await allTags(), []);
  });

  it('leaves out what no reference could name', async () => {
    await start();
    addTags(registry, 'team/app', ['good', '-bad', '<b>', 'a b', '[x](command:y)', 't'.repeat(129)]);
    assert.deepEqual(await allTags(), ['good']);
  });

  describe('pages', () => {
    const links: readonly (readonly [name: string, link: Manners['link']])[] = [
      ['relative and quoted', (next) => `<${next}>; rel="next"`],
      ['bare', (next) => `<${next}>; rel=next`],
      ['absolute', (next, host) => `<http://${host}${next}>; rel="next"`],
      ['among others', (next) => `</v2/>; rel="first", <${next}>; foo=bar; rel="next"`],
      ['with the path of a proxy', (next) => `<${next.replace('/v2/', '/api/docker/v2/')}>; rel="next"`],
      ['to another origin', (next) => `<https://evil.example${next.replace(/last=\w+/, 'last=zzz')}>; rel="next"`],
    ];
    for (const [name, link] of links) {
      it(`follows a link that is ${name}`, async () => {
        await start({ pageSize: 4, link });
        addTags(registry, 'team/app', numbered(10));
        assert.deepEqual(await allTags(), numbered(10));
        assert.equal(registry.seen.length, 3);
      });
    }

    it('stops at an endless link that repeats itself', async () => {
      await start({ pageSize: 3, link: () => '</v2/team/app/tags/list?last=v2&n=3>; rel="next"' });
      addTags(registry, 'team/app', numbered(10));
      assert.deepEqual(await allTags(), numbered(6));
      assert.equal(registry.seen.length, 2);
    });

    it('stops at an endless link that always differs but brings nothing new', async () => {
      let page = 0;
      await start();
      registry.misbehave((_, response) => {
        response.setHeader('link', `</v2/team/app/tags/list?page=${++page}>; rel="next"`);
        response.end('{"tags":["a","b"]}');
      }, 1000);
      assert.deepEqual(await allTags(), ['a', 'b']);
      assert.equal(registry.seen.length, 2);
    });

    it('asks again without a number where the number is too much', async () => {
      await start();
      addTags(registry, 'team/app', ['a']);
      const errors =
        '{"errors":[{"code":"PAGINATION_NUMBER_INVALID","message":"invalid number of results requested"}]}';
      registry.misbehave(answers(400, {}, errors), 1, /n=1000/);
      assert.deepEqual(await allTags(), ['a']);
      assert.deepEqual(paths(), ['/v2/team/app/tags/list?n=1000', '/v2/team/app/tags/list']);
    });
  });

  it('lists repositories', async () => {
    await start();
    addTags(registry, 'team/app', []);
    addTags(registry, 'tool', []);
    const { value } = await registries.repositories(registry.host, {}, never);
    assert.deepEqual(value, { items: [{ name: 'team/app' }, { name: 'tool' }], total: 2 });
  });

  it('takes a list without a single name for no list, not for an empty one', async () => {
    await start();
    registry.misbehave(answers(200, {}, '{"tags":[1,null,{"a":2}]}'));
    await problemFrom('badAnswer', registries.tags(registry.host, 'team/app', {}, never));
  });

  it('says plainly that a registry has no catalog', async () => {
    await start();
    registry.misbehave(answers(404, {}, '404 page not found'));
    const problem = await problemFrom('unsupported', registries.repositories(registry.host, {}, never));
    assert.match(problem.message, /does not list its repositories/);
    assert.match(problem.next ?? '', /FROM/);
  });

  it('asks nobody for what is not a name', async () => {
    await start();
    const bad = [
      registries.tags(registry.host, '../../admin', {}, never),
      registries.tags(registry.host, 'Upper', {}, never),
      registries.tags('user@host/x', 'app', {}, never),
      registries.platforms(registry.host, 'app', 'a/../b', never),
    ];
    for (const each of bad) await problemFrom('notFound', each);
    assert.equal(registry.seen.length, 0);
  });

  it('asks again after a refresh of that registry, and not after one of another', async () => {
    await start();
    addTags(registry, 'team/app', ['a']);
    await firstPage();
    registries.refresh('other.example');
    await firstPage();
    assert.equal(registry.seen.length, 1);
    registries.refresh(registry.host);
    await firstPage();
    assert.equal(registry.seen.length, 2);
  });

  it('lists the registries of the settings, the two that everybody has, and those with a sign-in', async () => {
    await start();
    const credentials = fakeCredentials({}, [
      { registry: 'docker.io', origin: 'docker', username: 'alice' },
      { registry: 'quay.io', origin: 'podman' },
      { registry: 'not a host', origin: 'docker' },
      { registry: 'r.example:5000', origin: 'gantry', username: 'bob' },
    ]);
    const own = new Registries({ http, credentials });
    own.configure([{ host: 'r.example:5000', name: 'Ours', insecure: false }]);
    const rows = (await own.list(never)).map(({ can: _, webUrl: __, ...row }) => row);
    assert.deepEqual(rows, [
      {
        host: 'r.example:5000',
        name: 'Ours',
        origin: 'settings',
        kind: 'generic',
        account: 'bob',
        signedInBy: 'gantry',
      },
      { host: 'docker.io', name: 'Docker Hub', origin: 'docker', kind: 'hub', account: 'alice', signedInBy: 'docker' },
      { host: 'mcr.microsoft.com', name: 'Microsoft Artifact Registry', origin: 'builtin', kind: 'mcr' },
      { host: 'quay.io', name: 'quay.io', origin: 'podman', kind: 'quay', software: 'Quay', signedInBy: 'podman' },
    ]);
  });
});
