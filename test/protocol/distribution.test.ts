import assert from 'node:assert/strict';
import { Auth } from '../../server/registries/auth.ts';
import { Distribution } from '../../server/registries/distribution.ts';
import { endpointOf } from '../../server/registries/endpoint.ts';
import { createHttp, type Http } from '../../server/registries/http.ts';
import { fakeCredentials } from '../support/fakeCredentials.ts';
import { type FakeRegistry, startFakeRegistry } from '../support/fakeRegistry.ts';
import { makeImage } from '../support/imageContents.ts';
import { answers } from '../support/origin.ts';
import { problemFrom } from '../support/problem.ts';
import { type PlainRegistry, startPlain } from '../support/registries/plain.ts';
import { createWorld, scopesIn, type World } from '../support/registries/world.ts';

const never = new AbortController().signal;

describe('Distribution', () => {
  let registry: FakeRegistry;
  let http: Http;
  let distribution: Distribution;
  beforeEach(async () => {
    registry = await startFakeRegistry();
    http = createHttp({ env: {}, retryDelayMs: 1 });
    const { host } = registry;
    const auth = new Auth(host, http, fakeCredentials(), Date.now);
    distribution = new Distribution(endpointOf({ host }), http, auth, Date.now);
  });
  afterEach(async () => {
    await http.close();
    await registry.stop();
  });
  const image = makeImage({ platform: { os: 'linux', architecture: 'amd64' }, layerBytes: [5] });
  const asked = () => registry.seen.map(({ method, path }) => `${method} ${path}`);

  it('pings a registry, and tells one from a web server', async () => {
    await distribution.ping(never);
    registry.misbehave(answers(404, {}, '<html>'));
    await problemFrom('notFound', distribution.ping(never));
  });

  it('resolves a tag by HEAD, which is no pull', async () => {
    registry.push('app', 'v1', image);
    assert.equal(await distribution.resolve('app', 'v1', never), image.root.digest);
    assert.deepEqual(asked(), ['HEAD /v2/app/manifests/v1']);
  });

  it('resolves a tag from its bytes where HEAD names no digest', async () => {
    registry.push('app', 'v1', image);
    registry.manners.digestHeader = false;
    assert.equal(await distribution.resolve('app', 'v1', never), image.root.digest);
    assert.deepEqual(asked(), ['HEAD /v2/app/manifests/v1', 'GET /v2/app/manifests/v1']);
  });

  it('returns a manifest byte for byte', async () => {
    registry.push('app', 'v1', image);
    const { bytes, digest, contentType } = await distribution.manifest('app', image.root.digest, never);
    assert.deepEqual([bytes, digest, contentType], [image.root.bytes, image.root.digest, image.root.mediaType]);
  });

  describe('deleting', () => {
    const scopes = () => scopesIn(world.log);
    let world: World;
    let plain: PlainRegistry;
    beforeEach(async () => {
      world = createWorld();
      plain = await startPlain(world);
      plain.push('app', ['1', '2'], image);
      const { host } = plain;
      distribution = new Distribution(
        endpointOf({ host }),
        http,
        new Auth(host, http, fakeCredentials(), Date.now),
        Date.now,
      );
    });
    afterEach(() => plain.stop());

    it('takes an image with every tag on it, and asks for no more than that right', async () => {
      Object.assign(plain.access, { mode: 'bearer', anonymous: () => true });
      await distribution.deleteManifest('app', image.root.digest, never);
      assert.equal(plain.store.repositories.get('app')?.tags.size, 0);
      assert.deepEqual(scopes(), [['repository:app:delete']]);
    });

    it('takes a tag alone where the registry can', async () => {
      await distribution.deleteTag('app', '1', never);
      assert.deepEqual([...(plain.store.repositories.get('app')?.tags.keys() ?? [])], ['2']);
    });

    it('says why not where the registry cannot', async () => {
      plain.quirks.deletion = 'off';
      const problem = await problemFrom('unsupported', distribution.deleteManifest('app', image.root.digest, never));
      assert.match(problem.message, /does not let app@sha256:[0-9a-f]+ be deleted \(status 405\)/);
      plain.quirks.deletion = 'byDigest';
      await problemFrom('unsupported', distribution.deleteTag('app', '1', never));
      await problemFrom('notFound', distribution.deleteManifest('app', `sha256:${'0'.repeat(64)}`, never));
    });

    it('sends nothing for what is no digest, and nothing twice', async () => {
      await problemFrom('notFound', distribution.deleteManifest('app', '1', never));
      assert.equal(plain.seen.length, 0);
      plain.misbehave(answers(502), 5);
      await problemFrom('unreachable', distribution.deleteManifest('app', image.root.digest, never));
      assert.equal(plain.seen.length, 1);
    });
  });
});
