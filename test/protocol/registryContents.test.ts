import assert from 'node:assert/strict';
import { compareImages } from '../../server/registries/compare.ts';
import { deleteFrom, previewDeletion } from '../../server/registries/deletion.ts';
import { registryDocument } from '../../server/registries/documents.ts';
import { createHttp, type Http } from '../../server/registries/http.ts';
import { Registries } from '../../server/registries/registries.ts';
import { searchHub } from '../../server/registries/searchHub.ts';
import { fakeCredentials } from '../support/fakeCredentials.ts';
import {
  makeArtifact,
  makeHelmChart,
  makeImage,
  makeIndex,
  makeSignature,
  signatureTag,
} from '../support/imageContents.ts';
import { answers, tooMany } from '../support/origin.ts';
import { problemFrom } from '../support/problem.ts';
import { type Acr, startAcr } from '../support/registries/acr.ts';
import { distribution28 } from '../support/registries/distribution.ts';
import { type PlainRegistry, startPlain } from '../support/registries/plain.ts';
import { createWorld, linesOf, manifestRequests, type World } from '../support/registries/world.ts';

const never = new AbortController().signal;
const amd64 = { os: 'linux', architecture: 'amd64' };
const arm64 = { os: 'linux', architecture: 'arm64' };
const base = Buffer.alloc(1000, 7);
const first = makeImage({
  platform: amd64,
  shared: [base],
  layerBytes: [20],
  config: { User: 'app', Cmd: ['a'] },
  history: [
    { created_by: '/bin/sh -c #(nop) ADD file:abc in / ' },
    { created_by: 'ENV A=b', empty_layer: true },
    { created_by: 'RUN /bin/sh -c make # buildkit' },
  ],
});
const second = makeImage({ platform: amd64, shared: [base], layerBytes: [30, 40] });
const index = makeIndex([
  { platform: amd64, layerBytes: [5] },
  { platform: arm64, layerBytes: [6] },
]);

