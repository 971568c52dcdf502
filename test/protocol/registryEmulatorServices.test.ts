/** What Docker Hub, Azure and Microsoft do in a way of their own, seen in the emulator by plain fetch. */
import assert from 'node:assert/strict';
import { makeImage, makeIndex } from '../support/imageContents.ts';
import { basic, bearer, form, post, read, statusOf } from '../support/registries/asking.ts';
import { type Emulator, startEmulator } from '../support/registries/emulator.ts';

const amd64 = { platform: { os: 'linux', architecture: 'amd64' }, layerBytes: [100, 20] };
const arm64 = { platform: { os: 'linux', architecture: 'arm64', variant: 'v8' }, layerBytes: [90] };
const image = makeImage(amd64);

describe('the emulator of Docker Hub, Azure and Microsoft', () => {
  let emulator: Emulator;
  beforeEach(async () => {
    emulator = await startEmulator();
  });
  afterEach(() => emulator.stop());

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

    it('takes the access token of an organisation, under its name', async () => {
      const as = (secret: string) => statusOf(web('/v2/auth/token'), post({ identifier: 'acme', secret }));
      assert.deepEqual([await as('dckr_oat_acme'), await as('')], [200, 401]);
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
});
