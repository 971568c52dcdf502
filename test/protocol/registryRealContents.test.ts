import assert from 'node:assert/strict';
import { compareImages } from '../../server/registries/compare.ts';
import { deleteFrom, previewDeletion } from '../../server/registries/deletion.ts';
import { diagnose } from '../../server/registries/diagnosis/diagnose.ts';
import { registryDocument } from '../../server/registries/documents.ts';
import { createHttp, type Http } from '../../server/registries/http.ts';
import { checkPush } from '../../server/registries/pushRights.ts';
import { Registries } from '../../server/registries/registries.ts';
import { type DockerRegistry, missing, startDockerRegistry } from '../support/dockerRegistry.ts';
import { fakeCredentials } from '../support/fakeCredentials.ts';
import { makeImage, makeIndex, makeSignature, signatureTag } from '../support/imageContents.ts';
import { problemFrom } from '../support/problem.ts';

const never = new AbortController().signal;
const amd64 = { os: 'linux', architecture: 'amd64' };
const arm64 = { os: 'linux', architecture: 'arm64' };
const base = Buffer.alloc(1000, 7);
const first = makeImage({ platform: amd64, shared: [base], layerBytes: [20] });
const second = makeImage({ platform: amd64, shared: [base], layerBytes: [30] });
const index = makeIndex([
  { platform: amd64, layerBytes: [5] },
  { platform: arm64, layerBytes: [6] },
]);
const alice = { kind: 'basic', username: 'alice', password: 's3cr:et' } as const;

describe('what a real docker-registry holds', () => {
  let registry: DockerRegistry;
  let http: Http;
  let registries: Registries;
  const credentials = fakeCredentials();
  before(function () {
    const reason = missing('docker-registry', 'htpasswd');
    if (!reason) return;
    console.log(`      skipped: ${reason}`);
    this.skip();
  });
  beforeEach(() => {
    http = createHttp({ env: {} });
    credentials.byRegistry = {};
    registries = new Registries({ http, credentials });
  });
  afterEach(async () => {
    await http.close();
    await registry?.stop();
  });
  const where = () => ({ host: registry.host, repository: 'team/app' });
  const pushed = async () => {
    registry = await startDockerRegistry();
    await registry.push('team/app', '1', first);
    await registry.push('team/app', 'latest', first);
    await registry.push('team/app', '2', second);
    await registry.push('team/app', 'multi', index);
  };

  it('is layers and documents, and can be compared', async () => {
    await pushed();
    const { digest } = first.root;
    const { layers } = await registries.ask(registry.host, (client) => client.layers('team/app', digest, never));
    assert.deepEqual(
      layers.map(({ compressedBytes }) => compressedBytes),
      [1000, 20],
    );
    const config = { ...where(), reference: 'multi', what: 'config', platform: arm64 } as const;
    const document = await registryDocument(registries, config, never);
    assert.equal((document as { readonly architecture: string }).architecture, 'arm64');
    const name = (tag: string) => `${registry.host}/team/app:${tag}`;
    const { shared, downloadBytes } = await compareImages(registries, name('1'), name('2'), undefined, never);
    assert.deepEqual([shared.length, downloadBytes], [1, 30]);
  });

  it('goes with every tag on it', async () => {
    await pushed();
    const [preview] = await previewDeletion(registries, { ...where(), tags: ['1'] }, never);
    assert.deepEqual([preview?.method, [...(preview?.tags ?? [])].sort()], ['image', ['1', 'latest']]);
    const { digest } = first.root;
    await deleteFrom(registries, { ...where(), method: 'image', digest }, never);
    const left = await registries.allTags(registry.host, 'team/app', never);
    assert.deepEqual(left.value.map(({ name }) => name).sort(), ['2', 'multi']);
    await problemFrom('notFound', deleteFrom(registries, { ...where(), method: 'image', digest }, never));
  });

  it('leaves the images of an index behind, as is told once it is gone', async () => {
    await pushed();
    const [preview] = await previewDeletion(registries, { ...where(), tags: ['multi'] }, never);
    assert.deepEqual([preview?.method, preview?.tags], ['image', ['multi']]);
    const { digest = '' } = preview ?? {};
    const { imagesLeft } = await deleteFrom(registries, { ...where(), method: 'image', digest }, never);
    assert.equal(imagesLeft, 2);
  });

  it('has no list of what refers to an image, but what cosign signed', async () => {
    await pushed();
    const referrers = () =>
      registries.ask(registry.host, (client) => client.referrers('team/app', first.root.digest, never));
    assert.deepEqual(await referrers(), []);
    const signature = makeSignature(first.root);
    await registry.push('team/app', signatureTag(first.root), signature);
    assert.deepEqual(
      (await referrers()).map(({ digest, tag }) => [digest, tag]),
      [[signature.root.digest, signatureTag(first.root)]],
    );
  });

  it('takes a push of who may, of nobody else, and the question leaves nothing behind', async () => {
    registry = await startDockerRegistry(alice);
    const ask = () => checkPush(registries, credentials, { registry: registry.host, repository: 'team/new' }, never);
    const { next } = await problemFrom('unauthorized', ask());
    assert.match(next ?? '', /Sign in/);
    credentials.byRegistry = { [registry.host]: alice };
    await ask();
    await problemFrom('notFound', registries.tags(registry.host, 'team/new', {}, never));
  });

  it('is reached, as a diagnosis shows', async () => {
    registry = await startDockerRegistry(alice);
    await registry.push('team/app', '1', first);
    credentials.byRegistry = { [registry.host]: alice };
    const located = { ...credentials, locate: async () => ({ credential: alice, from: 'a test' }) };
    const world = { env: {}, now: Date.now, registries, http, credentials: located, askEngine: async () => 'No.' };
    const steps = await diagnose(registry.host, 'team/app', world, () => {}, never);
    assert.deepEqual(
      steps.filter(({ state }) => state === 'failed'),
      [],
    );
    assert.match(steps.find(({ name }) => name === 'Access')?.detail ?? '', /lists the tags of team\/app \(1\)/);
  });
});
