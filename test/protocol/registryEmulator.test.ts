/** The emulator itself, by plain fetch: each quirk that other tests count on, seen once. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { createHttp } from '../../server/registries/http.ts';
import { Registries } from '../../server/registries/registries.ts';
import { missing } from '../support/dockerRegistry.ts';
import { fakeCredentials } from '../support/fakeCredentials.ts';
import {
  makeArtifact,
  makeHelmChart,
  makeImage,
  makeIndex,
  makeSignature,
  signatureTag,
} from '../support/imageContents.ts';
import { alsoSends, badGateway, drips, endless, hangsUp, tooMany, truncates, waitsFor } from '../support/origin.ts';
import { pushImage } from '../support/pushImage.ts';
import { challenges } from '../support/registries/access.ts';
import { distribution28 } from '../support/registries/distribution.ts';
import { type Emulator, startEmulator } from '../support/registries/emulator.ts';
import { links, linkToOrigin, orders } from '../support/registries/lists.ts';
import { linesOf, manifestRequests, originsTold, scopesIn } from '../support/registries/world.ts';

const never = new AbortController().signal;
const run = promisify(execFile);
const amd64 = { platform: { os: 'linux', architecture: 'amd64' }, layerBytes: [100, 20] };
const arm64 = { platform: { os: 'linux', architecture: 'arm64', variant: 'v8' }, layerBytes: [90] };
const image = makeImage(amd64);
const allTypes =
  'application/vnd.oci.image.index.v1+json,application/vnd.oci.image.manifest.v1+json,application/vnd.docker.distribution.manifest.list.v2+json,application/vnd.docker.distribution.manifest.v2+json';
const basic = (username: string, password: string) => ({ authorization: `Basic ${btoa(`${username}:${password}`)}` });
const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
const form = (fields: Record<string, string>) => ({ method: 'POST', body: new URLSearchParams(fields) });
const post = (value: object) => ({ method: 'POST', body: JSON.stringify(value) });
// biome-ignore lint/suspicious/noExplicitAny: the shapes are what is tested
const read = async (url: string, init: RequestInit = {}): Promise<any> => (await fetch(url, init)).json();
const statusOf = async (url: string, init: RequestInit = {}) => {
  const answer = await fetch(url, init);
  await answer.arrayBuffer();
  return answer.status;
};

describe('the emulator of registries', () => {
  let emulator: Emulator;
  beforeEach(async () => {
    emulator = await startEmulator();
  });
  afterEach(() => emulator.stop());

  describe('a plain registry', () => {
    const url = (path: string) => `${emulator.plain.url}${path}`;
    const tags = async (query = '') => (await read(url(`/v2/app/tags/list${query}`))).tags as readonly string[];
    const linkOf = async (query: string) => (await fetch(url(`/v2/app/tags/list${query}`))).headers.get('link');
    beforeEach(() => emulator.plain.push('app', ['b', 'a', 'c'], image));

    it('lists tags by page, in order, with a link to the next', async () => {
      assert.deepEqual(await tags('?n=2'), ['a', 'b']);
      assert.equal(await linkOf('?n=2'), '</v2/app/tags/list?n=2&last=b>; rel="next"');
      assert.deepEqual(await tags('?n=2&last=b'), ['c']);
      assert.equal(await linkOf('?n=2&last=b'), null);
    });

    it('refuses an n that is too much, or gives fewer', async () => {
      assert.equal(await statusOf(url('/v2/app/tags/list?n=1001')), 400);
      Object.assign(emulator.plain.quirks.tags, { beyond: undefined, maximumN: 2 });
      assert.deepEqual(await tags('?n=1001'), ['a', 'b']);
    });

    it('lists in any order, and null for nothing', async () => {
      emulator.plain.quirks.tags.order = orders.newestFirst;
      assert.deepEqual(await tags(), ['c', 'a', 'b']);
      emulator.plain.quirks.tags.nullWhenEmpty = true;
      emulator.plain.store.repositories.get('app')?.tags.clear();
      assert.equal(await tags(), null);
    });

    const other = 'http://127.0.0.2:1';
    for (const [name, form, expected] of [
      ['absolute', links.absolute, /^<http:\/\/127\.0\.0\.1:\d+\/v2\/app\/tags\/list\?n=1&last=a>; rel="next"$/],
      ['unquoted', links.unquoted, /; rel=next$/],
      ['to another origin', linkToOrigin(other), /^<http:\/\/127\.0\.0\.2:1\/v2/],
      ['of another path', links.wrongPath, /^<\/v2\/elsewhere\/app/],
      ['among others', links.amongOthers, /rel="first", <.*title="more"; rel="next"$/],
      ['absent', links.absent, /^null$/],
    ] as const) {
      it(`sends a link that is ${name}`, async () => {
        emulator.plain.quirks.tags.link = form;
        assert.match(String(await linkOf('?n=1')), expected);
      });
    }

    it('sends links without end', async () => {
      emulator.plain.quirks.tags.end = 'emptyPages';
      assert.deepEqual(await tags('?n=5&last=c'), []);
      assert.match((await linkOf('?n=5&last=c')) ?? '', /last=c/);
      emulator.plain.quirks.tags.end = 'lastItem';
      assert.deepEqual(await tags('?n=5&last=c'), ['c']);
    });

    it('repeats the item that the page before ended with', async () => {
      emulator.plain.quirks.tags.repeatsLast = true;
      assert.deepEqual(await tags('?n=2&last=b'), ['b', 'c']);
    });

    it('has its catalog open, denied, granted to nobody, or absent', async () => {
      const statuses = [];
      for (const catalog of ['open', 'denied', 'never', 'absent'] as const) {
        emulator.plain.quirks.catalog = catalog;
        statuses.push(await statusOf(url('/v2/_catalog')));
      }
      assert.deepEqual(statuses, [200, 403, 401, 404]);
    });

    it('answers a name that is none with text, and one that it does not know with JSON', async () => {
      const wrong = await fetch(url('/v2/Upper/tags/list'));
      assert.match(wrong.headers.get('content-type') ?? '', /^text\/plain/);
      assert.equal((await read(url('/v2/none/tags/list'))).errors[0].code, 'NAME_UNKNOWN');
    });

    it('untags, deletes by digest only, or not at all', async () => {
      const at = (reference: string) => statusOf(url(`/v2/app/manifests/${reference}`), { method: 'DELETE' });
      assert.equal(await at('a'), 202);
      assert.deepEqual(await tags(), ['b', 'c']);
      emulator.plain.quirks.deletion = 'byDigest';
      assert.equal(await at('b'), 400);
      assert.equal(await at(image.root.digest), 202);
      assert.deepEqual(await tags(), []);
      assert.equal(await at(image.root.digest), 404);
      emulator.plain.quirks.deletion = 'off';
      assert.equal(await at(image.root.digest), 405);
    });

    it('keeps its digests to itself', async () => {
      emulator.plain.quirks.digestHeader = false;
      const answer = await fetch(url('/v2/app/manifests/a'), { method: 'HEAD' });
      assert.equal(answer.headers.get('docker-content-digest'), null);
      assert.equal(answer.headers.get('content-length'), String(image.root.bytes.length));
    });

    it('serves blobs from another origin, which refuses what it does not need to know', async () => {
      emulator.plain.quirks.blobsAt = emulator.plain.storage.url;
      const [digest = ''] = image.blobs.keys();
      const first = await fetch(url(`/v2/app/blobs/${digest}`), { redirect: 'manual' });
      assert.equal(first.status, 307);
      const location = first.headers.get('location') ?? '';
      assert.equal(await statusOf(location), 200);
      assert.equal(await statusOf(location, { headers: basic('a', 'b') }), 400);
    });

    it('lists what refers to an image, by type', async () => {
      const referrer = (artifactType: string) =>
        makeArtifact({ artifactType, layers: [['text/plain', Buffer.from('x')]], subject: image.root });
      emulator.plain.push('app', [], referrer('application/spdx+json'));
      emulator.plain.push('app', [], referrer('application/sarif+json'));
      const path = url(`/v2/app/referrers/${image.root.digest}`);
      assert.equal((await read(path)).manifests.length, 2);
      const filtered = await fetch(`${path}?artifactType=application/spdx%2Bjson`);
      assert.equal(filtered.headers.get('oci-filters-applied'), 'artifactType');
      assert.equal(((await filtered.json()) as { manifests: [] }).manifests.length, 1);
      emulator.plain.quirks.referrers = false;
      assert.equal(await statusOf(path), 404);
    });

    describe('as docker-registry 2.8', () => {
      beforeEach(() => void Object.assign(emulator.plain.quirks, distribution28()));

      it('lists everything, unsorted, whatever is asked', async () => {
        assert.equal((await tags('?n=1')).length, 3);
        assert.notDeepEqual(await tags('?n=1'), ['a', 'b', 'c']);
      });

      it('hides an OCI index from those who do not ask for one', async () => {
        emulator.plain.push('multi', 'v1', makeIndex([amd64, arm64]));
        const accept = 'application/vnd.docker.distribution.manifest.v2+json';
        const { errors } = await read(url('/v2/multi/manifests/v1'), { headers: { accept } });
        assert.match(errors[0].message, /OCI index found, but accept header does not support OCI indexes/);
        assert.equal(await statusOf(url('/v2/multi/manifests/v1'), { headers: { accept: allTypes } }), 200);
      });

      it('makes another manifest of a docker image for those who do not ask for it', async () => {
        const docker = makeImage(amd64, 'docker');
        emulator.plain.push('old', 'v1', docker);
        const answer = await fetch(url('/v2/old/manifests/v1'), { headers: { accept: 'application/json' } });
        assert.match(answer.headers.get('content-type') ?? '', /manifest\.v1\+prettyjws/);
        assert.notEqual(answer.headers.get('docker-content-digest'), docker.root.digest);
      });
    });

    describe('challenges', () => {
      const challenge = async (path = '/v2/app/tags/list', init = {}) =>
        (await fetch(url(path), init)).headers.get('www-authenticate') ?? '';
      beforeEach(() => {
        emulator.plain.access.mode = 'bearer';
        emulator.plain.access.anonymous = () => false;
      });

      it('for a scope, and for none at the door', async () => {
        assert.match(await challenge(), /^Bearer realm="http.*\/token",service=".*",scope="repository:app:pull"$/);
        assert.doesNotMatch(await challenge('/v2/'), /scope/);
      });

      for (const [name, form, expected] of [
        ['in another order', challenges.scopeFirst, /^Bearer scope="repository:app:pull", service=.*, realm=/],
        ['two in one header', challenges.severalInOne, /^Bearer .*scope="\*",Basic realm=/],
        ['Basic first', challenges.basicFirst, /^Basic realm=".*", Bearer realm=/],
        ['in upper case', challenges.upperCaseBasic, /^BASIC realm=/],
        ['with a relative realm', challenges.relativeRealm, /realm="\/token"/],
        ['without service', challenges.withoutService, /^Bearer realm="[^"]*",scope="[^"]*"$/],
        ['without scope', challenges.withoutScope, /^Bearer realm="[^"]*",service="[^"]*"$/],
      ] as const) {
        it(name, async () => {
          emulator.plain.access.challenge = form;
          assert.match(await challenge(), expected);
        });
      }

      const token = async (scope: string, headers: Record<string, string> = {}) =>
        (await read(`${emulator.plain.tokens.url}/token?scope=${scope}`, { headers })).token as string;

      it('and gives a token for a subset, silently', async () => {
        emulator.plain.access.anonymous = (_type, _name, action) => action === 'pull';
        const pull = bearer(await token('repository:app:pull,push'));
        assert.equal(await statusOf(url('/v2/app/tags/list'), { headers: pull }), 200);
        const init = { method: 'POST', headers: pull };
        assert.match(await challenge('/v2/app/blobs/uploads/', init), /scope="repository:app:pull,push",error="insuff/);
      });

      it('and takes no token for another repository', async () => {
        emulator.plain.push('other', 'a', image);
        const headers = bearer(await token('repository:other:pull', basic('alice', 's3cr:et')));
        assert.match(await challenge('/v2/app/tags/list', { headers }), /error="insufficient_scope"/);
      });

      it('and takes no token that is over', async () => {
        const headers = bearer(await token('repository:app:pull', basic('alice', 's3cr:et')));
        assert.equal(await statusOf(url('/v2/app/tags/list'), { headers }), 200);
        emulator.clock.nowMs += 300_000;
        assert.match(await challenge('/v2/app/tags/list', { headers }), /error="invalid_token"/);
      });

      it('and refuses a wrong password', async () => {
        const headers = basic('alice', 'wrong');
        assert.equal(await statusOf(`${emulator.plain.tokens.url}/token`, { headers }), 401);
      });

      it('and gives an identity token that stands for the password, by OAuth2', async () => {
        const path = `${emulator.plain.tokens.url}/token`;
        const login = { grant_type: 'password', username: 'alice', password: 's3cr:et', access_type: 'offline' };
        const { refresh_token } = await read(path, form(login));
        const scope = 'repository:app:pull repository:b:pull';
        const { access_token } = await read(path, form({ grant_type: 'refresh_token', refresh_token, scope }));
        assert.equal(await statusOf(url('/v2/app/tags/list'), { headers: bearer(access_token) }), 200);
        assert.deepEqual(scopesIn(emulator.log), [[], ['repository:app:pull', 'repository:b:pull']]);
        emulator.plain.access.oauth = false;
        assert.equal(await statusOf(path, form({})), 405);
      });

      it('and says nothing of how long a token lives', async () => {
        emulator.plain.access.tellsLifetime = false;
        assert.equal('expires_in' in (await read(`${emulator.plain.tokens.url}/token`)), false);
      });
    });

    it('takes Basic, and tells who may not from who is not known', async () => {
      emulator.plain.access.mode = 'basic';
      emulator.plain.access.accounts.push({
        username: 'bob',
        password: 'b',
        may: (_, __, action) => action === 'pull',
      });
      const as = (who: Record<string, string>, method = 'GET') =>
        statusOf(url('/v2/app/manifests/a'), { method, headers: who });
      assert.deepEqual(
        [await as({}), await as(basic('bob', 'x')), await as(basic('bob', 'b')), await as(basic('bob', 'b'), 'DELETE')],
        [401, 401, 200, 403],
      );
    });

    it('takes what is pushed, and only what is whole', async () => {
      const pushed = await pushImage({ registry: emulator.plain.host, repository: 'made' }, ['v1'], {
        hello: Buffer.from('hello'),
      });
      const answer = await fetch(url('/v2/made/manifests/v1'), { headers: { accept: allTypes } });
      assert.equal(answer.headers.get('docker-content-digest'), pushed.digest);
      const broken = await fetch(url('/v2/other/manifests/v1'), {
        method: 'PUT',
        headers: { 'content-type': image.root.mediaType },
        body: image.root.bytes.toString(),
      });
      assert.equal(broken.status, 400);
    });

    it('takes a blob in pieces, and mounts one from next door', async () => {
      const started = await fetch(url('/v2/app/blobs/uploads/'), { method: 'POST' });
      const at = (answer: Response) => new URL(answer.headers.get('location') ?? '', url('/'));
      const patched = await fetch(at(started), { method: 'PATCH', body: 'hel' });
      assert.equal(patched.headers.get('range'), '0-2');
      const last = at(patched);
      const digest = 'sha256:2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824';
      last.searchParams.set('digest', digest);
      assert.equal(await statusOf(last.href, { method: 'PUT', body: 'lo' }), 201);
      const mount = url(`/v2/there/blobs/uploads/?mount=${digest}&from=app`);
      assert.equal(await statusOf(mount, { method: 'POST' }), 201);
      assert.equal(await (await fetch(url(`/v2/there/blobs/${digest}`))).text(), 'hello');
    });
  });

  describe('faults', () => {
    const url = () => `${emulator.plain.url}/v2/`;

    it('are answered instead, as often as was said', async () => {
      emulator.plain.misbehave(tooMany(30));
      const answer = await fetch(url());
      assert.deepEqual([answer.status, answer.headers.get('retry-after')], [429, '30']);
      emulator.plain.misbehave(badGateway);
      assert.match(await (await fetch(url())).text(), /<html>/);
      assert.equal(await statusOf(url()), 200);
    });

    it('break the connection, before and within an answer', async () => {
      emulator.plain.misbehave(hangsUp);
      await assert.rejects(fetch(url()));
      emulator.plain.misbehave(truncates);
      await assert.rejects(fetch(url()).then((answer) => answer.text()));
    });

    it('never end, or end slowly', async () => {
      emulator.plain.misbehave(endless());
      const reader = (await fetch(url())).body?.getReader();
      let bytes = 0;
      while (bytes < 1_000_000) bytes += (await reader?.read())?.value?.length ?? 0;
      await reader?.cancel();
      emulator.plain.misbehave(drips('{"a":1}', 1));
      assert.deepEqual(await read(url()), { a: 1 });
    });

    it('only delay, or only add a header', async () => {
      let open = () => {};
      emulator.plain.misbehave(waitsFor(new Promise<void>((resolve) => (open = resolve))));
      const waiting = fetch(url());
      const before = await fetch(url());
      open();
      assert.deepEqual([(await waiting).status, before.status], [200, 200]);
      emulator.plain.misbehave(alsoSends({ warning: '299 - "old"' }));
      assert.equal((await fetch(url())).headers.get('warning'), '299 - "old"');
    });
  });

  describe('Docker Hub', () => {
    const web = (path: string) => `${emulator.hub.web.url}${path}`;
    const signIn = async (secret = 'dckr_pat_alice') =>
      bearer((await read(web('/v2/auth/token'), post({ identifier: 'alice', secret }))).access_token);
    const nginx = '/v2/namespaces/library/repositories/nginx/tags';

    it('lists tags with their images, the newest first', async () => {
      emulator.hub.push('library/nginx', '1.0', makeIndex([amd64, arm64]), { at: '2026-01-01T00:00:00Z' });
      emulator.hub.push('library/nginx', '1.1', image, { at: '2026-01-02T00:00:00Z' });
      const { count, next, results } = await read(web(`${nginx}?page_size=1`));
      assert.deepEqual([count, results[0].name, results[0].digest], [2, '1.1', image.root.digest]);
      assert.equal(results[0].full_size, results[0].images[0].size);
      const [old] = (await read(next)).results;
      assert.deepEqual(
        old.images.map(({ os, variant }: { os: string; variant: string | null }) => [os, variant]),
        [
          ['linux', null],
          ['linux', 'v8'],
          ['unknown', null],
          ['unknown', null],
        ],
      );
    });

    it('filters by a part of the name, and ends', async () => {
      emulator.hub.push('library/nginx', ['1.0', '1.0-alpine', '1.1'], image);
      assert.equal((await read(web(`${nginx}?name=alpine`))).count, 1);
      assert.equal((await read(web(`${nginx}?page=1`))).next, null);
      assert.equal(await statusOf(web(`${nginx}?page=2`)), 404);
    });

    it('lets the nameless page no further than a thousand', async () => {
      const names = Array.from({ length: 1200 }, (_, index) => `v${index}`);
      emulator.hub.push('library/nginx', names, image);
      assert.equal(await statusOf(web(`${nginx}?page=10&page_size=100`)), 200);
      const far = await fetch(web(`${nginx}?page=11&page_size=100`));
      assert.equal(far.status, 403);
      assert.match(await far.text(), /pagination offset too large for anonymous requests/);
      assert.equal(await statusOf(web(`${nginx}?page=11&page_size=100`), { headers: await signIn() }), 200);
    });

    it('signs in with a token, for ten minutes', async () => {
      const headers = await signIn();
      assert.equal((await read(web('/v2/user/'), { headers })).username, 'alice');
      emulator.clock.nowMs += 600_000;
      assert.equal(await statusOf(web('/v2/user/'), { headers }), 401);
    });

    it('asks for a second factor where there is one', async () => {
      emulator.hub.users[0]!.secondFactor = '123456';
      const login = { username: 'alice', password: 's3cr:et' };
      const first = await read(web('/v2/users/login/'), post(login));
      assert.match(first.detail, /secondary authentication on MFA/);
      const second = { login_2fa_token: first.login_2fa_token, code: '123456' };
      assert.ok((await read(web('/v2/users/2fa-login'), post(second))).token);
      const tokens = `${emulator.hub.tokens.url}/token`;
      assert.deepEqual(await read(tokens, { headers: basic('alice', 's3cr:et') }), {
        details: 'incorrect username or password',
      });
      assert.equal(await statusOf(tokens, { headers: basic('alice', 'dckr_pat_alice') }), 200);
    });

    it('shows what is private to its owner only', async () => {
      emulator.hub.push('alice/secret', 'v1', image, { isPrivate: true });
      const path = web('/v2/namespaces/alice/repositories');
      assert.equal((await read(path)).count, 0);
      const { results } = await read(path, { headers: await signIn() });
      assert.deepEqual([results[0].name, results[0].is_private], ['secret', true]);
    });

    it('untags and deletes for those who may', async () => {
      emulator.hub.push('alice/app', ['v1', 'v2'], image);
      const at = (path: string, headers = {}) => statusOf(web(path), { method: 'DELETE', headers });
      const headers = await signIn();
      assert.equal(await at('/v2/repositories/alice/app/tags/v1/'), 401);
      assert.equal(await at('/v2/repositories/alice/app/tags/v1/', headers), 204);
      assert.equal(await at('/v2/repositories/alice/app/', headers), 202);
      assert.equal(await at('/v2/repositories/library/nginx/', headers), 403);
    });

    it('finds repositories, official ones without their namespace', async () => {
      emulator.hub.push('library/nginx', 'latest', image);
      const { results } = await read(web('/v2/search/repositories/?query=ngin'));
      assert.deepEqual([results[0].repo_name, results[0].is_official], ['nginx', true]);
    });

    it('counts requests to its web API when it is told to', async () => {
      emulator.hub.manners.requestsLeft = 0;
      const answer = await fetch(web('/v2/search/repositories/?query=x'));
      const until = emulator.clock.nowMs / 1000 + 60;
      assert.deepEqual([answer.status, answer.headers.get('x-retry-after')], [429, String(until)]);
    });

    describe('as a registry', () => {
      const registry = (path: string) => `${emulator.hub.registry.url}${path}`;
      const nameless = async () =>
        bearer((await read(`${emulator.hub.tokens.url}/token?scope=repository:library/nginx:pull`)).token);
      beforeEach(() => emulator.hub.push('library/nginx', ['1', '2'], image));

      it('counts GETs of manifests, not HEADs, and refuses the one too many', async () => {
        const headers = await nameless();
        const manifest = async (method = 'GET') => {
          const { status, headers: got } = await fetch(registry('/v2/library/nginx/manifests/1'), { method, headers });
          return [status, got.get('ratelimit-remaining')];
        };
        assert.deepEqual(await manifest('HEAD'), [200, '100;w=21600']);
        assert.deepEqual(await manifest(), [200, '99;w=21600']);
        emulator.hub.pulls.anonymous.used = 100;
        assert.deepEqual(await manifest(), [429, '0;w=21600']);
        assert.deepEqual(await manifest('HEAD'), [200, '0;w=21600']);
      });

      it('gives all tags in one body, and its catalog to nobody', async () => {
        const headers = await nameless();
        assert.deepEqual((await read(registry('/v2/library/nginx/tags/list'), { headers })).tags, ['1', '2']);
        assert.equal(await statusOf(registry('/v2/_catalog'), { headers }), 401);
      });

      it('does not tell what is hidden from what does not exist', async () => {
        const { token } = await read(`${emulator.hub.tokens.url}/token?scope=repository:library/none:pull`);
        const answer = await fetch(registry('/v2/library/none/tags/list'), { headers: bearer(token) });
        assert.match(answer.headers.get('www-authenticate') ?? '', /error="insufficient_scope"/);
      });
    });
  });

  describe('Azure Container Registry', () => {
    const url = (path: string) => `${emulator.acr.url}${path}`;
    const exchange = (token: string, more: Record<string, string> = {}) =>
      fetch(
        url('/oauth2/exchange'),
        form({ grant_type: 'access_token', service: emulator.acr.host, access_token: token, ...more }),
      );
    const tokenFor = async (scope: string) => {
      const { refresh_token } = (await (await exchange('aad-alice')).json()) as { refresh_token: string };
      const fields = { grant_type: 'refresh_token', service: emulator.acr.host, scope, refresh_token };
      const answer = await read(url('/oauth2/token'), form(fields));
      assert.deepEqual(Object.keys(answer), ['access_token'], 'nothing tells how long it lives');
      return bearer(answer.access_token);
    };
    beforeEach(() => emulator.acr.push('team/app', ['v1', 'v2'], image));

    it('challenges as recorded', async () => {
      const answer = await fetch(url('/acr/v1/team%2Fapp/_tags'));
      const { host } = emulator.acr;
      assert.equal(
        answer.headers.get('www-authenticate'),
        `Bearer realm="http://${host}/oauth2/token",service="${host}",scope="repository:team/app:metadata_read"`,
      );
    });

    it("trades Azure's token for its own, for its tenant only", async () => {
      assert.equal((await exchange('aad-alice')).status, 200);
      assert.equal((await exchange('aad-alice', { tenant: 'tenant-2' })).status, 401);
      assert.equal((await exchange('aad-guest')).status, 401);
      assert.equal((await exchange('aad-alice', { grant_type: 'refresh_token' })).status, 400);
    });

    it('lists tags with dates, by time, and by digest', async () => {
      emulator.acr.push('team/app', 'v3', makeImage(arm64), { at: '2026-02-01T00:00:00Z' });
      const headers = await tokenFor('repository:team/app:metadata_read');
      const page = await fetch(url('/acr/v1/team%2Fapp/_tags?n=1&orderby=timedesc'), { headers });
      assert.match(page.headers.get('link') ?? '', /^<\/acr\/v1\/team%2Fapp\/_tags\?n=1&orderby=timedesc&last=v3>/);
      const { tags } = (await page.json()) as { tags: { name: string; createdTime: string }[] };
      assert.deepEqual([tags[0]?.name, tags[0]?.createdTime], ['v3', '2026-02-01T00:00:00.000Z']);
      const same = await read(url(`/acr/v1/team%2Fapp/_tags?digest=${image.root.digest}`), { headers });
      assert.equal(same.tags.length, 2);
    });

    it('untags, and keeps the manifest', async () => {
      const headers = await tokenFor('repository:team/app:delete,metadata_read');
      const untag = () => statusOf(url('/acr/v1/team%2Fapp/_tags/v1'), { method: 'DELETE', headers });
      assert.deepEqual([await untag(), await untag()], [202, 404]);
      const { manifests } = await read(url('/acr/v1/team%2Fapp/_manifests'), { headers });
      assert.deepEqual(manifests[0].tags, ['v2']);
    });

    it('does not delete what is locked', async () => {
      emulator.acr.locks.set('team/app:v1', { deleteEnabled: false });
      const headers = await tokenFor('repository:team/app:delete,metadata_read');
      const at = (path: string) => statusOf(url(path), { method: 'DELETE', headers });
      assert.equal(await at('/acr/v1/team%2Fapp/_tags/v1'), 405);
      assert.equal(await at(`/v2/team/app/manifests/${image.root.digest}`), 405);
      const { tag } = await read(url('/acr/v1/team%2Fapp/_tags/v1'), { headers });
      assert.equal(tag.changeableAttributes.deleteEnabled, false);
    });

    it('deletes a repository and says what went', async () => {
      const headers = await tokenFor('repository:team/app:delete');
      const gone = await read(url('/acr/v1/team%2Fapp'), { method: 'DELETE', headers });
      assert.deepEqual(gone, { manifestsDeleted: [image.root.digest], tagsDeleted: ['v1', 'v2'] });
      assert.equal(await statusOf(url('/acr/v1/team%2Fapp'), { method: 'DELETE', headers }), 404);
    });

    it('takes Basic of its admin, of its own tokens, and a refresh token for a password', async () => {
      const { refresh_token } = (await (await exchange('aad-alice')).json()) as { refresh_token: string };
      const as = (headers: Record<string, string>, method = 'GET') =>
        statusOf(url('/v2/team/app/manifests/v1'), { method, headers });
      assert.equal(await as(basic('contoso', 'admin-password')), 200);
      assert.equal(await as(basic('pull-token', 'token-password')), 200);
      assert.equal(await as(basic('pull-token', 'token-password'), 'DELETE'), 403);
      assert.equal(await as(basic('00000000-0000-0000-0000-000000000000', refresh_token)), 200);
      emulator.clock.nowMs += 3 * 3600_000;
      assert.equal(await as(basic('00000000-0000-0000-0000-000000000000', refresh_token)), 401);
    });

    it('lets the nameless pull when it is set to', async () => {
      const fields = {
        grant_type: 'password',
        service: emulator.acr.host,
        scope: 'registry:catalog:*',
        refresh_token: '',
      };
      assert.equal(await statusOf(url('/oauth2/token'), form(fields)), 401);
      emulator.acr.azure.anonymousPull = true;
      const headers = bearer((await read(url('/oauth2/token'), form(fields))).access_token);
      assert.deepEqual((await read(url('/acr/v1/_catalog'), { headers })).repositories, ['team/app']);
    });

    it('has null for no tags', async () => {
      emulator.acr.store.repositories.get('team/app')?.tags.clear();
      const headers = await tokenFor('repository:team/app:metadata_read');
      assert.equal((await read(url('/acr/v1/team%2Fapp/_tags'), { headers })).tags, null);
    });

    it('is known to its subscription, and to nobody of another tenant', async () => {
      const arm = (path: string, token = 'aad-alice') =>
        read(`${emulator.acr.arm.url}${path}?api-version=2023-07-01`, { headers: bearer(token) });
      const [subscription] = (await arm('/subscriptions')).value;
      assert.equal((await arm('/subscriptions', 'aad-guest')).value.length, 0);
      const path = `${subscription.id}/providers/Microsoft.ContainerRegistry/registries`;
      const [registry] = (await arm(path)).value;
      assert.equal(registry.properties.loginServer, emulator.acr.host);
      emulator.acr.arm.subscriptions[0]!.isForbidden = true;
      assert.equal((await arm(path)).error.code, 'AuthorizationFailed');
    });
  });

  describe("Microsoft's registry", () => {
    it('lists everything at once, and has retired some of it', async () => {
      emulator.mcr.push('dotnet/sdk', ['9.0', '10.0'], image);
      emulator.mcr.retired.add('dotnet/old');
      const { repositories } = await read(`${emulator.mcr.url}/v2/_catalog?n=1`);
      assert.deepEqual(repositories, ['dotnet/old', 'dotnet/sdk']);
      const gone = await fetch(`${emulator.mcr.url}/v2/dotnet/old/tags/list`);
      assert.equal(gone.status, 404);
      assert.match(await gone.text(), /<Error><Code>BlobNotFound/);
      assert.equal((await read(`${emulator.mcr.url}/v2/dotnet/sdk/tags/list?n=1`)).tags.length, 2);
    });

    it('has dates and platforms in its portal, a row for each', async () => {
      emulator.mcr.push('dotnet/sdk', '9.0', makeIndex([amd64, arm64]), { at: '2026-02-01T00:00:00Z' });
      const rows = await read(`${emulator.mcr.portal.url}/api/v1/catalog/dotnet/sdk/tags?reg=mar`);
      assert.deepEqual(
        rows.map(({ name, architecture }: Record<string, string>) => [name, architecture]),
        [
          ['9.0', 'amd64'],
          ['9.0', 'arm64'],
        ],
      );
      assert.equal(rows[0].createdDate, '2026-02-01T00:00:00.000Z');
    });
  });

  describe('what is in them', () => {
    it('are images of Windows, charts and signatures, with layers in common', async () => {
      const base = Buffer.from('base');
      const windows = { os: 'windows', architecture: 'amd64', osVersion: '10.0.20348.2700' };
      const first = makeIndex([{ platform: windows, layerBytes: [1], shared: [base] }], { attested: false });
      const second = makeImage({ ...amd64, shared: [base] });
      const { plain } = emulator;
      plain.push('mix', 'win', first);
      plain.push('mix', 'app', second);
      plain.push('mix', '1.2.3', makeHelmChart('web', '1.2.3'));
      plain.push('mix', signatureTag(second.root), makeSignature(second.root));
      const manifest = (reference: string) =>
        read(`${plain.url}/v2/mix/manifests/${reference}`, { headers: { accept: allTypes } });
      assert.equal((await manifest('win')).manifests[0].platform['os.version'], '10.0.20348.2700');
      assert.match((await manifest('1.2.3')).config.mediaType, /helm\.config/);
      assert.match((await manifest(signatureTag(second.root))).layers[0].mediaType, /simplesigning/);
      const child = (await manifest('win')).manifests[0].digest;
      assert.equal((await manifest(child)).layers[0].digest, (await manifest('app')).layers[0].digest);
    });
  });

  describe('beside real clients', () => {
    it("is a registry to Gantry's client, and knows what was asked of it", async () => {
      const names = Array.from({ length: 100 }, (_, index) => `v${index}`);
      emulator.plain.access.mode = 'bearer';
      emulator.plain.push('team/app', names, image);
      const http = createHttp({ env: {}, retryDelayMs: 1 });
      const account = { kind: 'basic', username: 'alice', password: 's3cr:et' } as const;
      const credentials = fakeCredentials({ [emulator.plain.host]: account });
      const registries = new Registries({ http, credentials });
      const { value } = await registries.tags(emulator.plain.host, 'team/app', {}, never);
      await http.close();
      assert.deepEqual(
        value.items.map(({ name }) => name),
        [...names].sort(),
      );
      assert.deepEqual(
        linesOf(emulator.log).map((line) => line.replace(/\?.*/, '')),
        ['plain GET /v2/team/app/tags/list', 'plain.tokens GET /token', 'plain GET /v2/team/app/tags/list'],
      );
      assert.deepEqual(manifestRequests(emulator.log), []);
      assert.deepEqual(originsTold(emulator.log), ['plain', 'plain.tokens']);
      assert.deepEqual(scopesIn(emulator.log), [['repository:team/app:pull']]);
    });

    describe('skopeo', () => {
      before(function () {
        const reason = missing('skopeo');
        if (reason === undefined) return;
        console.log(`      skipped, ${reason}`);
        this.skip();
      });
      const skopeo = async (...options: string[]) => (await run('skopeo', options)).stdout;

      it('lists the tags of a plain registry, page by page', async () => {
        emulator.plain.quirks.tags.pageSize = 2;
        emulator.plain.push('app', ['a', 'b', 'c'], image);
        const listed = await skopeo('list-tags', '--tls-verify=false', `docker://${emulator.plain.host}/app`);
        assert.deepEqual(JSON.parse(listed).Tags, ['a', 'b', 'c']);
      });

      it('copies an image from Docker Hub to Azure', async () => {
        emulator.hub.push('library/nginx', '1', makeIndex([amd64, arm64]));
        const source = `docker://${emulator.hub.registry.host}/library/nginx:1`;
        const target = `docker://${emulator.acr.host}/mirror/nginx:1`;
        const insecure = ['--src-tls-verify=false', '--dest-tls-verify=false'];
        await skopeo(
          'copy',
          '--all',
          '--preserve-digests',
          ...insecure,
          '--dest-creds',
          'contoso:admin-password',
          source,
          target,
        );
        const digest = ({ store }: { store: Emulator['acr']['store'] }, name: string) =>
          store.repositories.get(name)?.tags.get('1')?.digest;
        assert.equal(digest(emulator.acr, 'mirror/nginx'), digest(emulator.hub, 'library/nginx'));
      });
    });
  });
});