describe('what a registry keeps', () => {
  let world: World;
  let registry: PlainRegistry;
  let http: Http;
  let registries: Registries;
  beforeEach(async () => {
    world = createWorld();
    registry = await startPlain(world);
    http = createHttp({ env: {}, retryDelayMs: 1 });
    registries = new Registries({ http, credentials: fakeCredentials() });
    registry.push('team/app', ['1', 'latest'], first);
    registry.push('team/app', '2', second);
    registry.push('team/app', 'multi', index);
  });
  afterEach(async () => {
    await http.close();
    await registry.stop();
  });
  const ask = <T>(question: Parameters<typeof registries.ask<T>>[1]) => registries.ask(registry.host, question);

  describe('in an image', () => {
    it('is layers, each with what made it', async () => {
      const image = await ask((client) => client.layers('team/app', first.root.digest, never));
      assert.deepEqual(
        image.layers.map(({ compressedBytes, createdBy }) => [compressedBytes, createdBy]),
        [
          [1000, 'ADD file:abc in /'],
          [20, 'RUN make'],
        ],
      );
      assert.deepEqual(image.config, { user: 'app', command: ['a'] });
      assert.deepEqual(image.platform, amd64);
    });

    it('costs a request for the manifest and one for the config, and none the second time', async () => {
      for (let time = 0; time < 2; time++) await ask((client) => client.layers('team/app', first.root.digest, never));
      assert.deepEqual(manifestRequests(world.log).length, 1);
      assert.equal(world.log.length, 2);
    });

    it('has no layers where it is an index or no image', async () => {
      registry.push('charts/web', '1', makeHelmChart('web', '1'));
      const chart = makeHelmChart('web', '1').root.digest;
      const several = await problemFrom(
        'unsupported',
        ask((client) => client.layers('team/app', index.root.digest, never)),
      );
      assert.match(several.message, /one a platform/);
      await problemFrom(
        'unsupported',
        ask((client) => client.layers('charts/web', chart, never)),
      );
    });

    it('is documents to be looked at, the config of the platform that is meant', async () => {
      const question = { host: registry.host, repository: 'team/app', reference: 'multi' } as const;
      const manifest = await registryDocument(registries, { ...question, what: 'manifest' }, never);
      assert.deepEqual(manifest, JSON.parse(index.root.bytes.toString()));
      const config = await registryDocument(registries, { ...question, what: 'config', platform: arm64 }, never);
      assert.equal((config as { architecture: string }).architecture, 'arm64');
      const windows = { os: 'windows', architecture: 'amd64' };
      const none = registryDocument(registries, { ...question, what: 'config', platform: windows }, never);
      const { message, next } = await problemFrom('notFound', none);
      assert.match(`${message} ${next}`, /not there for windows\/amd64\. It is there for linux\/amd64, linux\/arm64/);
    });
  });

  describe('of a Helm chart', () => {
    beforeEach(() => void registry.push('charts/web', '1', makeHelmChart('web', '1')));
    const place = () => [registry.host, 'charts/web'] as const;
    const kinds = async () => (await registries.tags(...place(), {}, never)).value.items.map(({ kind }) => kind);

    it('the config is its own description', async () => {
      const [host, repository] = place();
      const question = { host, repository, reference: '1', what: 'config' } as const;
      const config = await registryDocument(registries, question, never);
      assert.deepEqual(config, { apiVersion: 'v2', name: 'web', version: '1' });
    });

    it('the list says what it is once somebody looked, and asks nobody for it', async () => {
      assert.deepEqual(await kinds(), [undefined]);
      await registries.platforms(...place(), '1', never);
      const before = world.log.length;
      assert.deepEqual(await kinds(), ['artifact']);
      assert.equal(world.log.length, before);
    });
  });

  describe('beside an image', () => {
    const sbom = makeArtifact({
      artifactType: 'application/spdx+json',
      layers: [['application/spdx+json', Buffer.from('{}')]],
      subject: first.root,
      annotations: { 'org.opencontainers.image.created': '2026-01-02T03:04:05Z' },
    });
    const referrers = () => ask((client) => client.referrers('team/app', first.root.digest, never));

    it('is what refers to it', async () => {
      registry.push('team/app', [], sbom);
      const [row, ...others] = await referrers();
      assert.equal(row?.digest, sbom.root.digest);
      assert.equal(row?.artifactType, 'application/spdx+json');
      assert.deepEqual(others, []);
    });

    it('is what cosign signed, by its tag', async () => {
      const signature = makeSignature(first.root);
      registry.push('team/app', signatureTag(first.root), signature);
      assert.deepEqual(
        (await referrers()).map(({ digest, tag }) => [digest, tag]),
        [[signature.root.digest, signatureTag(first.root)]],
      );
    });

    it('is found by the tag that stands in for the list, where the registry has none', async () => {
      registry.quirks.referrers = false;
      const stand = makeIndex([], { attested: false });
      const listed = { schemaVersion: 2, manifests: [{ digest: sbom.root.digest, size: 7, artifactType: 'a/b' }] };
      const bytes = Buffer.from(JSON.stringify(listed));
      const { createHash } = await import('node:crypto');
      const root = { ...stand.root, bytes, digest: `sha256:${createHash('sha256').update(bytes).digest('hex')}` };
      registry.push('team/app', first.root.digest.replace(':', '-'), { ...stand, manifests: [root], root });
      const tag = first.root.digest.replace(':', '-');
      assert.deepEqual(await referrers(), [
        { digest: sbom.root.digest, artifactType: 'a/b', bytes: 7, annotations: {}, tag },
      ]);
    });

    it('is nothing where there is nothing', async () => assert.deepEqual(await referrers(), []));

    const pages = (...bodies: readonly (readonly string[])[]) => {
      for (const [index, digests] of [...bodies.entries()].reverse()) {
        const manifests = digests.map((digest) => ({ digest, size: 7, artifactType: 'a/b' }));
        const link: Record<string, string> =
          index + 1 < bodies.length ? { link: `<?page=${index + 1}>; rel="next"` } : {};
        registry.misbehave(answers(200, link, JSON.stringify({ manifests })), 1, /referrers/);
      }
    };
    const named = (letter: string) => `sha256:${letter.repeat(64)}`;
    const letters = async () => (await referrers()).map(({ digest }) => digest[7]).join('');

    it('comes in pages, until one brings nothing new', async () => {
      pages([named('a'), 'no digest'], [named('b'), named('a')], [named('c')]);
      assert.equal(await letters(), 'abc');
      pages([named('a')], [named('a')], [named('b')]);
      assert.equal(await letters(), 'a');
    });

    it('is named once, however often it is found', async () => {
      const signature = makeSignature(first.root);
      registry.push('team/app', signatureTag(first.root), signature);
      pages([signature.root.digest]);
      assert.equal((await referrers()).length, 1);
    });

    for (const status of [400, 403, 404, 405]) {
      it(`is nothing where the registry answers ${status} to what it does not know`, async () => {
        registry.misbehave(answers(status), 1, /referrers/);
        assert.deepEqual(await referrers(), []);
      });
    }

    it('is nothing where a page for people is answered, or where the tag that stands in for the list is an image', async () => {
      registry.misbehave(answers(200, { 'content-type': 'text/html' }, '<html>'), 1, /referrers/);
      registry.push('team/app', signatureTag(first.root, ''), second);
      assert.deepEqual(await referrers(), []);
    });

    it('is a failure, and not nothing, where the registry fails', async () => {
      registry.misbehave(answers(500), 9, /referrers/);
      await problemFrom('unreachable', referrers());
      registry.misbehave(tooMany(7), 1, /referrers/);
      await problemFrom('rateLimited', referrers());
    });

    it('is not asked for by what is no name', async () => {
      const asked = ask((client) => client.referrers('team/app', '../../x', never));
      await problemFrom('notFound', asked);
      assert.deepEqual(world.log, []);
    });
  });

  it('can be compared: what both have, and what is to be downloaded', async () => {
    const name = (tag: string) => `${registry.host}/team/app:${tag}`;
    const compared = await compareImages(registries, name('1'), name('2'), undefined, never);
    assert.equal(compared.shared.length, 1);
    assert.equal(compared.downloadBytes, 70);
    const same = await compareImages(registries, name('1'), name('latest'), undefined, never);
    assert.equal(same.downloadBytes, 0);
    await problemFrom('unsupported', compareImages(registries, 'No Reference', name('1'), undefined, never));
    await problemFrom('notFound', compareImages(registries, name('1'), name('9'), undefined, never));
  });

  describe('and is to go', () => {
    const question = () => ({ host: registry.host, repository: 'team/app' });

    it('is shown with every tag on the same image, by requests that are no pulls', async () => {
      Object.assign(registry.quirks, distribution28());
      const [preview] = await previewDeletion(registries, { ...question(), tags: ['1'] }, never);
      assert.deepEqual(preview, {
        repository: 'team/app',
        tag: '1',
        digest: first.root.digest,
        method: 'image',
        tags: ['1', 'latest'],
        tagsComplete: true,
      });
      assert.deepEqual(
        linesOf(world.log).filter((line) => line.includes('GET') && line.includes('/manifests/')),
        [],
      );
    });

    it('is a tag alone where the registry, asked about one that nobody has, says that it can do that', async () => {
      const [preview] = await previewDeletion(registries, { ...question(), tags: ['1'] }, never);
      assert.deepEqual(preview, {
        repository: 'team/app',
        tag: '1',
        method: 'untag',
        tags: ['1'],
        tagsComplete: true,
      });
      const asked = () => world.log.filter(({ method }) => method === 'DELETE');
      assert.equal(asked().length, 1);
      assert.match(asked()[0]?.path ?? '', /\/manifests\/gantry-asks-whether-tags-go-[0-9a-f-]{36}$/);
      assert.equal(registry.store.repositories.get('team/app')?.tags.size, 4, 'nothing went');
      await previewDeletion(registries, { ...question(), tags: ['2'] }, never);
      assert.equal(asked().length, 1, 'asked once');
    });

    for (const [what, answer] of [
      ['deletes nothing at all', answers(405)],
      ['says nothing of manifests', answers(404, {}, '404 page not found')],
      ['takes what it does not have', answers(202)],
      ['does not let us', answers(403)],
    ] as const) {
      it(`is an image where the registry ${what}, when it is asked about a tag that nobody has`, async () => {
        registry.misbehave(answer, 1, /gantry-asks/);
        const [preview] = await previewDeletion(registries, { ...question(), tags: ['1'] }, never);
        assert.deepEqual([preview?.method, preview?.tags], ['image', ['1', 'latest']]);
      });
    }

    it('is not known where that question fails', async () => {
      registry.misbehave(answers(502), 1, /gantry-asks/);
      await problemFrom('unreachable', previewDeletion(registries, { ...question(), tags: ['1'] }, never));
    });

    it('leaves the images of an index behind, which is counted once it is gone', async () => {
      const { digest } = index.root;
      assert.deepEqual(await deleteFrom(registries, { ...question(), method: 'image', digest }, never), {
        imagesLeft: 2,
      });
      const single = { ...question(), method: 'image', digest: first.root.digest } as const;
      assert.deepEqual(await deleteFrom(registries, single, never), { imagesLeft: 0 });
    });

    it('goes with all of them, and the list is asked for anew', async () => {
      const tags = async () =>
        (await registries.allTags(registry.host, 'team/app', never)).value.map(({ name }) => name);
      assert.equal((await tags()).length, 4);
      await deleteFrom(registries, { ...question(), method: 'image', digest: first.root.digest }, never);
      assert.deepEqual([...(await tags())].sort(), ['2', 'multi']);
    });

    it('costs each tag a question, however many images are to go', async () => {
      Object.assign(registry.quirks, distribution28());
      const digests = [first, second, index].map(({ root }) => root.digest);
      await Promise.all(digests.map((digest) => previewDeletion(registries, { ...question(), digest }, never)));
      assert.equal(manifestRequests(world.log, 'HEAD').length, 4);
      assert.equal(world.log.filter(({ path }) => path.includes('/tags/list')).length, 1);
    });

    it('says that other tags may go where there are too many to ask', async () => {
      for (let n = 0; n < 120; n++) registry.push('team/app', `t${n}`, second);
      const [preview] = await previewDeletion(registries, { ...question(), digest: second.root.digest }, never);
      assert.equal(preview?.tagsComplete, false);
      Object.assign(registry.quirks, distribution28());
      const [tagged] = await previewDeletion(registries, { ...question(), tags: ['t7'] }, never);
      assert.deepEqual([tagged?.method, tagged?.digest, tagged?.tagsComplete], ['image', second.root.digest, false]);
      assert.equal(manifestRequests(world.log, 'HEAD').length, 1);
    });

    it('is not deleted by a registry that does not want to', async () => {
      registry.quirks.deletion = 'off';
      const work = deleteFrom(registries, { ...question(), method: 'image', digest: first.root.digest }, never);
      const { next } = await problemFrom('unsupported', work);
      assert.match(next ?? '', /have to be told to allow it/);
    });

    it('is not deleted before what the registry names is', async () => {
      registry.quirks.deletion = 'tagsFirst';
      const work = deleteFrom(registries, { ...question(), method: 'image', digest: first.root.digest }, never);
      assert.match(
        (await problemFrom('unsupported', work)).message,
        /status 400\): Manifest is still referenced by tag/,
      );
    });

    it('is no whole repository, nor a tag that is not there any more', async () => {
      const [whole] = await previewDeletion(registries, question(), never);
      assert.equal(whole?.method, 'unsupported');
      assert.match(whole?.reason ?? '', /delete its tags instead/);
      const [gone] = await previewDeletion(registries, { ...question(), tags: ['9'] }, never);
      assert.match(gone?.reason ?? '', /no team\/app:9 any more/);
    });
  });

  describe('pushed to', () => {
    it('is asked first whether we may, and left as it was', async () => {
      await ask((client) => client.checkPush('team/app', never));
      assert.deepEqual(
        linesOf(world.log).map((line) => line.replace(/uploads\/.+/, 'uploads/…')),
        ['plain POST /v2/team/app/blobs/uploads/', 'plain DELETE /v2/team/app/blobs/uploads/…'],
      );
    });

    it('says no to who may only read', async () => {
      registry.access.mode = 'bearer';
      await problemFrom(
        'denied',
        ask((client) => client.checkPush('team/app', never)),
      );
    });
  });
});

