/** How the emulator's registries challenge, and what their tokens are good for. */
import assert from 'node:assert/strict';
import { makeImage } from '../support/imageContents.ts';
import { basic, bearer, form, read, statusOf } from '../support/registries/asking.ts';
import { challenges } from '../support/registries/challenges.ts';
import { type Emulator, startEmulator } from '../support/registries/emulator.ts';
import { scopesIn } from '../support/registries/world.ts';

const image = makeImage({ platform: { os: 'linux', architecture: 'amd64' }, layerBytes: [5] });

describe('the emulator of a registry with a token server', () => {
  let emulator: Emulator;
  const url = (path: string) => `${emulator.plain.url}${path}`;
  beforeEach(async () => {
    emulator = await startEmulator();
    emulator.plain.push('app', ['b', 'a', 'c'], image);
  });
  afterEach(() => emulator.stop());

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
});
