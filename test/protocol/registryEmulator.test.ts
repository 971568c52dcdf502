/** The emulator itself, by plain fetch: each quirk that other tests count on, seen once. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { get } from 'node:https';
import { promisify } from 'node:util';
import { createHttp } from '../../server/registries/http.ts';
import { Registries } from '../../server/registries/registries.ts';
import { selfSigned } from '../support/certificate.ts';
import { missing } from '../support/dockerRegistry.ts';
import { fakeCredentials } from '../support/fakeCredentials.ts';
import {
  makeArtifact,
  makeHelmChart,
  makeImage,
  makeIndex,
  makeSignature,
  signatureTag,
} from '../support/imageContents.ts';
import { names } from '../support/names.ts';
import { alsoSends, badGateway, drips, endless, hangsUp, tooMany, truncates, waitsFor } from '../support/origin.ts';
import { pushImage } from '../support/pushImage.ts';
import { basic, read, statusOf } from '../support/registries/asking.ts';
import { distribution28 } from '../support/registries/distribution.ts';
import { type Emulator, startEmulator } from '../support/registries/emulator.ts';
import { links, linkToOrigin, orders } from '../support/registries/lists.ts';
import { linesOf, manifestRequests, originsTold, scopesIn } from '../support/registries/world.ts';

const never = new AbortController().signal;
const run = promisify(execFile);
const amd64 = { platform: { os: 'linux', architecture: 'amd64' }, layerBytes: [100, 20] };
const arm64 = { platform: { os: 'linux', architecture: 'arm64', variant: 'v8' }, layerBytes: [90] };
const image = makeImage(amd64);
const allTypes =
  'application/vnd.oci.image.index.v1+json,application/vnd.oci.image.manifest.v1+json,application/vnd.docker.distribution.manifest.list.v2+json,application/vnd.docker.distribution.manifest.v2+json';
describe('the emulator of registries', () => {
  let emulator: Emulator;
  beforeEach(async () => {
    emulator = await startEmulator();
  });
  afterEach(() => emulator.stop());

  describe('a plain registry', () => {
    const url = (path: string) => `${emulator.plain.url}${path}`;
    const tags = async (query = '') => (await read(url(`/v2/app/tags/list${query}`))).tags as readonly string[];
    const linkOf = async (query: string) => (await fetch(url(`/v2/app/tags/list${query}`))).headers.get('link');
    beforeEach(() => emulator.plain.push('app', ['b', 'a', 'c'], image));

    it('lists tags by page, in order, with a link to the next', async () => {
      assert.deepEqual(await tags('?n=2'), ['a', 'b']);
      assert.equal(await linkOf('?n=2'), '</v2/app/tags/list?n=2&last=b>; rel="next"');
      assert.deepEqual(await tags('?n=2&last=b'), ['c']);
      assert.equal(await linkOf('?n=2&last=b'), null);
    });

    it('refuses an n that is too much, or gives fewer', async () => {
      assert.equal(await statusOf(url('/v2/app/tags/list?n=1001')), 400);
      Object.assign(emulator.plain.quirks.tags, { beyond: undefined, maximumN: 2 });
      assert.deepEqual(await tags('?n=1001'), ['a', 'b']);
    });

    it('lists in any order, and null for nothing', async () => {
      emulator.plain.quirks.tags.order = orders.newestFirst;
      assert.deepEqual(await tags(), ['c', 'a', 'b']);
      emulator.plain.quirks.tags.nullWhenEmpty = true;
      emulator.plain.store.repositories.get('app')?.tags.clear();
      assert.equal(await tags(), null);
    });

    const other = 'http://127.0.0.2:1';
    for (const [name, form, expected] of [
      ['absolute', links.absolute, /^<http:\/\/127\.0\.0\.1:\d+\/v2\/app\/tags\/list\?n=1&last=a>; rel="next"$/],
      ['unquoted', links.unquoted, /; rel=next$/],
      ['to another origin', linkToOrigin(other), /^<http:\/\/127\.0\.0\.2:1\/v2/],
      ['of another path', links.wrongPath, /^<\/v2\/elsewhere\/app/],
      ['among others', links.amongOthers, /rel="first", <.*title="more"; rel="next"$/],
      ['absent', links.absent, /^null$/],
    ] as const) {
      it(`sends a link that is ${name}`, async () => {
        emulator.plain.quirks.tags.link = form;
        assert.match(String(await linkOf('?n=1')), expected);
      });
    }

    it('sends links without end', async () => {
      emulator.plain.quirks.tags.end = 'emptyPages';
      assert.deepEqual(await tags('?n=5&last=c'), []);
      assert.match((await linkOf('?n=5&last=c')) ?? '', /last=c/);
      emulator.plain.quirks.tags.end = 'lastItem';
      assert.deepEqual(await tags('?n=5&last=c'), ['c']);
    });

    it('repeats the item that the page before ended with', async () => {
      emulator.plain.quirks.tags.repeatsLast = true;
      assert.deepEqual(await tags('?n=2&last=b'), ['b', 'c']);
    });

    it('has its catalog open, denied, granted to nobody, or absent', async () => {
      const statuses = [];
      for (const catalog of ['open', 'denied', 'never', 'absent'] as const) {
        emulator.plain.quirks.catalog = catalog;
        statuses.push(await statusOf(url('/v2/_catalog')));
      }
      assert.deepEqual(statuses, [200, 403, 401, 404]);
    });

    it('answers a name that is none with text, and one that it does not know with JSON', async () => {
      const wrong = await fetch(url('/v2/Upper/tags/list'));
      assert.match(wrong.headers.get('content-type') ?? '', /^text\/plain/);
      assert.equal((await read(url('/v2/none/tags/list'))).errors[0].code, 'NAME_UNKNOWN');
    });

    it('untags, deletes by digest only, or not at all', async () => {
      const at = (reference: string) => statusOf(url(`/v2/app/manifests/${reference}`), { method: 'DELETE' });
      assert.equal(await at('a'), 202);
      assert.deepEqual(await tags(), ['b', 'c']);
      emulator.plain.quirks.deletion = 'byDigest';
      assert.equal(await at('b'), 400);
      assert.equal(await at(image.root.digest), 202);
      assert.deepEqual(await tags(), []);
      assert.equal(await at(image.root.digest), 404);
      emulator.plain.quirks.deletion = 'off';
      assert.equal(await at(image.root.digest), 405);
    });

    it('keeps its digests to itself', async () => {
      emulator.plain.quirks.digestHeader = false;
      const answer = await fetch(url('/v2/app/manifests/a'), { method: 'HEAD' });
      assert.equal(answer.headers.get('docker-content-digest'), null);
      assert.equal(answer.headers.get('content-length'), String(image.root.bytes.length));
    });

    it('serves blobs from another origin, which refuses what it does not need to know', async () => {
      emulator.plain.quirks.blobsAt = emulator.plain.storage.url;
      const [digest = ''] = image.blobs.keys();
      const first = await fetch(url(`/v2/app/blobs/${digest}`), { redirect: 'manual' });
      assert.equal(first.status, 307);
      const location = first.headers.get('location') ?? '';
      assert.equal(await statusOf(location), 200);
      assert.equal(await statusOf(location, { headers: basic('a', 'b') }), 400);
    });

    it('lists what refers to an image, by type', async () => {
      const referrer = (artifactType: string) =>
        makeArtifact({ artifactType, layers: [['text/plain', Buffer.from('x')]], subject: image.root });
      emulator.plain.push('app', [], referrer('application/spdx+json'));
      emulator.plain.push('app', [], referrer('application/sarif+json'));
      const path = url(`/v2/app/referrers/${image.root.digest}`);
      assert.equal((await read(path)).manifests.length, 2);
      const filtered = await fetch(`${path}?artifactType=application/spdx%2Bjson`);
      assert.equal(filtered.headers.get('oci-filters-applied'), 'artifactType');
      assert.equal(((await filtered.json()) as { manifests: [] }).manifests.length, 1);
      emulator.plain.quirks.referrers = false;
      assert.equal(await statusOf(path), 404);
    });

    describe('as docker-registry 2.8', () => {
      beforeEach(() => void Object.assign(emulator.plain.quirks, distribution28()));

      it('lists everything, unsorted, whatever is asked', async () => {
        assert.equal((await tags('?n=1')).length, 3);
        assert.notDeepEqual(await tags('?n=1'), ['a', 'b', 'c']);
      });

      it('hides an OCI index from those who do not ask for one', async () => {
        emulator.plain.push('multi', 'v1', makeIndex([amd64, arm64]));
        const accept = 'application/vnd.docker.distribution.manifest.v2+json';
        const { errors } = await read(url('/v2/multi/manifests/v1'), { headers: { accept } });
        assert.match(errors[0].message, /OCI index found, but accept header does not support OCI indexes/);
        assert.equal(await statusOf(url('/v2/multi/manifests/v1'), { headers: { accept: allTypes } }), 200);
      });

      it('makes another manifest of a docker image for those who do not ask for it', async () => {
        const docker = makeImage(amd64, 'docker');
        emulator.plain.push('old', 'v1', docker);
        const answer = await fetch(url('/v2/old/manifests/v1'), { headers: { accept: 'application/json' } });
        assert.match(answer.headers.get('content-type') ?? '', /manifest\.v1\+prettyjws/);
        assert.notEqual(answer.headers.get('docker-content-digest'), docker.root.digest);
      });
    });

    it('takes what is pushed, and only what is whole', async () => {
      const pushed = await pushImage({ registry: emulator.plain.host, repository: 'made' }, ['v1'], {
        hello: Buffer.from('hello'),
      });
      const answer = await fetch(url('/v2/made/manifests/v1'), { headers: { accept: allTypes } });
      assert.equal(answer.headers.get('docker-content-digest'), pushed.digest);
      const broken = await fetch(url('/v2/other/manifests/v1'), {
        method: 'PUT',
        headers: { 'content-type': image.root.mediaType },
        body: image.root.bytes.toString(),
      });
      assert.equal(broken.status, 400);
    });

    it('takes a blob in pieces, and mounts one from next door', async () => {
      const started = await fetch(url('/v2/app/blobs/uploads/'), { method: 'POST' });
      const at = (answer: Response) => new URL(answer.headers.get('location') ?? '', url('/'));
      const patched = await fetch(at(started), { method: 'PATCH', body: 'hel' });
      assert.equal(patched.headers.get('range'), '0-2');
      const last = at(patched);
      const digest = 'sha256:2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824';
      last.searchParams.set('digest', digest);
      assert.equal(await statusOf(last.href, { method: 'PUT', body: 'lo' }), 201);
      const mount = url(`/v2/there/blobs/uploads/?mount=${digest}&from=app`);
      assert.equal(await statusOf(mount, { method: 'POST' }), 201);
      assert.equal(await (await fetch(url(`/v2/there/blobs/${digest}`))).text(), 'hello');
    });
  });

  describe('faults', () => {
    const url = () => `${emulator.plain.url}/v2/`;

    it('are answered instead, as often as was said', async () => {
      emulator.plain.misbehave(tooMany(30));
      const answer = await fetch(url());
      assert.deepEqual([answer.status, answer.headers.get('retry-after')], [429, '30']);
      emulator.plain.misbehave(badGateway);
      assert.match(await (await fetch(url())).text(), /<html>/);
      assert.equal(await statusOf(url()), 200);
    });

    it('break the connection, before and within an answer', async () => {
      emulator.plain.misbehave(hangsUp);
      await assert.rejects(fetch(url()));
      emulator.plain.misbehave(truncates);
      await assert.rejects(fetch(url()).then((answer) => answer.text()));
    });

    it('never end, or end slowly', async () => {
      emulator.plain.misbehave(endless());
      const reader = (await fetch(url())).body?.getReader();
      let bytes = 0;
      while (bytes < 1_000_000) bytes += (await reader?.read())?.value?.length ?? 0;
      await reader?.cancel();
      emulator.plain.misbehave(drips('{"a":1}', 1));
      assert.deepEqual(await read(url()), { a: 1 });
    });

    it('only delay, or only add a header', async () => {
      let open = () => {};
      emulator.plain.misbehave(waitsFor(new Promise<void>((resolve) => (open = resolve))));
      const waiting = fetch(url());
      const before = await fetch(url());
      open();
      assert.deepEqual([(await waiting).status, before.status], [200, 200]);
      emulator.plain.misbehave(alsoSends({ warning: '299 - "old"' }));
      assert.equal((await fetch(url())).headers.get('warning'), '299 - "old"');
    });
  });

  describe('over TLS', () => {
    it('is trusted by whoever has its certificate as a CA file, and by nobody else', async function () {
      const pair = selfSigned();
      if (pair === undefined) return this.skip(); // no openssl here to make one
      const secure = await startEmulator(pair);
      try {
        const status = (ca?: string) =>
          new Promise<number | undefined>((resolve, reject) => {
            const asked = get(`${secure.plain.url}/v2/`, { ca }, (answer) => resolve(answer.resume().statusCode));
            asked.once('error', reject);
          });
        assert.match(secure.hub.registry.access.realm, /^https:/);
        assert.equal(await status(pair.cert), 200);
        await assert.rejects(status(), { code: 'DEPTH_ZERO_SELF_SIGNED_CERT' });
      } finally {
        await secure.stop();
      }
    });
  });

  describe('what is in them', () => {
    it('are images of Windows, charts and signatures, with layers in common', async () => {
      const base = Buffer.from('base');
      const windows = { os: 'windows', architecture: 'amd64', osVersion: '10.0.20348.2700' };
      const first = makeIndex([{ platform: windows, layerBytes: [1], shared: [base] }], { attested: false });
      const second = makeImage({ ...amd64, shared: [base] });
      const { plain } = emulator;
      plain.push('mix', 'win', first);
      plain.push('mix', 'app', second);
      plain.push('mix', '1.2.3', makeHelmChart('web', '1.2.3'));
      plain.push('mix', signatureTag(second.root), makeSignature(second.root));
      const manifest = (reference: string) =>
        read(`${plain.url}/v2/mix/manifests/${reference}`, { headers: { accept: allTypes } });
      assert.equal((await manifest('win')).manifests[0].platform['os.version'], '10.0.20348.2700');
      assert.match((await manifest('1.2.3')).config.mediaType, /helm\.config/);
      assert.match((await manifest(signatureTag(second.root))).layers[0].mediaType, /simplesigning/);
      const child = (await manifest('win')).manifests[0].digest;
      assert.equal((await manifest(child)).layers[0].digest, (await manifest('app')).layers[0].digest);
    });
  });

  describe('beside real clients', () => {
    it("is a registry to Gantry's client, and knows what was asked of it", async () => {
      const tags = Array.from({ length: 100 }, (_, index) => `v${index}`);
      emulator.plain.access.mode = 'bearer';
      emulator.plain.push('team/app', tags, image);
      const http = createHttp({ env: {}, retryDelayMs: 1 });
      const account = { kind: 'basic', username: 'alice', password: 's3cr:et' } as const;
      const credentials = fakeCredentials({ [emulator.plain.host]: account });
      const registries = new Registries({ http, credentials });
      const { value } = await registries.tags(emulator.plain.host, 'team/app', {}, never);
      await http.close();
      assert.deepEqual(names(value.items), [...tags].sort());
      assert.deepEqual(
        linesOf(emulator.log).map((line) => line.replace(/\?.*/, '')),
        ['plain GET /v2/team/app/tags/list', 'plain.tokens GET /token', 'plain GET /v2/team/app/tags/list'],
      );
      assert.deepEqual(manifestRequests(emulator.log), []);
      assert.deepEqual(originsTold(emulator.log), ['plain', 'plain.tokens']);
      assert.deepEqual(scopesIn(emulator.log), [['repository:team/app:pull']]);
    });

    describe('skopeo', () => {
      before(function () {
        const reason = missing('skopeo');
        if (reason === undefined) return;
        console.log(`      skipped, ${reason}`);
        this.skip();
      });
      const skopeo = async (...options: string[]) => (await run('skopeo', options)).stdout;

      it('lists the tags of a plain registry, page by page', async () => {
        emulator.plain.quirks.tags.pageSize = 2;
        emulator.plain.push('app', ['a', 'b', 'c'], image);
        const listed = await skopeo('list-tags', '--tls-verify=false', `docker://${emulator.plain.host}/app`);
        assert.deepEqual(JSON.parse(listed).Tags, ['a', 'b', 'c']);
      });

      it('copies an image from Docker Hub to Azure', async () => {
        emulator.hub.push('library/nginx', '1', makeIndex([amd64, arm64]));
        const source = `docker://${emulator.hub.registry.host}/library/nginx:1`;
        const target = `docker://${emulator.acr.host}/mirror/nginx:1`;
        const insecure = ['--src-tls-verify=false', '--dest-tls-verify=false'];
        await skopeo(
          'copy',
          '--all',
          '--preserve-digests',
          ...insecure,
          '--dest-creds',
          'contoso:admin-password',
          source,
          target,
        );
        const digest = ({ store }: { store: Emulator['acr']['store'] }, name: string) =>
          store.repositories.get(name)?.tags.get('1')?.digest;
        assert.equal(digest(emulator.acr, 'mirror/nginx'), digest(emulator.hub, 'library/nginx'));
      });
    });
  });
});
