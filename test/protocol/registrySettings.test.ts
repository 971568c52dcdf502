import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createHttp, type Http } from '../../server/registries/http.ts';
import { Registries } from '../../server/registries/registries.ts';
import { selfSigned } from '../support/certificate.ts';
import { fakeCredentials } from '../support/fakeCredentials.ts';
import { makeImage } from '../support/imageContents.ts';
import { names } from '../support/names.ts';
import { type Origin, redirectsTo, sendJson, startOrigin } from '../support/origin.ts';
import { problemFrom } from '../support/problem.ts';
import { type Acr, startAcr } from '../support/registries/acr.ts';
import { type PlainRegistry, startPlain } from '../support/registries/plain.ts';
import { createWorld, linesOf, type World } from '../support/registries/world.ts';

const never = new AbortController().signal;
const image = makeImage({ platform: { os: 'linux', architecture: 'amd64' }, layerBytes: [5] });
const alice = { kind: 'basic', username: 'alice', password: 's3cr:et' } as const;

describe('a registry on the terms of its setting', () => {
  let world: World;
  let http: Http;
  let registries: Registries;
  const opened: { stop(): Promise<void> }[] = [];
  const credentials = fakeCredentials();
  beforeEach(() => {
    world = createWorld();
    http = createHttp({ env: {}, retryDelayMs: 1 });
    credentials.byRegistry = {};
    registries = new Registries({ http, credentials });
  });
  afterEach(async () => {
    await http.close();
    await Promise.all(opened.splice(0).map((each) => each.stop()));
  });
  const open = <T extends { stop(): Promise<void> }>(service: T): T => {
    opened.push(service);
    return service;
  };
  const startRegistry = async (own = world): Promise<PlainRegistry> => {
    const registry = open(await startPlain(own));
    registry.push('team/app', ['1', '2'], image);
    return registry;
  };
  const tagsAt = async (host: string) => names((await registries.tags(host, 'team/app', {}, never)).value.items);

  describe('url', () => {
    /** Everything below `/docker/`, and nothing else, as a proxy with a path has it. */
    const startProxy = async (registry: PlainRegistry): Promise<Origin> =>
      open(
        await startOrigin(async ({ url = '', headers }, response) => {
          if (!url.startsWith('/docker/v2/')) return sendJson(response, 404, {});
          const accept = String(headers.accept ?? '');
          const answer = await fetch(registry.url + url.slice('/docker'.length), { headers: { accept } });
          response.writeHead(answer.status, Object.fromEntries(answer.headers));
          return response.end(Buffer.from(await answer.arrayBuffer()));
        }),
      );

    it('may have a path, which pages, manifests and blobs stay below', async () => {
      const registry = await startRegistry();
      registry.quirks.tags.maximumN = 1;
      registry.quirks.tags.beyond = undefined;
      const proxy = await startProxy(registry);
      registries.configure([{ host: 'registry.example', url: `${proxy.url}/docker` }]);
      const { value } = await registries.allTags('registry.example', 'team/app', never);
      assert.deepEqual(names(value), ['1', '2']);
      const { kind } = (await registries.platforms('registry.example', 'team/app', '1', never)).value;
      assert.equal(kind, 'image');
      assert(proxy.seen.length >= 4);
      assert(proxy.seen.every(({ path }) => path.startsWith('/docker/v2/')));
    });

    it('is asked with the credentials of the host that references name', async () => {
      const registry = await startRegistry();
      registry.access.mode = 'bearer';
      registry.access.anonymous = () => false;
      credentials.byRegistry = { 'registry.example': alice };
      registries.configure([{ host: 'registry.example', url: registry.url }]);
      assert.deepEqual(await tagsAt('registry.example'), ['1', '2']);
    });
  });

  describe('headers', () => {
    it("go to the registry's own origin and to no other, not even where it sends us", async () => {
      const registry = await startRegistry();
      registry.access.mode = 'bearer';
      registry.quirks.blobsAt = registry.storage.url;
      const elsewhere = open(
        await startOrigin((_, response) => sendJson(response, 200, { tags: [] }), { log: world.log }),
      );
      registries.configure([{ host: registry.host, headers: { 'x-team': 'blue' } }]);
      await tagsAt(registry.host);
      await registries.platforms(registry.host, 'team/app', '1', never);
      registry.misbehave(redirectsTo(`${elsewhere.url}/list`), 1, /tags\/list/);
      await registries.tags(registry.host, 'team/other', {}, never);
      const told = (name: string) => world.log.filter(({ origin, headers }) => origin === name && headers['x-team']);
      assert(told('plain').length >= 4);
      assert.equal(told('plain').length, world.log.filter(({ origin }) => origin === 'plain').length);
      assert(world.log.some(({ origin }) => origin === 'plain.tokens'));
      assert(world.log.some(({ origin }) => origin === 'plain.storage'));
      assert.deepEqual(
        world.log.filter(({ origin, headers }) => origin !== 'plain' && headers['x-team']),
        [],
      );
    });
  });

  describe('caFile', () => {
    let folder: string;
    let file: string;
    let tls: NonNullable<World['tls']>;
    before(function () {
      const pair = selfSigned();
      if (pair === undefined) return this.skip(); // no openssl here to make one
      tls = pair;
      folder = mkdtempSync(join(tmpdir(), 'gantry-ca-'));
      file = join(folder, 'ca.pem');
      writeFileSync(file, `Ours\n${pair.cert}`);
    });
    after(() => folder && rmSync(folder, { recursive: true }));

    it('is trusted for the registry and for the tokens that it gives out itself', async () => {
      const registry = await startRegistry(createWorld(tls));
      Object.assign(registry.access, { mode: 'bearer', anonymous: () => false });
      credentials.byRegistry = { [registry.host]: alice };
      registries.configure([{ host: registry.host, caFile: file }]);
      assert.deepEqual(await tagsAt(registry.host), ['1', '2']);
    });

    it('is trusted for no other registry, and its absence says what to do', async () => {
      const [first, second] = [await startRegistry(createWorld(tls)), await startRegistry(createWorld(tls))];
      registries.configure([{ host: first.host, caFile: file }]);
      await tagsAt(first.host);
      const problem = await problemFrom('certificate', tagsAt(second.host));
      assert.match(problem.next ?? '', /"caFile"/);
    });

    const broken = [
      ['is not there', undefined, /cannot be read \(ENOENT\)/],
      ['has no certificate in it', 'nothing', /no certificate in PEM form/],
      ['is damaged', '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----', /damaged/],
    ] as const;
    for (const [what, contents, reason] of broken) {
      it(`is named where it ${what}, and is read again once it is corrected`, async () => {
        const registry = await startRegistry(createWorld(tls));
        const own = join(folder, `${what.length}.pem`);
        if (contents !== undefined) writeFileSync(own, contents);
        registries.configure([{ host: registry.host, caFile: own }]);
        const problem = await problemFrom('certificate', tagsAt(registry.host));
        assert(problem.message.includes(own));
        assert.match(problem.message, reason);
        writeFileSync(own, tls.cert);
        assert.deepEqual(await tagsAt(registry.host), ['1', '2']);
      });
    }
  });

  describe('without a kind', () => {
    const rowOf = async (host: string) => (await registries.list(never)).find((row) => row.host === host);
    let changed: (string | undefined)[];
    beforeEach(() => {
      changed = [];
      registries.onDidChange((host) => changed.push(host));
    });

    it('is recognised by its first refusal, then asked as what it is, and remembered', async () => {
      const acr: Acr = open(await startAcr(world));
      acr.access.service = 'contoso.azurecr.io';
      acr.push('team/app', '1', image);
      credentials.byRegistry = { [acr.host]: { kind: 'basic', username: 'contoso', password: 'admin-password' } };
      registries.configure([{ host: acr.host }]);
      assert.equal((await rowOf(acr.host))?.kind, 'generic');
      changed = [];
      const { value } = await registries.tags(acr.host, 'team/app', {}, never);
      assert.equal(value.items[0]?.dated, 'pushed', 'by its own API');
      assert.equal((await rowOf(acr.host))?.kind, 'acr');
      assert.equal((await rowOf(acr.host))?.can.untag, true);
      assert.deepEqual(changed, [acr.host]);
      registries.refresh(acr.host);
      const { length } = world.log;
      await registries.tags(acr.host, 'team/app', {}, never);
      assert(
        linesOf(world.log.slice(length)).every((line) => !line.includes('/v2/')),
        'nothing has to be found out again',
      );
    });

    it('is what the setting says all the same', async () => {
      const acr: Acr = open(await startAcr(world));
      acr.access.service = 'contoso.azurecr.io';
      acr.azure.anonymousPull = true;
      acr.push('team/app', '1', image);
      registries.configure([{ host: acr.host, kind: 'generic' }]);
      assert.deepEqual(await tagsAt(acr.host), ['1']);
      assert.equal((await rowOf(acr.host))?.kind, 'generic');
    });

    const software: readonly (readonly [string, string])[] = [
      ['JFrog Artifactory', 'Basic realm="Artifactory Realm"'],
      ['Sonatype Nexus', 'BASIC realm="Sonatype Nexus Repository Manager"'],
      ['Gitea', 'Bearer realm="https://gitea.example/v2/token",service="container_registry",scope="*"'],
    ];
    for (const [name, challenge] of software) {
      it(`is called ${name} where it shows it, and costs no request more`, async () => {
        const registry = await startRegistry();
        registries.configure([{ host: registry.host }]);
        registry.misbehave((_, response) => sendJson(response, 401, {}, { 'www-authenticate': challenge }), 1);
        await registries.tags(registry.host, 'team/app', {}, never).catch(() => {});
        assert.equal((await rowOf(registry.host))?.software, name);
        assert.equal((await rowOf(registry.host))?.kind, 'generic');
        assert(registry.seen.length <= 1);
      });
    }

    it('costs a plain registry nothing', async () => {
      const registry = await startRegistry();
      await tagsAt(registry.host);
      assert.deepEqual(linesOf(world.log), ['plain GET /v2/team/app/tags/list?n=1000']);
      assert.deepEqual(changed, []);
    });
  });
});
