import assert from 'node:assert/strict';
import { createHttp, type Http } from '../../server/registries/http.ts';
import { Registries } from '../../server/registries/registries.ts';
import type { Credential } from '../../server/util/credential.ts';
import { fakeCredentials } from '../support/fakeCredentials.ts';
import { type FakeRegistry, type Manners, startFakeRegistry } from '../support/fakeRegistry.ts';
import { digestOf, type ImageContents, makeImage, makeIndex, type PlatformContents } from '../support/imageContents.ts';
import { answers, redirectsTo, startOrigin } from '../support/origin.ts';
import { problemFrom } from '../support/problem.ts';

const never = new AbortController().signal;
const created = '2026-01-02T03:04:05Z';
const amd64: PlatformContents = { platform: { os: 'linux', architecture: 'amd64' }, layerBytes: [100, 20], created };
const arm64: PlatformContents = { platform: { os: 'linux', architecture: 'arm64' }, layerBytes: [30], created };

describe('what a tag holds', () => {
  let registry: FakeRegistry;
  let http: Http;
  let registries: Registries;
  const start = async (contents: ImageContents, manners: Partial<Manners> = {}, credential?: Credential) => {
    registry = await startFakeRegistry(manners);
    registry.push('team/app', 'v1', contents);
    http = createHttp({ env: {}, retryDelayMs: 1 });
    registries = new Registries({ http, credentials: fakeCredentials(credential && { [registry.host]: credential }) });
  };
  afterEach(async () => {
    await http.close();
    await registry.stop();
  });
  const platforms = async (tag = 'v1') => (await registries.platforms(registry.host, 'team/app', tag, never)).value;
  const asked = (kind: string) => registry.seen.filter(({ path }) => path.includes(`/${kind}/`)).length;

  it('costs one manifest for itself and one for each platform, and nothing the second time', async () => {
    await start(makeIndex([amd64, arm64]));
    const first = await platforms();
    assert.deepEqual(
      first.platforms.map(({ compressedBytes }) => compressedBytes),
      [120, 30],
    );
    assert.deepEqual([asked('manifests'), asked('blobs')], [3, 2]);
    await platforms();
    assert.equal(registry.seen.length, 5);
  });

  it('costs one request where another tag holds the same', async () => {
    const index = makeIndex([amd64, arm64]);
    await start(index);
    registry.push('team/app', 'latest', index);
    await platforms();
    const before = registry.seen.length;
    await platforms('latest');
    assert.equal(registry.seen.length - before, 1);
  });

  it('is known without the digest header too', async () => {
    const image = makeImage(amd64);
    await start(image, { digestHeader: false });
    assert.equal((await platforms()).digest, image.root.digest);
  });

  it('is not believed when the bytes are not those of the digest', async () => {
    const index = makeIndex([amd64]);
    await start(index);
    const child = index.manifests[0]?.digest ?? '';
    const forged = makeImage({ ...amd64, layerBytes: [1] }).root;
    registry.repositories.get('team/app')?.manifests.set(child, { ...forged, id: 1, pushedAtMs: 0 });
    const problem = await problemFrom('badAnswer', platforms());
    assert.match(problem.message, /not what its digest says/);
  });

  it('is not believed when the config is another', async () => {
    const image = makeImage(amd64);
    await start(image);
    const config = JSON.parse(image.root.bytes.toString()).config.digest;
    registry.repositories.get('team/app')?.blobs.set(config, Buffer.from('{"os":"linux","architecture":"s390x"}'));
    await problemFrom('badAnswer', platforms());
  });

  it('lists a platform that the registry does not hold, without a size', async () => {
    const index = makeIndex([amd64, arm64]);
    await start(index);
    const missing = index.manifests[1]?.digest ?? '';
    registry.repositories.get('team/app')?.manifests.delete(missing);
    assert.deepEqual((await platforms()).platforms[1], { platform: arm64.platform, digest: missing });
  });

  it('fails, and is not kept, when one platform cannot be asked now', async () => {
    await start(makeIndex([amd64, arm64]));
    registry.misbehave(answers(403), 1, /manifests\/sha256/);
    await problemFrom('denied', platforms());
    assert.equal((await platforms()).platforms.length, 2);
  });

  it('is an artifact where it is no image', async () => {
    const bytes = Buffer.from(
      JSON.stringify({
        schemaVersion: 2,
        config: { mediaType: 'application/vnd.cncf.helm.config.v1+json', digest: `sha256:${'a'.repeat(64)}`, size: 2 },
        layers: [],
      }),
    );
    const mediaType = 'application/vnd.oci.image.manifest.v1+json';
    const root = { digest: digestOf(bytes), mediaType, bytes };
    await start({ blobs: new Map(), manifests: [root], root });
    const artifactType = 'application/vnd.cncf.helm.config.v1+json';
    assert.deepEqual(await platforms(), {
      ...{ digest: root.digest, mediaType, artifactType },
      kind: 'artifact',
      platforms: [],
    });
    assert.equal(registry.seen.length, 1);
  });

  it('is too old to be inspected in schema 1', async () => {
    await start(makeImage(amd64));
    const type = 'application/vnd.docker.distribution.manifest.v1+prettyjws';
    registry.misbehave(answers(200, { 'content-type': type }, '{"fsLayers":[]}'));
    await problemFrom('unsupported', platforms());
  });

  it('asks for every kind of manifest by name', async () => {
    await start(makeImage(amd64));
    let accept = '';
    registry.misbehave((request, response) => {
      accept = request.headers.accept ?? '';
      response.writeHead(404).end();
    });
    await problemFrom('notFound', platforms());
    for (const type of ['oci.image.index', 'manifest.list', 'oci.image.manifest', 'distribution.manifest.v2']) {
      assert(accept.includes(type), type);
    }
    assert(!accept.includes('*'));
  });

  it('comes from storage elsewhere, which is not told who we are', async () => {
    const image = makeImage(amd64);
    await start(image, { auth: 'basic' }, { kind: 'basic', username: 'alice', password: 's3cr:et' });
    const config = JSON.parse(image.root.bytes.toString()).config.digest;
    const storage = await startOrigin((_, response) => void response.end(image.blobs.get(config)));
    try {
      await registries.tags(registry.host, 'team/app', {}, never);
      registry.misbehave(redirectsTo(`${storage.url}/signed?key=1`), 1, /blobs/);
      assert.equal((await platforms()).platforms[0]?.created, Date.parse(created));
      assert.deepEqual(
        storage.seen.map(({ path, authorization }) => [path, authorization]),
        [['/signed?key=1', undefined]],
      );
    } finally {
      await storage.stop();
    }
  });

  it('does not make us fetch thousands of manifests', async () => {
    const many = Array.from({ length: 2000 }, (_, index) => ({
      mediaType: 'application/vnd.oci.image.manifest.v1+json',
      digest: `sha256:${index.toString(16).padStart(64, '0')}`,
      size: 1,
      platform: { os: 'linux', architecture: 'amd64' },
    }));
    const mediaType = 'application/vnd.oci.image.index.v1+json';
    const bytes = Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType, manifests: many }));
    const root = { digest: digestOf(bytes), mediaType, bytes };
    await start({ blobs: new Map(), manifests: [root], root });
    assert.equal((await platforms()).platforms.length, 2000);
    assert(registry.seen.length < 50, String(registry.seen.length));
  });
});
