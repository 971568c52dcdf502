import assert from 'node:assert/strict';
import { createHttp, type Http } from '../../server/registries/http.ts';
import { Registries } from '../../server/registries/registries.ts';
import type { Credential } from '../../server/util/credential.ts';
import { fakeCredentials } from '../support/fakeCredentials.ts';
import { addTags, type FakeRegistry, type Manners, startFakeRegistry } from '../support/fakeRegistry.ts';
import { names } from '../support/names.ts';
import { answers, type Origin, redirectsTo, sendJson, startOrigin } from '../support/origin.ts';
import { problemFrom } from '../support/problem.ts';

const never = new AbortController().signal;
const alice: Credential = { kind: 'basic', username: 'alice', password: 's3cr:et' };

describe('signing in to a registry', () => {
  let now: number;
  let registry: FakeRegistry;
  let http: Http;
  let registries: Registries;
  let credentials: ReturnType<typeof fakeCredentials>;
  const start = async (manners: Partial<Manners>, credential?: Credential) => {
    now = Date.parse('2026-01-01T00:00:00Z');
    registry = await startFakeRegistry(manners);
    addTags(registry, 'team/app', ['a']);
    addTags(registry, 'team/other', ['b']);
    http = createHttp({ env: {}, retryDelayMs: 1 });
    credentials = fakeCredentials(credential && { [registry.host]: credential });
    registries = new Registries({ http, credentials, now: () => now });
  };
  afterEach(async () => {
    await http.close();
    await registry.stop();
  });
  const tags = async (repository = 'team/app') =>
    names((await registries.tags(registry.host, repository, {}, never)).value.items);
  const tokens = () => registry.tokenServer.seen;

  it('looks for no credentials where nobody asks for them', async () => {
    await start({ auth: 'none' }, alice);
    await tags();
    assert.equal(credentials.asked, 0);
    assert.equal(registry.seen[0]?.authorization, undefined);
  });

  describe('Basic', () => {
    it('answers the challenge, and brings the answer along from then on', async () => {
      await start({ auth: 'basic' }, alice);
      assert.deepEqual([await tags(), await tags('team/other')], [['a'], ['b']]);
      const expected = `Basic ${Buffer.from('alice:s3cr:et').toString('base64')}`;
      assert.deepEqual(
        registry.seen.map(({ authorization }) => authorization),
        [undefined, expected, expected],
      );
    });

    it('takes BASIC for Basic', async () => {
      await start({ auth: 'basic', challenge: 'BASIC realm="Sonatype Nexus Repository Manager"' }, alice);
      assert.deepEqual(await tags(), ['a']);
    });

    it('sends a wrong password once', async () => {
      await start({ auth: 'basic' }, { ...alice, password: 'wrong' } as Credential);
      const problem = await problemFrom('unauthorized', tags());
      assert.match(problem.next ?? '', new RegExp(`docker login ${registry.host}`));
      assert.equal(registry.seen.length, 2);
      assert(!JSON.stringify(problem).includes('wrong'));
    });

    it('does not try a wrong password again at every keystroke, but does after a refresh, a minute or a sign-in', async () => {
      await start({ auth: 'basic' }, { ...alice, password: 'wrong' } as Credential);
      await problemFrom('unauthorized', tags());
      await problemFrom('unauthorized', tags());
      assert.equal(registry.seen.length, 2);
      now += 60_000;
      await problemFrom('unauthorized', tags());
      assert.equal(registry.seen.length, 3);
      registries.refresh(registry.host);
      await problemFrom('unauthorized', tags());
      assert.equal(registry.seen.length, 5);
      credentials.byRegistry[registry.host] = alice;
      assert.deepEqual(await tags(), ['a']);
    });

    it('says that a password is not accepted in the words of the registry, at once and while it is not tried again', async () => {
      await start({ auth: 'basic' }, { ...alice, password: 'wrong' } as Credential);
      const said = /^The user name and password, or the token, for .+ are not accepted: authentication required\.$/;
      assert.match((await problemFrom('unauthorized', tags())).message, said);
      assert.match((await problemFrom('unauthorized', tags())).message, said);
    });

    it('says to sign in where there is no credential', async () => {
      await start({ auth: 'basic' });
      await problemFrom('unauthorized', tags());
      assert.equal(registry.seen.length, 1);
    });
  });

  describe('Bearer', () => {
    it('fetches an anonymous token where that is enough', async () => {
      await start({ auth: 'bearer', anonymous: true });
      assert.deepEqual(await tags(), ['a']);
      assert.equal(tokens()[0]?.authorization, undefined);
      assert.equal(tokens()[0]?.path, '/token?service=fake&scope=repository%3Ateam%2Fapp%3Apull&client_id=gantry');
    });

    for (const status of [401, 403]) {
      it(`says where to sign in when the token server has none for the anonymous (${status})`, async () => {
        await start({ auth: 'bearer' });
        registry.tokenServer.misbehave(answers(status));
        const problem = await problemFrom(status === 401 ? 'unauthorized' : 'denied', tags());
        assert.equal(problem.subject, registry.host);
        assert(!JSON.stringify(problem).includes(registry.tokenServer.host));
      });
    }

    it('tells the token server who we are, and the registry only the token', async () => {
      await start({ auth: 'bearer' }, alice);
      assert.deepEqual(await tags(), ['a']);
      assert.match(tokens()[0]?.authorization ?? '', /^Basic /);
      assert.match(tokens()[0]?.path ?? '', /account=alice/);
      assert.deepEqual(
        registry.seen.map(({ authorization }) => authorization),
        [undefined, 'Bearer token-1'],
      );
    });

    it('knows the way to the next repository: one token, one request', async () => {
      await start({ auth: 'bearer' }, alice);
      await tags();
      const before = registry.seen.length;
      assert.deepEqual(await tags('team/other'), ['b']);
      assert.equal(registry.seen.length - before, 1);
      assert.equal(tokens().length, 2);
      assert.match(tokens()[1]?.path ?? '', /scope=repository%3Ateam%2Fother%3Apull/);
    });

    it('uses a token until shortly before its end', async () => {
      await start({ auth: 'bearer', expiresIn: 300 }, alice);
      await tags();
      now += 289_000;
      registries.refresh('nothing.example');
      await registries.platforms(registry.host, 'team/app', 'a', never).catch(() => {});
      assert.equal(tokens().length, 1);
      now += 2_000;
      await registries.platforms(registry.host, 'team/app', 'a', never).catch(() => {});
      assert.equal(tokens().length, 2);
    });

    it('takes 60 seconds where the token server does not say', async () => {
      await start({ auth: 'bearer', expiresIn: undefined }, alice);
      await tags();
      now += 49_000;
      await registries.platforms(registry.host, 'team/app', 'a', never).catch(() => {});
      assert.equal(tokens().length, 1);
      now += 2_000;
      await registries.platforms(registry.host, 'team/app', 'a', never).catch(() => {});
      assert.equal(tokens().length, 2);
    });

    it('fetches one token for many who ask at once', async () => {
      await start({ auth: 'bearer' }, alice);
      const asks = ['a', 'b', 'c'].map((tag) => registries.platforms(registry.host, 'team/app', tag, never));
      await Promise.allSettled(asks);
      assert.equal(tokens().length, 1);
    });

    it('gets a new token once when the registry no longer takes the old one', async () => {
      await start({ auth: 'bearer' }, alice);
      await tags();
      registry.manners.goodTokens.delete('token-1');
      await problemFrom('notFound', registries.platforms(registry.host, 'team/app', 'unknown', never));
      assert.deepEqual(
        registry.seen.slice(2).map(({ authorization }) => authorization),
        ['Bearer token-1', 'Bearer token-2'],
      );
    });

    it('gives up after one new token', async () => {
      await start({ auth: 'bearer' }, alice);
      registry.misbehave(answers(401, { 'www-authenticate': bearer(registry) }), 100);
      await problemFrom('unauthorized', tags());
      assert.equal(registry.seen.length, 2);
      assert.equal(tokens().length, 1);
    });

    it('tells a missing permission from a missing sign-in', async () => {
      await start({ auth: 'bearer' }, alice);
      registry.misbehave(answers(401, { 'www-authenticate': `${bearer(registry)},error="insufficient_scope"` }), 100);
      await problemFrom('denied', tags());
    });

    it('says whose password is wrong, not which', async () => {
      await start({ auth: 'bearer' }, { ...alice, password: 'hunter2' } as Credential);
      const problem = await problemFrom('unauthorized', tags());
      assert.match(problem.message, new RegExp(registry.host));
      assert(!JSON.stringify(problem).includes('hunter2'));
    });

    it('does not send a wrong password to the token server again at every keystroke', async () => {
      await start({ auth: 'bearer' }, { ...alice, password: 'wrong' } as Credential);
      await problemFrom('unauthorized', tags());
      await problemFrom('unauthorized', tags('team/other'));
      assert.deepEqual(
        tokens().map(({ path }) => new URL(path, 'http://x').searchParams.getAll('scope')),
        [['repository:team/app:pull'], []],
        'once for what was asked for, and once to see that it is the password',
      );
      credentials.byRegistry[registry.host] = alice;
      assert.deepEqual(await tags(), ['a']);
    });

    for (const status of [401, 403]) {
      it(`takes a ${status} for one repository for no more than that: the next one opens, and nobody is locked out`, async () => {
        await start({ auth: 'bearer' }, alice);
        const refused: unknown[] = [];
        credentials.refused = (_, credential) => void refused.push(credential);
        const error = { errors: [{ code: 'DENIED', message: 'not a member of team' }] };
        registry.tokenServer.misbehave((_, response) => sendJson(response, status, error), 9, /scope=[^&]*secret/);
        const secret = await problemFrom('denied', tags('team/secret'));
        assert.match(secret.message, / into team\/secret: not a member of team\.$/);
        assert.deepEqual(await tags(), ['a']);
        const asked = tokens().length;
        await problemFrom('denied', tags('team/secret'));
        assert.equal(tokens().length, asked, 'not asked again at every keystroke');
        now += 60_000;
        await problemFrom('denied', tags('team/secret'));
        assert.ok(tokens().length > asked);
        assert.deepEqual(refused, []);
      });
    }

    it('takes a 403 for everything for a wrong password, as GitLab and GitHub mean it', async () => {
      await start({ auth: 'bearer' }, alice);
      const error = { errors: [{ code: 'DENIED', message: 'HTTP Basic: Access denied.' }] };
      registry.tokenServer.misbehave((_, response) => sendJson(response, 403, error), 9);
      const { message, next } = await problemFrom('unauthorized', tags());
      assert.match(message, /not accepted: HTTP Basic: Access denied\.$/);
      assert.match(next ?? '', /Sign in again/);
      const asked = tokens().length;
      await problemFrom('unauthorized', tags('team/other'));
      assert.equal(tokens().length, asked);
    });

    it('tells why the token server does not take a password, in its own words', async () => {
      await start({ auth: 'bearer' }, { ...alice, password: 'wrong' } as Credential);
      assert.match(
        (await problemFrom('unauthorized', tags())).message,
        /not accepted: incorrect username or password\.$/,
      );
    });

    it('trades an identity token by POST', async () => {
      await start({ auth: 'bearer' }, { kind: 'identityToken', token: 'identity-token' });
      assert.deepEqual(await tags(), ['a']);
      const [post] = tokens();
      assert.equal(post?.method, 'POST');
      assert.deepEqual(Object.fromEntries(new URLSearchParams(post?.body)), {
        grant_type: 'refresh_token',
        refresh_token: 'identity-token',
        client_id: 'gantry',
        service: 'fake',
        scope: 'repository:team/app:pull',
      });
    });

    for (const status of [404, 405]) {
      it(`goes back to GET where the token server answers POST with ${status}`, async () => {
        const password = 'identity-token';
        await start({ auth: 'bearer', password }, { kind: 'identityToken', username: 'alice', token: password });
        registry.tokenServer.misbehave(answers(status));
        assert.deepEqual(await tags(), ['a']);
        assert.deepEqual(
          tokens().map(({ method }) => method),
          ['POST', 'GET'],
        );
      });
    }

    it('sends a registry token as it is', async () => {
      await start({ auth: 'bearer', goodTokens: new Set(['raw']) }, { kind: 'registryToken', token: 'raw' });
      assert.deepEqual(await tags(), ['a']);
      assert.equal(tokens().length, 0);
    });

    it('finds a realm that is relative', async () => {
      await start({ auth: 'bearer', challenge: 'Bearer realm="/token",service="fake"' }, alice);
      registry.misbehave(answers(200, {}, '{"access_token":"mine"}'), 1, /^\/token\?/);
      registry.manners.goodTokens.add('mine');
      assert.deepEqual(await tags(), ['a']);
    });

    it('prefers Bearer where one header offers both', async () => {
      await start({ auth: 'bearer' }, alice);
      registry.manners.challenge = `${bearer(registry)},scope="*",Basic realm="x"`;
      assert.deepEqual(await tags(), ['a']);
      assert.match(tokens()[0]?.path ?? '', /scope=\*&scope=repository%3Ateam%2Fapp%3Apull/);
    });

    for (const realm of ['https://10.1.2.3/token', 'http://169.254.169.254/latest', 'file:///etc/passwd']) {
      it(`sends nothing to ${realm}`, async () => {
        await start({ auth: 'bearer', challenge: `Bearer realm="${realm}",service="fake"` }, alice);
        const problem = await problemFrom('badAnswer', tags());
        assert.match(problem.next ?? '', /Nothing was sent/);
      });
    }

    for (const [name, body] of [
      ['no token', '{}'],
      ['HTML', '<html>sign in</html>'],
      ['a token that would add a header', '{"token":"a\\r\\nx: y"}'],
      ['more than a token', `{"token":"${'x'.repeat(70_000)}"}`],
    ] as const) {
      it(`does not take ${name} for a token`, async () => {
        await start({ auth: 'bearer' }, alice);
        registry.tokenServer.misbehave(answers(200, {}, body));
        const problem = await problemFrom('badAnswer', tags());
        assert(!/html/.test(problem.message));
      });
    }
  });

  describe('another origin', () => {
    let storage: Origin;
    beforeEach(async () => {
      storage = await startOrigin(answers(200, {}, '{"tags":["elsewhere"]}'));
    });
    afterEach(() => storage.stop());

    for (const auth of ['basic', 'bearer'] as const) {
      it(`is not told who we are when ${auth} is redirected there`, async () => {
        await start({ auth }, alice);
        registry.misbehave(redirectsTo(`${storage.url}/blob`), 1, /other/);
        await tags();
        assert.deepEqual(await tags('team/other'), ['elsewhere']);
        assert(registry.seen.at(-1)?.authorization, 'the registry was told');
        assert.deepEqual(
          storage.seen.map(({ authorization }) => authorization),
          [undefined],
        );
      });
    }

    it('does not get it back on the way home', async () => {
      await start({ auth: 'basic' }, alice);
      await tags();
      storage.misbehave(redirectsTo(`${registry.url}/v2/team/other/tags/list?home`));
      registry.misbehave(redirectsTo(`${storage.url}/blob`), 1, /other/);
      await problemFrom('unauthorized', tags('team/other'));
      const home = registry.seen.filter(({ path }) => path.endsWith('?home'));
      assert.equal(home[0]?.authorization, undefined);
    });

    it('gets no answer to a challenge of its own', async () => {
      await start({ auth: 'basic' }, alice);
      await tags();
      const challenge = `Bearer realm="${storage.url}/token",service="fake"`;
      storage.misbehave(answers(401, { 'www-authenticate': challenge }), 100);
      registry.misbehave(redirectsTo(`${storage.url}/blob`), 100, /other/);
      await problemFrom('unauthorized', tags('team/other'));
      assert.deepEqual(
        storage.seen.map(({ path, authorization }) => [path, authorization]),
        [['/blob', undefined]],
      );
    });

    it('keeps who we are within the registry', async () => {
      await start({ auth: 'basic' }, alice);
      await tags();
      registry.misbehave(redirectsTo('/v2/team/app/tags/list'), 1, /other/);
      assert.deepEqual(await tags('team/other'), ['a']);
    });

    it('is not followed in circles, nor into a network', async () => {
      await start({ auth: 'none' });
      registry.misbehave(redirectsTo('/v2/team/app/tags/list'), 100);
      assert.match((await problemFrom('badAnswer', tags())).message, /circles/);
      registry.misbehave(redirectsTo('http://169.254.169.254/latest/meta-data'), 1);
      assert.match((await problemFrom('badAnswer', tags())).message, /169\.254/);
    });
  });
});

const bearer = (registry: FakeRegistry) => `Bearer realm="${registry.tokenServer.url}/token",service="fake"`;
