import assert from 'node:assert/strict';
import { createRegistryImages, type RegistryImages } from '../../server/images/registryImages.ts';
import type { Log } from '../../server/language/host.ts';
import { createHttp, type Http } from '../../server/registries/http.ts';
import { Registries } from '../../server/registries/registries.ts';
import { fakeCredentials } from '../support/fakeCredentials.ts';
import { addTags, type FakeRegistry, startFakeRegistry } from '../support/fakeRegistry.ts';
import { answers, sendJson } from '../support/origin.ts';

const never = new AbortController().signal;
const silent: Log = { info() {}, warn() {}, error() {} };

describe('images as registries know them', () => {
  let now: number;
  let registry: FakeRegistry;
  let http: Http;
  let registries: Registries;
  let images: RegistryImages;
  /** Whether the asker has lost patience. */
  let patience: Promise<unknown>;
  beforeEach(async () => {
    now = 1_000_000;
    patience = new Promise(() => {});
    registry = await startFakeRegistry();
    addTags(registry, 'team/app', ['v2', 'v1']);
    addTags(registry, 'team/tool', []);
    addTags(registry, 'other', []);
    http = createHttp({ env: {}, retryDelayMs: 1 });
    registries = new Registries({ http, credentials: fakeCredentials(), now: () => now });
    images = createRegistryImages({ registries, log: silent, now: () => now, patience: () => patience });
  });
  afterEach(async () => {
    images.dispose();
    await http.close();
    await registry.stop();
  });
  const tags = (signal = never) => images.tags({ registry: registry.host, repository: 'team/app' }, signal);
  const changed = () => new Promise<void>((resolve) => void images.onDidChange(resolve));

  /** The next request waits until the test lets it go. */
  const held = () => {
    let release = (_tags: readonly string[]) => {};
    const asked = new Promise<void>((resolve) => {
      registry.misbehave((_, response) => {
        release = (list) => sendJson(response, 200, { tags: list });
        resolve();
      });
    });
    return { asked, release: (list: readonly string[]) => release(list) };
  };

  it('are known when the registry answers in time, in its own order, and not asked again', async () => {
    const answer = await tags();
    assert.deepEqual(answer, { state: 'known', value: [{ name: 'v2' }, { name: 'v1' }], at: now });
    now += 1000;
    assert.deepEqual(await tags(), answer);
    assert.equal(registry.seen.length, 1);
  });

  it('are pending when it does not, and tell when they arrive', async () => {
    const { asked, release } = held();
    patience = asked;
    assert.deepEqual(await tags(), { state: 'pending' });
    const arrived = changed();
    release(['late']);
    await arrived;
    patience = new Promise(() => {});
    assert.deepEqual(await tags(), { state: 'known', value: [{ name: 'late' }], at: now });
    assert.equal(registry.seen.length, 1);
  });

  it('are what they were while the registry takes its time', async () => {
    await tags();
    now += 3_600_000;
    const { asked, release } = held();
    patience = asked;
    assert.deepEqual(await tags(), { state: 'known', value: [{ name: 'v2' }, { name: 'v1' }], at: 1_000_000 });
    const arrived = changed();
    release(['v3']);
    await arrived;
    patience = new Promise(() => {});
    assert.deepEqual(await tags(), { state: 'known', value: [{ name: 'v3' }], at: now });
  });

  it('fail with the reason, and are asked again the next time', async () => {
    registry.misbehave(answers(404));
    const answer = await tags();
    assert(answer.state === 'failed');
    assert.equal(answer.problem.kind, 'notFound');
    assert.equal((await tags()).state, 'known');
  });

  it('tell a late failure once, to the next who asks', async () => {
    let fail = () => {};
    patience = new Promise<void>((resolve) => {
      registry.misbehave((_, response) => {
        fail = () => void response.writeHead(403).end();
        resolve();
      });
    });
    assert.equal((await tags()).state, 'pending');
    const over = changed();
    fail();
    await over;
    patience = new Promise(() => {});
    const late = await tags();
    assert(late.state === 'failed');
    assert.equal(late.problem.kind, 'denied');
    assert.equal(registry.seen.length, 1, 'told, not asked again');
    assert.equal((await tags()).state, 'known');
  });

  it('are let go of down to the socket by the next keystroke', async () => {
    const controller = new AbortController();
    const gone = new Promise<void>((resolve) => {
      registry.misbehave((request) => {
        request.socket.once('close', resolve);
        controller.abort();
      });
    });
    await assert.rejects(tags(controller.signal), { name: 'AbortError' });
    await gone;
  });

  it('offer the repositories that begin so', async () => {
    const answer = await images.repositories(registry.host, 'team/', never);
    assert(answer.state === 'known');
    assert.deepEqual(answer.value, [{ name: 'team/app' }, { name: 'team/tool' }]);
    await images.repositories(registry.host, 'o', never);
    assert.equal(registry.seen.length, 1, 'one list for every prefix');
  });

  it('change when a registry is refreshed, until nobody listens', async () => {
    let changes = 0;
    const stop = images.onDidChange(() => {
      changes += 1;
    });
    registries.refresh(registry.host);
    assert.equal(changes, 1);
    stop();
    registries.refresh();
    assert.equal(changes, 1);
  });
});
