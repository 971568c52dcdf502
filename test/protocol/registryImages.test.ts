import assert from 'node:assert/strict';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createKeptLists } from '../../server/images/keptLists.ts';
import { createRegistryImages, type RegistryImages } from '../../server/images/registryImages.ts';
import type { Log } from '../../server/language/host.ts';
import { createHttp, type Http } from '../../server/registries/http.ts';
import { Registries } from '../../server/registries/registries.ts';
import { DiskCache } from '../../server/util/diskCache.ts';
import { fakeCredentials } from '../support/fakeCredentials.ts';
import { addTags, type FakeRegistry, startFakeRegistry } from '../support/fakeRegistry.ts';
import { makeImage } from '../support/imageContents.ts';
import { answers, sendJson } from '../support/origin.ts';
import { startGoogle } from '../support/registries/google.ts';
import { startHarbor } from '../support/registries/harbor.ts';
import { type Hub, startHub } from '../support/registries/hub.ts';
import type { RegistryOrigin } from '../support/registries/service.ts';
import { createWorld, linesOf, type World } from '../support/registries/world.ts';

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
  /** For what else there is patience: nothing at all, a question that was taken back, details. */
  let patienceFor: Map<number, () => Promise<unknown>>;
  let folder: string;
  beforeEach(async () => {
    now = 1_000_000;
    patience = new Promise(() => {});
    patienceFor = new Map();
    folder = await mkdtemp(join(tmpdir(), 'gantry-kept-'));
    registry = await startFakeRegistry();
    addTags(registry, 'team/app', ['v2', 'v1']);
    addTags(registry, 'team/tool', []);
    addTags(registry, 'other', []);
    http = createHttp({ env: {}, retryDelayMs: 1 });
    start();
  });
  afterEach(async () => {
    await images.dispose();
    await http.close();
    await registry.stop();
    await rm(folder, { recursive: true });
  });

  /** A server that starts, with the folder of the one before. */
  function start(credentials = fakeCredentials()): void {
    registries = new Registries({ http, credentials, now: () => now });
    const disk = new DiskCache({ folder: () => folder, onProblem: assert.ifError });
    const kept = createKeptLists({ disk, credentials, settingOf: () => undefined });
    const world = { registries, log: silent, kept, now: () => now };
    images = createRegistryImages({ ...world, patience: (ms) => patienceFor.get(ms)?.() ?? patience });
  }

  async function restart(credentials?: ReturnType<typeof fakeCredentials>): Promise<void> {
    await images.dispose();
    start(credentials);
  }
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

  /** A question that was taken back is ended when the test says so. */
  const lingering = () => {
    let end = () => {};
    const over = new Promise<void>((resolve) => {
      end = resolve;
    });
    patienceFor.set(1000, () => over);
    return end;
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
    const before = { state: 'known', value: [{ name: 'v2' }, { name: 'v1' }], at: 1_000_000, stale: true };
    assert.deepEqual(await tags(), before);
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

  it('are let go of down to the socket when the next keystroke does not ask again', async () => {
    const letGo = lingering();
    const controller = new AbortController();
    const gone = new Promise<void>((resolve) => {
      registry.misbehave((request) => {
        request.socket.once('close', resolve);
        controller.abort();
      });
    });
    await assert.rejects(tags(controller.signal), { name: 'AbortError' });
    letGo();
    await gone;
  });

  it('are asked for once while somebody types on', async () => {
    const letGo = lingering();
    const { asked, release } = held();
    const first = new AbortController();
    const taken = assert.rejects(tags(first.signal), { name: 'AbortError' });
    await asked;
    first.abort();
    await taken;
    const second = tags();
    await new Promise(setImmediate);
    letGo();
    release(['v3']);
    assert.deepEqual(await second, { state: 'known', value: [{ name: 'v3' }], at: now });
    assert.equal(registry.seen.length, 1);
  });

  it('are not waited for a second time', async () => {
    const { asked, release } = held();
    patience = asked;
    assert.deepEqual(await tags(), { state: 'pending' });
    patience = new Promise(() => {});
    patienceFor.set(0, () => new Promise(setImmediate));
    assert.deepEqual(await tags(), { state: 'pending' });
    const arrived = changed();
    release(['late']);
    await arrived;
    assert.equal((await tags()).state, 'known');
    assert.equal(registry.seen.length, 1);
  });

  it('of a registry that hangs are pending as soon as patience ends', async () => {
    registry.misbehave(() => {});
    patience = Promise.resolve();
    assert.deepEqual(await tags(), { state: 'pending' });
  });

  it('are the first page while the others are on their way', async () => {
    registry.manners.pageSize = 1;
    let release = () => {};
    const asked = new Promise<void>((resolve) => {
      registry.misbehave(
        (_, response) => {
          release = () => sendJson(response, 200, { tags: ['v1'] });
          resolve();
        },
        1,
        /last=/,
      );
    });
    patience = asked;
    assert.deepEqual(await tags(), { state: 'known', value: [{ name: 'v2' }], at: now, partial: true });
    const arrived = changed();
    release();
    await arrived;
    patience = new Promise(() => {});
    assert.deepEqual(await tags(), { state: 'known', value: [{ name: 'v2' }, { name: 'v1' }], at: now });
  });

  it('are the first page soon after it came', async () => {
    registry.manners.pageSize = 1;
    registry.misbehave(() => {}, 1, /last=/);
    patienceFor.set(100, () => Promise.resolve());
    assert.deepEqual(await tags(), { state: 'known', value: [{ name: 'v2' }], at: now, partial: true });
  });

  it('do not wait for a store of credentials that hangs', async () => {
    const asked = new Promise<void>((resolve) => {
      registries.list = () => {
        resolve();
        return new Promise(() => {});
      };
    });
    patience = asked;
    assert.deepEqual(await images.registries(never), { state: 'pending' });
    patience = new Promise(() => {});
    patienceFor.set(0, () => new Promise(setImmediate));
    assert.deepEqual(await images.registries(never), { state: 'pending' }, 'nor a second time');
  });

  it('offer the repositories that begin so', async () => {
    const answer = await images.repositories(registry.host, 'team/', never);
    assert(answer.state === 'known');
    assert.deepEqual(answer.value, [{ name: 'team/app' }, { name: 'team/tool' }]);
    await images.repositories(registry.host, 'o', never);
    assert.equal(registry.seen.length, 1, 'one list for every prefix');
  });

  it('offer those that have it in their names', async () => {
    const answer = await images.repositories(registry.host, 'app', never);
    assert(answer.state === 'known');
    assert.deepEqual(answer.value, [{ name: 'team/app' }]);
  });

  it('are known again after a restart, and asked for behind the back of whoever reads them', async () => {
    await tags();
    now += 3_600_000;
    await restart();
    patienceFor.set(0, () => new Promise(setImmediate));
    const { asked, release } = held();
    const before = { state: 'known', value: [{ name: 'v2' }, { name: 'v1' }], at: 1_000_000, stale: true };
    assert.deepEqual(await tags(), before);
    const arrived = changed();
    await asked;
    release(['v3']);
    await arrived;
    assert.deepEqual(await tags(), { state: 'known', value: [{ name: 'v3' }], at: now });
    assert.equal(registry.seen.length, 2);
  });

  it('are not asked for after a restart that was soon', async () => {
    const answer = await tags();
    await restart();
    assert.deepEqual(await tags(), answer);
    assert.equal(registry.seen.length, 1);
  });

  it('of another account are not known after a restart', async () => {
    await tags();
    await restart(fakeCredentials({ [registry.host]: { kind: 'basic', username: 'bob', password: 'x' } }));
    patience = Promise.resolve();
    registry.misbehave(() => {});
    assert.deepEqual(await tags(), { state: 'pending' });
  });

  it('stay where the registry cannot be reached', async () => {
    await tags();
    now += 3_600_000;
    await restart();
    await registry.stop();
    const answer = await tags();
    assert.deepEqual(answer, { state: 'known', value: [{ name: 'v2' }, { name: 'v1' }], at: 1_000_000, stale: true });
  });

  it('go where the registry says that they are not there', async () => {
    await tags();
    now += 3_600_000;
    registry.misbehave(answers(404));
    assert.equal((await tags()).state, 'failed');
  });

  it('are forgotten with the registry', async () => {
    await tags();
    await restart();
    assert.equal((await readdir(folder)).length, 1);
    registries.refresh(registry.host);
    await restart();
    assert.deepEqual(await readdir(folder), []);
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

describe('images of a registry with folders', () => {
  let world: World;
  let harbor: RegistryOrigin;
  let http: Http;
  let images: RegistryImages;
  let patience: Promise<unknown>[];
  beforeEach(async () => {
    world = createWorld();
    harbor = await startHarbor(world);
    const image = makeImage({ platform: { os: 'linux', architecture: 'amd64' }, layerBytes: [5] });
    harbor.push('team/apps/web', 'latest', image);
    http = createHttp({ env: {}, retryDelayMs: 1 });
    const registries = new Registries({ http, credentials: fakeCredentials() });
    registries.configure([{ host: harbor.host, kind: 'harbor' }]);
    patience = [];
    images = createRegistryImages({
      registries,
      log: silent,
      patience: () => patience.shift() ?? new Promise(() => {}),
    });
  });
  afterEach(async () => {
    await images.dispose();
    await http.close();
    await harbor.stop();
  });

  it('are those in the folder that is typed', async () => {
    const found = await images.repositories(harbor.host, 'team/', never);
    assert(found.state === 'known');
    assert.deepEqual(
      found.value.map(({ name }) => name),
      ['team/apps/web'],
    );
  });

  it('are those in folders of folders', async () => {
    const google = await startGoogle(world);
    const image = makeImage({ platform: { os: 'linux', architecture: 'amd64' }, layerBytes: [5] });
    for (const name of ['project/tools/lint', 'project/tools/test']) google.push(name, '1', image);
    const password = 'ya29.token';
    const credentials = fakeCredentials({ [google.host]: { kind: 'basic', username: 'oauth2accesstoken', password } });
    const registries = new Registries({ http, credentials });
    registries.configure([{ host: google.host, kind: 'gar', prefix: 'project/' }]);
    const found = createRegistryImages({ registries, log: silent, patience: () => new Promise(() => {}) });
    const answer = await found.repositories(google.host, 'project/tools/', never);
    await found.dispose();
    await google.stop();
    assert(answer.state === 'known');
    assert.deepEqual(
      answer.value.map(({ name }) => name),
      ['project/tools/lint', 'project/tools/test'],
    );
  });

  it('are waited for once, whatever has to be asked first', async () => {
    const inside = new Promise<void>((resolve) => harbor.misbehave(() => resolve(), 1, /repositories/));
    patience = [inside];
    assert.deepEqual(await images.repositories(harbor.host, 'team/', never), { state: 'pending' });
  });
});

describe('images of Docker Hub', () => {
  let world: World;
  let hub: Hub;
  let credentials: ReturnType<typeof fakeCredentials>;
  let http: Http;
  let images: RegistryImages;
  beforeEach(async () => {
    world = createWorld();
    hub = await startHub(world);
    const image = makeImage({ platform: { os: 'linux', architecture: 'amd64' }, layerBytes: [5] });
    for (const name of ['library/grafana', 'grafana/grafana', 'other/tool']) hub.push(name, 'latest', image);
    http = createHttp({ env: {}, retryDelayMs: 1 });
    credentials = fakeCredentials();
    const registries = new Registries({ http, credentials });
    registries.configure([{ host: 'docker.io', url: hub.registry.url, webUrl: hub.web.url }]);
    images = createRegistryImages({ registries, log: silent, patience: () => new Promise(() => {}) });
  });
  afterEach(async () => {
    await images.dispose();
    await http.close();
    await hub.stop();
  });
  const named = async (typed: string) => {
    const found = await images.repositories('docker.io', typed, never);
    assert(found.state === 'known');
    return found.value.filter(({ folder }) => !folder).map(({ name }) => name);
  };
  const searches = () => linesOf(world.log).filter((line) => line.includes('/v2/search/'));

  it('are searched for what is typed, once for each text', async () => {
    assert.deepEqual([...(await named('graf'))].sort(), ['grafana/grafana', 'library/grafana']);
    await named('graf');
    assert.equal(searches().length, 1);
  });

  it('are not searched for a letter or two, nor any other registry', async () => {
    await named('gr');
    await images.repositories('registry.invalid', 'grafana', never);
    assert.deepEqual(searches(), []);
  });

  it('are what is found where nobody can say which are their own, and incomplete', async () => {
    credentials.byRegistry['docker.io'] = { kind: 'basic', username: 'alice', password: 's3cr:et' };
    hub.web.misbehave(answers(500), 9, /\/v2\/user\//);
    const found = await images.repositories('docker.io', 'graf', never);
    assert.ok(linesOf(world.log).some((line) => line.includes('/v2/user/')));
    assert(found.state === 'known');
    assert.deepEqual([...found.value.map(({ name }) => name)].sort(), ['grafana/grafana', 'library/grafana']);
  });

  it('are what is known where the search fails, and incomplete', async () => {
    hub.web.misbehave(answers(503), 9, /search/);
    const found = await images.repositories('docker.io', 'graf', never);
    assert(found.state === 'known');
    assert.equal(found.stale, true);
  });
});
