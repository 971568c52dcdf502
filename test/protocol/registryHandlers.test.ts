import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import { type Connection, createConnection, ResponseError } from 'vscode-languageserver/node';
import type { ClientRequests } from '../../common/protocol.ts';
import { registerRegistries } from '../../server/handlers/registries.ts';
import { createHttp, type Http } from '../../server/registries/http.ts';
import { Registries } from '../../server/registries/registries.ts';
import { fakeCredentials } from '../support/fakeCredentials.ts';
import { addTags, type FakeRegistry, startFakeRegistry } from '../support/fakeRegistry.ts';
import { makeImage } from '../support/imageContents.ts';
import { answers, hangs } from '../support/origin.ts';

describe('gantry/registries', () => {
  let registry: FakeRegistry;
  let http: Http;
  let registries: Registries;
  let server: Connection;
  let client: Connection;
  let stopTelling: () => void;
  beforeEach(async () => {
    registry = await startFakeRegistry();
    http = createHttp({ env: {}, retryDelayMs: 1 });
    registries = new Registries({ http, credentials: fakeCredentials() });
    const [up, down] = [new PassThrough(), new PassThrough()];
    server = createConnection(up, down);
    client = createConnection(down, up);
    stopTelling = registerRegistries(server, registries, Promise.resolve());
    server.listen();
    client.listen();
  });
  afterEach(async () => {
    stopTelling();
    server.dispose();
    client.dispose();
    await http.close();
    await registry.stop();
  });
  const ask = <M extends keyof ClientRequests>(method: M, params: ClientRequests[M]['params']) =>
    client.sendRequest<ClientRequests[M]['result']>(method, params);

  it('lists registries', async () => {
    registries.configure([{ host: registry.host, insecure: false }]);
    const list = await ask('gantry/registries/list', {});
    assert.deepEqual(
      list.registries.map(({ host }) => host),
      [registry.host, 'docker.io', 'mcr.microsoft.com'],
    );
  });

  it('answers repositories, tags and platforms as known', async () => {
    const contents = makeImage({ platform: { os: 'linux', architecture: 'amd64' }, layerBytes: [5] });
    registry.push('team/app', 'v1', contents);
    const { host } = registry;
    const repositories = await ask('gantry/registries/repositories', { host });
    assert(repositories.state === 'known');
    assert.deepEqual(repositories.value, { items: [{ name: 'team/app' }], total: 1 });
    const tags = await ask('gantry/registries/tags', { host, repository: 'team/app' });
    assert(tags.state === 'known');
    assert.deepEqual(tags.value.items, [{ name: 'v1' }]);
    const platforms = await ask('gantry/registries/platforms', { host, repository: 'team/app', tag: 'v1' });
    assert(platforms.state === 'known');
    assert.equal(platforms.value.platforms[0]?.compressedBytes, 5);
  });

  it('answers a failure as data, so that a node can show it', async () => {
    registry.misbehave(answers(403));
    const answer = await ask('gantry/registries/tags', { host: registry.host, repository: 'team/app' });
    assert(answer.state === 'failed');
    assert.equal(answer.problem.kind, 'denied');
  });

  it('says when it learned what it answers from memory', async () => {
    addTags(registry, 'team/app', ['a']);
    const params = { host: registry.host, repository: 'team/app' };
    const first = await ask('gantry/registries/tags', params);
    const second = await ask('gantry/registries/tags', params);
    assert(first.state === 'known' && second.state === 'known');
    assert.equal(second.at, first.at);
  });

  it('forgets on refresh, and tells so', async () => {
    addTags(registry, 'team/app', ['a']);
    const params = { host: registry.host, repository: 'team/app' };
    await ask('gantry/registries/tags', params);
    const told = new Promise((resolve) => client.onNotification('gantry/registries/changed', resolve));
    await ask('gantry/registries/refresh', { host: registry.host });
    assert.deepEqual(await told, { host: registry.host });
    await ask('gantry/registries/tags', params);
    assert.equal(registry.seen.length, 2);
  });

  it('lets go of the socket when the client cancels', async () => {
    const gone = new Promise<void>((resolve) => {
      registry.misbehave((request, response, body) => {
        request.socket.once('close', resolve);
        cancel();
        return hangs(request, response, body);
      });
    });
    let cancel = () => {};
    const token = {
      isCancellationRequested: false,
      onCancellationRequested: (listener: (event: undefined) => void) => {
        cancel = () => listener(undefined);
        return { dispose() {} };
      },
    };
    const params = { host: registry.host, repository: 'team/app' };
    const asked = client.sendRequest('gantry/registries/tags', params, token);
    await assert.rejects(asked, (error) => error instanceof ResponseError && error.message === 'cancelled');
    await gone;
  });
});
