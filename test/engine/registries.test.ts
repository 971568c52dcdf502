import assert from 'node:assert/strict';
import type { PullProgress } from '../../common/protocol.ts';
import { inspectAtRegistry } from '../../server/engine/distribution.ts';
import type { Engine } from '../../server/engine/engine.ts';
import { removeImage, tagImage } from '../../server/engine/images.ts';
import { pullImage } from '../../server/engine/pull.ts';
import { pushImage } from '../../server/engine/push.ts';
import { createLocalLayers, withLocal } from '../../server/images/localLayers.ts';
import { compareImages, registryLayers } from '../../server/registries/compare.ts';
import { diagnose } from '../../server/registries/diagnosis/diagnose.ts';
import { createHttp, type Http } from '../../server/registries/http.ts';
import { Registries } from '../../server/registries/registries.ts';
import { fakeCredentials } from '../support/fakeCredentials.ts';
import { problemFrom } from '../support/problem.ts';
import { busyboxImage, engineOrSkip, removeTestThings } from '../support/realEngine.ts';
import { startAcr } from '../support/registries/acr.ts';
import { createWorld } from '../support/registries/world.ts';
import { testRegistries } from '../support/testBed.ts';

const never = new AbortController().signal;

describe('a real engine and registries', function () {
  this.timeout(60_000);
  const image = `gantry-test/busybox:registries-${process.pid}`;
  const repository = `gantry-test/pushed-${process.pid}`;
  const { open, basic, user, password } = testRegistries();
  const account = { kind: 'basic', username: user, password } as const;
  const credentials = fakeCredentials({ [basic]: account });
  let engine: Engine;
  let http: Http;
  let registries: Registries;

  before(async function () {
    engine = await engineOrSkip(this);
    http = createHttp({ env: {} });
    registries = new Registries({ http, credentials });
    await busyboxImage(engine, image);
  });
  after(async () => {
    if (engine === undefined) return;
    await removeTestThings(engine);
    await http.close();
    engine.dispose();
  });

  const push = async (host: string, with_ = credentials) => {
    const reference = `${host}/${repository}:1`;
    await tagImage(engine, image, reference, never);
    const seen: PullProgress[] = [];
    const options = { credentials: with_, onProgress: (value: PullProgress) => void seen.push(value) };
    try {
      return { reference, digest: await pushImage(engine, reference, options, never), seen };
    } finally {
      await removeImage(engine, reference, false, never);
    }
  };

  for (const [name, host] of [
    ['anybody', open],
    ['us', basic],
  ] as const) {
    it(`push to and pull from one that is open to ${name}, the registry holding what the engine tells`, async () => {
      const { reference, digest, seen } = await push(host);
      const { value } = await registries.platforms(host, repository, '1', never);
      assert.equal(digest, value.digest);
      const last = seen.at(-1);
      assert.equal(last?.kind, 'push');
      assert.equal(last?.current, last?.total);
      assert.ok((last?.total ?? 0) > 0);
      await pullImage(engine, reference, { platform: undefined, credentials, onProgress: () => {} }, never);
      await removeImage(engine, reference, false, never);
    });
  }

  it('know which layers of an image are here already', async () => {
    await push(open);
    const localLayers = createLocalLayers(engine);
    const reference = { registry: open, repository, tag: '1' };
    const layers = await registryLayers(registries, reference, undefined, 'image', never);
    const known = withLocal(layers, await localLayers.soon(10_000, never));
    localLayers.dispose();
    assert.ok(known.layers.length > 0);
    assert.ok(known.layers.every(({ local }) => local === true));
  });

  it('can be compared, each at its own registry', async () => {
    const [first, second] = [(await push(open)).reference, (await push(basic)).reference];
    const compared = await compareImages(registries, first, second, undefined, never);
    assert.equal(compared.downloadBytes, 0);
    assert.equal(compared.shared.length, compared.second.layers.length);
    assert.equal(compared.first.platform.os, 'linux');
  });

  it('are diagnosed to the end, the way of the engine included', async () => {
    await push(basic);
    const located = { ...credentials, locate: async () => ({ credential: account, from: 'the test bed' }) };
    const asking = (credential: typeof account | undefined) => async (reference: string, signal: AbortSignal) => {
      await inspectAtRegistry(engine, reference, { registry: basic, credential }, signal);
      return undefined;
    };
    const askEngine = asking(account);
    const world = { env: {}, now: Date.now, registries, http, credentials: located, askEngine };
    const steps = await diagnose(basic, repository, world, () => {}, never);
    assert.deepEqual(
      steps.filter(({ state }) => state === 'failed'),
      [],
    );
    const { Challenge: challenge, Engine: asked } = Object.fromEntries(steps.map((step) => [step.name, step]));
    assert.match(challenge?.detail ?? '', /^Basic/);
    assert.equal(asked?.detail, 'The engine gets there too.');
    const asNobody = { ...world, askEngine: asking(undefined) };
    const refused = (await diagnose(basic, repository, asNobody, () => {}, never)).at(-1);
    assert.match(refused?.detail ?? '', /gets there, and is refused/);
  });

  it('stop a push that nobody wants any more', async () => {
    const reference = `${open}/${repository}-cancelled:1`;
    await tagImage(engine, image, reference, never);
    const pushing = new AbortController();
    const work = pushImage(engine, reference, { credentials, onProgress: () => pushing.abort() }, pushing.signal);
    try {
      await assert.rejects(work, { name: 'AbortError' });
    } finally {
      await removeImage(engine, reference, false, never);
    }
  });

  it('refuse a push by nobody, in words', async () => {
    const { kind } = await problemFrom('unauthorized', push(basic, fakeCredentials()));
    assert.equal(kind, 'unauthorized');
  });

  it("push to Azure's as to any other", async () => {
    const acr = await startAcr(createWorld());
    const admin = { kind: 'basic', username: 'contoso', password: 'admin-password' } as const;
    try {
      const { digest } = await push(acr.host, fakeCredentials({ [acr.host]: admin }));
      assert.equal(acr.store.repositories.get(repository)?.tags.get('1')?.digest, digest);
    } finally {
      await acr.stop();
    }
  });
});
