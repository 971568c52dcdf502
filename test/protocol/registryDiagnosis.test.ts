import assert from 'node:assert/strict';
import type { DiagnoseStep } from '../../common/registry.ts';
import { type DiagnosisWorld, diagnose } from '../../server/registries/diagnosis/diagnose.ts';
import { createHttp, type Http } from '../../server/registries/http.ts';
import { Registries } from '../../server/registries/registries.ts';
import { ProblemError } from '../../server/util/problemError.ts';
import { selfSigned } from '../support/certificate.ts';
import { fakeCredentials } from '../support/fakeCredentials.ts';
import { makeImage } from '../support/imageContents.ts';
import { answers } from '../support/origin.ts';
import { type PlainRegistry, startPlain } from '../support/registries/plain.ts';
import { createWorld, type World } from '../support/registries/world.ts';

const never = new AbortController().signal;
const alice = { kind: 'basic', username: 'alice', password: 's3cr:et' } as const;
const image = makeImage({ platform: { os: 'linux', architecture: 'amd64' }, layerBytes: [5] });

describe('the diagnosis of a connection', () => {
  let registry: PlainRegistry;
  let http: Http;
  let registries: Registries;
  const credentials = fakeCredentials();
  const start = async (tls?: World['tls']) => {
    registry = await startPlain(createWorld(tls));
    registry.push('team/app', '1', image);
    http = createHttp({ env: {}, retryDelayMs: 1 });
    credentials.byRegistry = {};
    registries = new Registries({ http, credentials });
  };
  afterEach(async () => {
    await http.close();
    await registry.stop();
  });
  const run = async (repository?: string, more: Partial<DiagnosisWorld> = {}, host = registry.host) => {
    const told: DiagnoseStep[] = [];
    const world = { env: {}, registries, http, credentials, ...more };
    const steps = await diagnose(host, repository, world, (step) => told.push(step), never);
    assert.deepEqual(told, steps, 'each step is told as it ends');
    return Object.fromEntries(steps.map((step) => [step.name, step]));
  };
  const states = (steps: Readonly<Record<string, DiagnoseStep>>) =>
    Object.entries(steps).map(([name, { state }]) => `${name} ${state}`);

  it('goes all the way where everything is well', async () => {
    await start();
    registries.configure([{ host: registry.host, url: registry.url }]);
    const steps = await run('team/app', { askEngine: async () => {} });
    assert.deepEqual(states(steps), [
      ...['Address ok', 'Proxy ok', 'DNS ok', 'TCP ok', 'TLS warning', 'Registry ok', 'Credentials ok', 'Access ok'],
      'Engine ok',
    ]);
    assert.match(steps['Registry']?.detail ?? '', /lets anybody in/);
    assert.match(steps['Access']?.detail ?? '', /the tags of team\/app \(1\)/);
  });

  it('says that a name leads nowhere, and tries nothing after it', async () => {
    await start();
    const steps = await run(undefined, {}, 'registry.invalid');
    assert.equal(steps['DNS']?.state, 'failed');
    assert.deepEqual(steps['TCP'], undefined);
    assert.equal(steps['Access']?.state, 'skipped');
  });

  it('shows whose word stands behind a certificate', async () => {
    const certificate = selfSigned();
    await start(certificate);
    const steps = await run();
    assert.equal(steps['TLS']?.state, 'warning', 'plain HTTP is left to be tried');
    assert.match(steps['TLS']?.detail ?? '', /vouched for by itself/);
    assert.equal(steps['Registry']?.state, 'failed');
    registries.configure([{ host: 'r.example', url: registry.url.replace('127.0.0.1', '0.0.0.0') }]);
    assert.equal((await run(undefined, {}, 'r.example'))['TLS']?.state, 'failed');
    registries.configure([{ host: registry.host, insecure: true }]);
    assert.equal((await run())['TLS']?.state, 'warning');
  });

  it('says who we are, and nothing that is secret', async () => {
    await start();
    registry.access.mode = 'bearer';
    credentials.byRegistry = { [registry.host]: alice };
    registries.configure([{ host: registry.host, url: registry.url }]);
    const steps = await run('team/app');
    assert.match(steps['Registry']?.detail ?? '', /asks for tokens from http:\/\/127\.0\.0\.1/);
    assert.match(steps['Credentials']?.detail ?? '', /for alice/);
    assert.equal(steps['Access']?.state, 'ok');
    const env = { https_proxy: 'http://bob:hush@proxy.invalid:3128' };
    const proxied = await run(undefined, { env }, 'registry.example');
    assert.match(proxied['Proxy']?.detail ?? '', /http:\/\/proxy\.invalid:3128 \(https_proxy, with a password\)/);
    assert.doesNotMatch(JSON.stringify([steps, proxied]), /s3cr|hush/);
  });

  it('knows what is no registry', async () => {
    await start();
    registries.configure([{ host: registry.host, url: registry.url }]);
    registry.misbehave(answers(200, { 'content-type': 'text/html' }, '<html>'), 9, /tags|catalog/);
    const steps = await run();
    assert.equal(steps['Access']?.state, 'failed');
    registry.misbehave(answers(404, {}, 'not found'), 9, /v2/);
    assert.match((await run())['Registry']?.detail ?? '', /not how a registry answers/);
  });

  it("tells the engine's troubles from ours", async () => {
    await start();
    registries.configure([{ host: registry.host, url: registry.url }]);
    const message =
      'Get "https://r/v2/": tls: failed to verify certificate: x509: certificate signed by unknown authority';
    const askEngine = async () => {
      throw new ProblemError({ kind: 'internal', subject: 'r', message });
    };
    const { Engine: engine } = await run('team/app', { askEngine });
    assert.equal(engine?.state, 'warning');
    assert.match(engine?.next ?? '', /certs\.d\/127\.0\.0\.1/);
  });

  it('ends when nobody wants it any more', async () => {
    await start();
    const asking = new AbortController();
    const world = { env: {}, registries, http, credentials };
    const work = diagnose(registry.host, undefined, world, () => asking.abort(), asking.signal);
    await assert.rejects(work, { name: 'AbortError' });
  });
});