describe('what goes in a registry that can untag', () => {
  let acr: Acr;
  let http: Http;
  let registries: Registries;
  beforeEach(async () => {
    acr = await startAcr(createWorld());
    http = createHttp({ env: {}, retryDelayMs: 1 });
    const admin = { kind: 'basic', username: 'contoso', password: 'admin-password' } as const;
    registries = new Registries({ http, credentials: fakeCredentials({ [acr.host]: admin }) });
    registries.configure([{ host: acr.host, kind: 'acr' }]);
    acr.push('team/app', ['1', '2'], first);
  });
  afterEach(async () => {
    await http.close();
    await acr.stop();
  });
  const question = () => ({ host: acr.host, repository: 'team/app' });

  it('is the tag alone', async () => {
    const [preview] = await previewDeletion(registries, { ...question(), tags: ['1'] }, never);
    assert.deepEqual([preview?.method, preview?.tags, preview?.tagsComplete], ['untag', ['1'], true]);
    await deleteFrom(registries, { ...question(), method: 'untag', tag: '1' }, never);
    assert.deepEqual([...(acr.store.repositories.get('team/app')?.tags.keys() ?? [])], ['2']);
  });

  it('is the whole repository where that is asked for', async () => {
    const [preview] = await previewDeletion(registries, question(), never);
    assert.deepEqual([preview?.method, [...(preview?.tags ?? [])].sort()], ['repository', ['1', '2']]);
    await deleteFrom(registries, { ...question(), method: 'repository' }, never);
    assert.equal(acr.store.repositories.has('team/app'), false);
  });
});

describe('a search of Docker Hub', () => {
  it('for nothing asks nobody', async () => {
    const http = createHttp({ env: {} });
    const registries = new Registries({ http, credentials: fakeCredentials() });
    assert.deepEqual(await searchHub(registries, '  ', undefined, never), { items: [], total: 0 });
    await http.close();
  });
});
