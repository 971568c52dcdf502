import assert from 'node:assert/strict';
import type { IncomingHttpHeaders } from 'node:http';
import type { ServerNotifications } from '../../common/protocol.ts';
import type { DiagnoseStep } from '../../common/registry.ts';
import { createEngine, type Engine } from '../../server/engine/engine.ts';
import { registerDiagnose } from '../../server/handlers/diagnose.ts';
import { createHttp, type Http } from '../../server/registries/http.ts';
import { Registries } from '../../server/registries/registries.ts';
import { silentLog } from '../support/changes.ts';
import { fakeCredentials } from '../support/fakeCredentials.ts';
import { type FakeEngine, json, startFakeEngine } from '../support/fakeEngine.ts';
import { makeImage } from '../support/imageContents.ts';
import { type PlainRegistry, startPlain } from '../support/registries/plain.ts';
import { createWorld } from '../support/registries/world.ts';
import { type Wire, wire } from '../support/wire.ts';

describe('gantry/registries/diagnose', () => {
  let registry: PlainRegistry;
  let fake: FakeEngine;
  let engine: Engine;
  let http: Http;
  let ends: Wire;
  let told: ServerNotifications['gantry/progress'][];

  beforeEach(async () => {
    registry = await startPlain(createWorld());
    registry.access.mode = 'basic';
    registry.push('team/app', '1', makeImage({ platform: { os: 'linux', architecture: 'amd64' }, layerBytes: [5] }));
    fake = await startFakeEngine();
    engine = createEngine({ env: { DOCKER_HOST: fake.host }, log: silentLog });
    http = createHttp({ env: {}, retryDelayMs: 1 });
    const credential = { kind: 'basic', username: 'alice', password: 's3cr:et' } as const;
    const found = fakeCredentials({ [registry.host]: credential });
    const credentials = { ...found, locate: async () => ({ credential, from: 'a test' }) };
    ends = wire();
    const registries = new Registries({ http, credentials });
    registerDiagnose(ends.server, { env: {}, now: Date.now, registries, http, credentials }, engine);
    ends.server.listen();
    told = [];
    ends.client.onNotification('gantry/progress', (params) => void told.push(params));
  });
  afterEach(async () => {
    ends.close();
    engine.dispose();
    await http.close();
    await registry.stop();
    await fake.close();
  });
  const ask = () =>
    ends.client.sendRequest<readonly DiagnoseStep[]>('gantry/registries/diagnose', {
      host: registry.host,
      repository: 'team/app',
      progress: 'p',
    });

  it('tells each step as it ends, and all in the end', async () => {
    const steps = await ask();
    assert.deepEqual(
      told,
      steps.map((step) => ({ progress: 'p', value: { kind: 'diagnose', step } })),
    );
    assert.equal(steps.at(-1)?.name, 'Engine');
  });

  it('does without an engine where none answers', async () => {
    await fake.stop();
    assert.equal((await ask()).at(-1)?.detail, 'No engine is there to ask.');
  });

  it('asks the engine with the sign-in of the registry, padded as it wants it', async () => {
    let headers: IncomingHttpHeaders = {};
    fake.on(`GET /distribution/${registry.host}/team/app:1/json`, (request, response) => {
      headers = request.headers;
      json(response, { Descriptor: {} });
    });
    const steps = await ask();
    assert.equal(steps.at(-1)?.detail, 'The engine gets there too.');
    const value = String(headers['x-registry-auth']);
    assert.equal(value.length % 4, 0);
    assert.deepEqual(JSON.parse(Buffer.from(value, 'base64url').toString()), {
      username: 'alice',
      password: 's3cr:et',
      serveraddress: registry.host,
    });
    assert.doesNotMatch(JSON.stringify([steps, told]), /s3cr/);
  });

  it('says what the engine says', async () => {
    const message = 'Get "https://registry/v2/": dial tcp: lookup registry: no such host';
    fake.on(`GET /distribution/${registry.host}/team/app:1/json`, (_, response) => json(response, { message }, 500));
    const last = (await ask()).at(-1);
    assert.equal(last?.state, 'warning');
    assert.match(last?.detail ?? '', /no such host/);
  });

  it('does not ask Podman, which has no such thing', async () => {
    fake.on('GET /version', (_, response) =>
      json(response, {
        Version: '5',
        ApiVersion: '1.41',
        Os: 'linux',
        Arch: 'amd64',
        Components: [{ Name: 'Podman Engine' }],
      }),
    );
    assert.equal((await ask()).at(-1)?.detail, 'Podman cannot be asked about a registry.');
    assert.deepEqual(
      fake.calls.filter((call) => call.includes('/distribution/')),
      [],
    );
  });
});
