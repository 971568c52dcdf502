import assert from 'node:assert/strict';
import { createHttp, type Http } from '../../server/registries/http.ts';
import { discoverAzure } from '../../server/registries/signIn/azure.ts';
import { type ClientStores, noStores } from '../../server/util/clientStores.ts';
import { sendJson } from '../support/origin.ts';
import { problemFrom } from '../support/problem.ts';
import { type Acr, startAcr } from '../support/registries/acr.ts';
import { createWorld } from '../support/registries/world.ts';

const never = new AbortController().signal;
const home = '00000000-0000-0000-0000-00000000000a';

/** What Azure's sign-in gives: its directory stands in it. */
const tokenOf = (tid: string) => `e30.${Buffer.from(JSON.stringify({ tid })).toString('base64url')}.x`;

describe('finding Azure registries by account', () => {
  let acr: Acr;
  let http: Http;
  let sessions: Map<string, string>;
  let interactive: number;
  beforeEach(async () => {
    acr = await startAcr(createWorld());
    http = createHttp({ env: {}, retryDelayMs: 1 });
    sessions = new Map([['', tokenOf(home)]]);
    acr.azure.users.set(tokenOf(home), { username: 'alice@contoso.example', tenant: 'tenant-1' });
    interactive = 0;
  });
  afterEach(async () => {
    await http.close();
    await acr.stop();
  });
  const stores: ClientStores = {
    ...noStores,
    sessions: async ({ scopes, interactive: mayAsk }) => {
      if (mayAsk) interactive += 1;
      const accessToken = sessions.get(scopes[1]?.replace('VSCODE_TENANT:', '') ?? '');
      return accessToken === undefined ? undefined : { accessToken, account: 'alice@contoso.example' };
    },
  };
  const discover = (signal = never) =>
    discoverAzure({ http, stores, now: Date.now, management: acr.arm.url }, 'public', signal);
  const hosts = async () => (await discover()).registries.map(({ host }) => host);
  const subscription = (name: string, count: number, tenant = 'tenant-1') => ({
    id: `id-${name}`,
    name,
    tenant,
    registries: Array.from({ length: count }, (_, index) => ({
      name: `${name}${index}`,
      loginServer: `${name}${index}.azurecr.io`,
    })),
  });

  it('tells the login server, subscription and directory of each', async () => {
    const { registries, problems } = await discover();
    assert.deepEqual(registries, [
      { host: acr.host, name: 'contoso', subscription: 'Production', tenant: 'tenant-1', location: 'westeurope' },
    ]);
    assert.deepEqual(problems, []);
    assert.equal(interactive, 1);
  });

  for (const [cloud, management] of [
    ['public', 'https://management.azure.com'],
    ['china', 'https://management.chinacloudapi.cn'],
    ['government', 'https://management.usgovcloudapi.net'],
  ] as const) {
    it(`asks for a token of the ${cloud} cloud, and its own management for the registries`, async () => {
      const asked: string[] = [];
      const scopes: (readonly string[])[] = [];
      const spy: Http = {
        async send({ url, ...request }, signal) {
          asked.push(url.origin);
          return http.send({ ...request, url: new URL(url.pathname + url.search, acr.arm.url) }, signal);
        },
        close: async () => {},
      };
      const watched: ClientStores = {
        ...stores,
        sessions: (ask, signal) => {
          scopes.push(ask.scopes);
          return stores.sessions?.(ask, signal) ?? assert.fail();
        },
      };
      const { registries } = await discoverAzure({ http: spy, stores: watched, now: Date.now }, cloud, never);
      assert.equal(registries.length, 1);
      assert.deepEqual(scopes[0], [`${management}/.default`]);
      assert.deepEqual([...new Set(asked)], [management]);
    });
  }

  it('follows pages of subscriptions and of registries', async () => {
    acr.arm.subscriptions.splice(0, 9, subscription('one', 3), subscription('two', 2));
    acr.arm.paging.pageSize = 1;
    assert.equal((await hosts()).length, 5);
  });

  it('tells of a subscription that may not be listed, and lists the others', async () => {
    acr.arm.subscriptions.push({ ...subscription('secret', 1), isForbidden: true });
    const { registries, problems } = await discover();
    assert.equal(registries.length, 1);
    assert.equal(problems.length, 1);
    assert.equal(problems[0]?.kind, 'denied');
  });

  it('asks each directory with a token of its own, and tells of one that wants another sign-in', async () => {
    const other = '00000000-0000-0000-0000-00000000000b';
    const locked = '00000000-0000-0000-0000-00000000000c';
    acr.azure.users.set(tokenOf(other), { username: 'alice@contoso.example', tenant: other });
    sessions.set(other, tokenOf(other));
    acr.arm.subscriptions.push(subscription('fabrikam', 1, other));
    const value = [home, other, locked].map((tenantId) => ({ tenantId, displayName: `Directory ${tenantId.at(-1)}` }));
    acr.arm.misbehave((_, response) => sendJson(response, 200, { value }), 1, /^\/tenants/);
    const { registries, problems } = await discover();
    assert.deepEqual(registries.map(({ host }) => host).sort(), [acr.host, 'fabrikam0.azurecr.io'].sort());
    assert.equal(registries.find(({ host }) => host.startsWith('fabrikam'))?.tenant, other);
    assert.deepEqual(
      problems.map(({ subject }) => subject),
      ['Directory c'],
    );
    assert.equal(interactive, 1);
  });

  it('sends no token to where a next page should be elsewhere', async () => {
    const nextLink = 'https://elsewhere.example/subscriptions?page=2';
    acr.arm.misbehave((_, response) => sendJson(response, 200, { value: [], nextLink }), 1, /^\/subscriptions\?/);
    const { problems } = await discover();
    assert.match(problems[0]?.message ?? '', /none of its own/);
  });

  it('ends where the pages go in circles', async () => {
    const nextLink = `${acr.arm.url}/subscriptions?api-version=2020-01-01`;
    acr.arm.misbehave((_, response) => sendJson(response, 200, { value: [], nextLink }), 5, /^\/subscriptions\?/);
    assert.match((await discover()).problems[0]?.message ?? '', /does not end/);
  });

  it('does nothing where the user chooses no account', async () => {
    sessions.clear();
    await assert.rejects(discover(), { name: 'AbortError' });
    assert.deepEqual(acr.arm.seen, []);
  });

  it('says how to go on in an editor without accounts', async () => {
    const room = { http, stores: noStores, now: Date.now };
    await problemFrom('unsupported', discoverAzure(room, 'public', never));
  });
});
