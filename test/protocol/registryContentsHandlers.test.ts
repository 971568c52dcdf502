import assert from 'node:assert/strict';
import { CancellationTokenSource, LSPErrorCodes, type ResponseError } from 'vscode-languageserver/node';
import type { Problem } from '../../common/known.ts';
import type { ClientRequests, ServerNotifications } from '../../common/protocol.ts';
import { createEngine, type Engine } from '../../server/engine/engine.ts';
import { registerImages } from '../../server/handlers/images.ts';
import { registerLayers } from '../../server/handlers/layers.ts';
import { registerRegistries } from '../../server/handlers/registries.ts';
import { registerRegistryContents } from '../../server/handlers/registryContents.ts';
import { createAnalyses } from '../../server/images/layers/analyses.ts';
import { createLocalLayers, type LocalLayers } from '../../server/images/localLayers.ts';
import { registryLayers } from '../../server/registries/compare.ts';
import { createHttp, type Http } from '../../server/registries/http.ts';
import { Registries } from '../../server/registries/registries.ts';
import { silentLog } from '../support/changes.ts';
import { fakeCredentials } from '../support/fakeCredentials.ts';
import { type FakeEngine, json, startFakeEngine } from '../support/fakeEngine.ts';
import { makeImage, makeIndex } from '../support/imageContents.ts';
import { hangs } from '../support/origin.ts';
import { distribution28 } from '../support/registries/distribution.ts';
import { type PlainRegistry, startPlain } from '../support/registries/plain.ts';
import { createWorld, manifestRequests, type World } from '../support/registries/world.ts';
import { until } from '../support/until.ts';
import { type Wire, wire } from '../support/wire.ts';

const platforms = ['amd64', 'arm64', 's390x'].map((architecture) => ({
  platform: { os: 'linux', architecture },
  layerBytes: [10],
}));
const base = Buffer.alloc(100, 1);
const image = makeImage({ platform: { os: 'linux', architecture: 'amd64' }, shared: [base], layerBytes: [10] });
const diffIds = JSON.parse(
  [...image.blobs.values()].find((blob) => blob.toString().includes('rootfs'))?.toString() ?? '{}',
).rootfs.diff_ids as readonly string[];

describe('what images in registries hold, over the wire', () => {
  let world: World;
  let registry: PlainRegistry;
  let fake: FakeEngine;
  let engine: Engine;
  let http: Http;
  let registries: Registries;
  let localLayers: LocalLayers;
  let ends: Wire;
  let stopTelling: () => void;
  const credentials = fakeCredentials();
  let told: ServerNotifications['gantry/registries/changed'][];

  beforeEach(async () => {
    world = createWorld();
    registry = await startPlain(world);
    fake = await startFakeEngine();
    engine = createEngine({ env: { DOCKER_HOST: fake.host }, log: silentLog });
    http = createHttp({ env: {}, retryDelayMs: 1 });
    credentials.byRegistry = {};
    registries = new Registries({ http, credentials });
    localLayers = createLocalLayers(engine);
    ends = wire();
    stopTelling = registerRegistries(ends.server, registries, Promise.resolve());
    registerRegistryContents(ends.server, registries, engine, localLayers);
    registerImages(ends.server, engine, credentials, registries);
    const kept = { read: async () => undefined, write: async () => {} };
    registerLayers(ends.server, createAnalyses({ engine, registries, kept, origins: async () => new Map() }), engine);
    ends.server.listen();
    told = [];
    ends.client.onNotification('gantry/registries/changed', (params) => void told.push(params));
    registry.push('team/app', '1', image);
    registry.push('team/app', 'multi', makeIndex(platforms));
  });
  afterEach(async () => {
    stopTelling();
    ends.close();
    localLayers.dispose();
    engine.dispose();
    await http.close();
    await registry.stop();
    await fake.close();
  });

  const ask = <M extends keyof ClientRequests>(method: M, params: ClientRequests[M]['params']) =>
    ends.client.sendRequest<ClientRequests[M]['result']>(method, params);
  const layers = async () => {
    const answer = await ask('gantry/registries/layers', {
      host: registry.host,
      repository: 'team/app',
      digest: image.root.digest,
    });
    assert(answer.state === 'known');
    return answer.value.layers.map(({ local }) => local);
  };
  const problemOf = async (work: Promise<unknown>): Promise<Problem> => {
    const error = await work.then(
      () => assert.fail('it should have failed'),
      (rejected: ResponseError<Problem>) => rejected,
    );
    assert(error.data !== undefined, error.message);
    return error.data;
  };
  const engineHas = (
    ...images: readonly { readonly id: string; readonly layers: readonly string[]; readonly store?: string }[]
  ) => {
    fake.on('GET /images/json', (_, response) =>
      json(
        response,
        images.map(({ id }) => ({ Id: id })),
      ),
    );
    for (const { id, layers: held, store } of images) {
      const inspected = { Id: id, RootFS: { Layers: held }, ...(store && { GraphDriver: { Name: store } }) };
      fake.on(`GET /images/${id}/json`, (_, response) => json(response, inspected));
    }
  };

  describe('layers', () => {
    it('say which of them the engine has', async () => {
      engineHas({ id: 'a', layers: diffIds.slice(0, 1) });
      assert.deepEqual(await layers(), [true, false]);
    });

    it('are to be fetched again where the engine has them on others only, and keeps them so', async () => {
      engineHas({ id: 'a', layers: [...diffIds].reverse() });
      assert.deepEqual(await layers(), [true, true], 'one that keeps them by themselves');
      const changed = new Promise<void>((resolve) => engine.onDidChange(() => resolve()));
      await until(() => fake.eventStreams > 0);
      engineHas({ id: 'b', layers: [...diffIds].reverse(), store: 'overlay2' });
      fake.emit({ Type: 'image', Action: 'pull', Actor: { ID: 'x' }, time: 1, timeNano: 1 });
      await changed;
      assert.deepEqual(await layers(), [false, false]);
    });

    it('are there where the engine has them on the same', async () => {
      engineHas({ id: 'a', layers: [...diffIds, 'sha256:more'], store: 'overlay2' });
      assert.deepEqual(await layers(), [true, true]);
    });

    it('say so by what the engine has now, and ask it once', async () => {
      engineHas({ id: 'a', layers: diffIds.slice(0, 1) });
      await layers();
      await layers();
      assert.equal(fake.count('GET /images/json'), 1);
      engineHas({ id: 'a', layers: diffIds.slice(0, 1) }, { id: 'b', layers: diffIds });
      const changed = new Promise<void>((resolve) => engine.onDidChange(() => resolve()));
      await until(() => fake.eventStreams > 0);
      fake.emit({ Type: 'image', Action: 'pull', Actor: { ID: 'x' }, time: 1, timeNano: 1 });
      await changed;
      assert.deepEqual(await layers(), [true, true]);
      assert.equal(fake.count('GET /images/a/json'), 1, 'the layers of an image never change');
    });

    it('leave it open where an image that was listed is gone, and where nobody can be asked', async () => {
      engineHas({ id: 'a', layers: diffIds });
      fake.on('GET /images/json', (_, response) => json(response, [{ Id: 'a' }, { Id: 'gone' }]));
      assert.deepEqual(await layers(), [true, true]);
      const changed = new Promise<void>((resolve) => engine.onDidChange(() => resolve()));
      await until(() => fake.eventStreams > 0);
      await fake.stop();
      await changed;
      assert.deepEqual(await layers(), [undefined, undefined]);
      await fake.start();
    });

    it('do not wait for an engine that says nothing', async () => {
      fake.on('GET /images/json', () => {});
      assert.deepEqual(await layers(), [undefined, undefined]);
    });
  });

  describe('a comparison', () => {
    const compare = (more: { readonly platform?: string } = {}) =>
      ask('gantry/layers/compare', {
        source: 'registry',
        first: `${registry.host}/team/app:multi`,
        second: `${registry.host}/team/app:1`,
        ...more,
      });

    it("is of the engine's platform, and asks for no other", async () => {
      fake.on('GET /version', (_, response) =>
        json(response, { Version: '27', ApiVersion: '1.46', Os: 'linux', Arch: 's390x' }),
      );
      await engine.status(new AbortController().signal);
      const { first } = await compare();
      assert.equal(first.platform.architecture, 's390x');
      assert.equal(manifestRequests(world.log).length, 3, 'the index, its image, and the other image');
    });

    it('is of the platform that is asked for, and of no other', async () => {
      const { first, second } = await compare({ platform: 'linux/arm64' });
      assert.equal(first.platform.architecture, 'arm64');
      assert.equal(second.platform.architecture, 'amd64', 'there is but one');
      const { message, next } = await problemOf(compare({ platform: 'windows/amd64' }));
      assert.match(`${message} ${next}`, /not there for windows\/amd64\. It is there for linux\/amd64, linux\/arm64/);
      assert.match((await problemOf(compare({ platform: 'arm' }))).message, /"arm" is no platform/);
    });

    it('costs nothing more for what is known already', async () => {
      await ask('gantry/registries/platforms', { host: registry.host, repository: 'team/app', tag: 'multi' });
      const before = manifestRequests(world.log).length;
      await compare();
      assert.equal(manifestRequests(world.log).length, before + 1);
    });

    it('waits along with whoever asks for all platforms at the moment', async () => {
      const { host } = registry;
      const reference = { registry: host, repository: 'team/app', tag: 'multi' };
      const never = new AbortController().signal;
      await Promise.all([
        registries.platforms(host, 'team/app', 'multi', never),
        registryLayers(registries, reference, undefined, 'app', never),
      ]);
      assert.equal(manifestRequests(world.log).length, 1 + platforms.length);
    });

    it('lets go of the socket when it is cancelled, and nothing is left over', async () => {
      const rejections: unknown[] = [];
      const note = (reason: unknown) => void rejections.push(reason);
      process.on('unhandledRejection', note);
      try {
        const gone = new Promise<void>((resolve) => {
          registry.misbehave((request, response, body) => {
            request.socket.once('close', resolve);
            source.cancel();
            return hangs(request, response, body);
          }, 9);
        });
        const source = new CancellationTokenSource();
        const names = {
          source: 'registry',
          first: `${registry.host}/team/app:multi`,
          second: `${registry.host}/team/app:1`,
        };
        const work = ends.client.sendRequest('gantry/layers/compare', names, source.token);
        await assert.rejects(work, { code: LSPErrorCodes.RequestCancelled });
        await gone;
        await localLayers.soon(1000, new AbortController().signal);
        await new Promise(setImmediate);
        assert.deepEqual(rejections, []);
      } finally {
        process.off('unhandledRejection', note);
      }
    });
  });

  it('a config of an index costs the index, its image and the config', async () => {
    const reference = { host: registry.host, repository: 'team/app', reference: 'multi' } as const;
    const config = await ask('gantry/registries/document', { ...reference, what: 'config', platform: 'linux/arm64' });
    assert.equal((config as { architecture: string }).architecture, 'arm64');
    assert.equal(world.log.length, 3);
  });

  it('the digest of a tag costs one HEAD, also of an index', async () => {
    const where = { host: registry.host, repository: 'team/app' };
    const { digest } = await ask('gantry/registries/digest', { ...where, tag: 'multi' });
    assert.deepEqual(
      world.log.map(({ method }) => method),
      ['HEAD'],
    );
    const details = await ask('gantry/registries/platforms', { ...where, tag: 'multi' });
    assert.equal(details.state === 'known' && details.value.digest, digest);
    const { kind } = await problemOf(ask('gantry/registries/digest', { ...where, tag: 'none' }));
    assert.equal(kind, 'notFound');
  });

  it('an attestation says what it is about, for one request', async () => {
    const where = { host: registry.host, repository: 'team/app' };
    const details = await ask('gantry/registries/platforms', { ...where, tag: 'multi' });
    assert(details.state === 'known');
    const [attestation] = details.value.attestations ?? [];
    const before = world.log.length;
    const statements = await ask('gantry/registries/attestation', { ...where, digest: attestation?.digest ?? '' });
    assert(statements.state === 'known');
    assert.deepEqual(
      statements.value.map(({ predicateType }) => predicateType),
      ['https://slsa.dev/provenance/v0.2'],
    );
    assert.equal(world.log.length, before + 1);
  });

  describe('a deletion', () => {
    const where = () => ({ host: registry.host, repository: 'team/app' });
    const tags = async (repository = 'team/app') => {
      const answer = await ask('gantry/registries/tags', { host: registry.host, repository });
      assert(answer.state === 'known');
      return answer.value.items.map(({ name }) => name);
    };

    it('is shown with the tags of now, not with those of a list of before', async () => {
      Object.assign(registry.quirks, distribution28());
      await tags();
      registry.push('team/app', 'since', image);
      const [preview] = await ask('gantry/registries/deletePreview', { ...where(), tags: ['1'] });
      assert.deepEqual([...(preview?.tags ?? [])].sort(), ['1', 'since']);
    });

    it('forgets what is known of that repository, and of no other', async () => {
      registry.push('team/other', '1', image);
      for (const repository of ['team/app', 'team/other']) await tags(repository);
      const { digest } = image.root;
      const deleted = await ask('gantry/registries/delete', { ...where(), method: 'image', digest });
      assert.deepEqual(deleted, { imagesLeft: 0 });
      const before = world.log.length;
      assert.deepEqual(await tags(), ['multi']);
      await tags('team/other');
      assert.equal(world.log.length, before + 1);
      assert.deepEqual(told, [], 'whoever deletes asks again when it is done');
    });

    it('says in words what the registry does not do', async () => {
      const { message } = await problemOf(ask('gantry/registries/delete', { ...where(), method: 'repository' }));
      assert.match(message, /does not delete that/);
    });
  });

  describe('a push', () => {
    const push = (repository = 'team/app') =>
      ask('gantry/images/push', { reference: `${registry.host}/${repository}:2` });
    const enginePushes = (...lines: readonly object[]) =>
      fake.on(`POST /images/${registry.host}/team/app/push`, (_, response) => {
        response.writeHead(200, { 'content-type': 'application/json' });
        response.end(lines.map((line) => `${JSON.stringify(line)}\r\n`).join(''));
      });

    it('tells the digest, and whoever shows the repository that there is more', async () => {
      enginePushes(
        { status: 'Pushing' },
        { progressDetail: {}, aux: { Tag: '2', Digest: image.root.digest, Size: 7 } },
      );
      await ask('gantry/registries/tags', { host: registry.host, repository: 'team/app' });
      assert.deepEqual(await push(), { digest: image.root.digest });
      await until(() => told.length > 0);
      assert.deepEqual(told, [{ host: registry.host, repository: 'team/app' }]);
      registry.push('team/app', '2', image);
      const answer = await ask('gantry/registries/tags', { host: registry.host, repository: 'team/app' });
      assert(answer.state === 'known');
      assert.ok(answer.value.items.some(({ name }) => name === '2'));
    });

    it('uploads nothing where nobody has signed in, and says what to do', async () => {
      registry.access.mode = 'bearer';
      const { kind, next } = await problemOf(push());
      assert.equal(kind, 'denied');
      assert.match(next ?? '', /Sign in/);
      assert.deepEqual(
        fake.calls.filter((call) => call.includes('/push')),
        [],
      );
    });

    it('uploads nothing into a namespace of somebody else', async () => {
      registry.access.mode = 'bearer';
      registry.access.accounts.push({
        username: 'bob',
        password: 'p',
        may: (_, name, action) => action === 'pull' || name.startsWith('bob/'),
      });
      credentials.byRegistry = { [registry.host]: { kind: 'basic', username: 'bob', password: 'p' } };
      const { kind, subject, next } = await problemOf(push());
      assert.deepEqual([kind, subject], ['denied', `${registry.host}/team/app`]);
      assert.match(next ?? '', /a namespace that bob may push to/);
    });

    it('is tried by the engine where only we cannot reach the registry', async () => {
      enginePushes({ progressDetail: {}, aux: { Digest: image.root.digest } });
      await registry.stop();
      assert.deepEqual(await push(), { digest: image.root.digest });
    });

    it('fails with what comes amid the progress', async () => {
      enginePushes({ status: 'Pushing' }, { error: 'denied: requested access to the resource is denied' });
      const { kind, message } = await problemOf(push());
      assert.equal(kind, 'denied');
      assert.match(message, /requested access/);
      assert.deepEqual(told, []);
    });
  });
});
