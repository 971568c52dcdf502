import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createCredentials } from '../../server/credentials/credentials.ts';
import { createHttp, type Http } from '../../server/registries/http.ts';
import { Registries } from '../../server/registries/registries.ts';
import { type DockerRegistry, missing, startDockerRegistry } from '../support/dockerRegistry.ts';
import { type ImageContents, makeImage, makeIndex } from '../support/imageContents.ts';
import { names } from '../support/names.ts';
import { problemFrom } from '../support/problem.ts';

const never = new AbortController().signal;
const created = '2026-01-02T03:04:05Z';
const amd64 = { os: 'linux', architecture: 'amd64' };
const arm64 = { os: 'linux', architecture: 'arm64', variant: 'v8' };

describe('a real docker-registry', () => {
  let registry: DockerRegistry;
  let http: Http;
  let home: string;
  before(function () {
    const reason = missing('docker-registry', 'htpasswd');
    if (reason) {
      console.log(`      skipped: ${reason}`);
      this.skip();
    }
  });
  beforeEach(async () => {
    http = createHttp({ env: {} });
    home = await mkdtemp(path.join(tmpdir(), 'gantry-home-'));
  });
  afterEach(async () => {
    await http.close();
    await registry?.stop();
    await rm(home, { recursive: true, force: true });
  });
  const open = (env: NodeJS.ProcessEnv = {}) =>
    new Registries({ http, credentials: createCredentials({ env: { DOCKER_CONFIG: home, ...env }, home }) });
  const login = async (username: string, password: string) => {
    const auth = Buffer.from(`${username}:${password}`).toString('base64');
    await writeFile(path.join(home, 'config.json'), JSON.stringify({ auths: { [registry.host]: { auth } } }));
  };

  describe('without a password', () => {
    let index: ImageContents;
    beforeEach(async () => {
      registry = await startDockerRegistry();
      index = makeIndex([
        { platform: amd64, layerBytes: [1000, 234], created },
        { platform: arm64, layerBytes: [2000], created: '0001-01-01T00:00:00Z' },
      ]);
      await registry.push('team/app', 'v1', index);
      await registry.push('team/app', 'v2', makeImage({ platform: amd64, layerBytes: [77], created }));
      await registry.push('tool', 'latest', makeImage({ platform: amd64, layerBytes: [1] }));
    });

    it('lists its repositories and their tags', async () => {
      const registries = open();
      const repositories = (await registries.repositories(registry.host, {}, never)).value;
      assert.deepEqual(repositories, { items: [{ name: 'team/app' }, { name: 'tool' }], total: 2 });
      const tags = (await registries.tags(registry.host, 'team/app', {}, never)).value;
      assert.deepEqual([...names(tags.items)].sort(), ['v1', 'v2']);
      assert.deepEqual([...names((await registries.allTags(registry.host, 'team/app', never)).value)].sort(), [
        'v1',
        'v2',
      ]);
    });

    it('says what an index holds, to the byte, attestations apart', async () => {
      const {
        value: { attestations, ...value },
      } = await open().platforms(registry.host, 'team/app', 'v1', never);
      const [first, second] = index.manifests;
      assert.deepEqual(value, {
        digest: index.root.digest,
        mediaType: 'application/vnd.oci.image.index.v1+json',
        kind: 'index',
        platforms: [
          { platform: amd64, digest: first?.digest, compressedBytes: 1234, created: Date.parse(created) },
          { platform: { os: 'linux', architecture: 'arm64' }, digest: second?.digest, compressedBytes: 2000 },
        ],
      });
      assert.deepEqual(
        attestations?.map(({ of }) => of),
        [first?.digest, second?.digest],
      );
    });

    it('says the same by digest', async () => {
      const registries = open();
      const byTag = await registries.platforms(registry.host, 'team/app', 'v1', never);
      const byDigest = await registries.platforms(registry.host, 'team/app', index.root.digest, never);
      assert.deepEqual(byDigest.value, byTag.value);
    });

    it('says what a single image is', async () => {
      const { value } = await open().platforms(registry.host, 'team/app', 'v2', never);
      assert.equal(value.kind, 'image');
      assert.deepEqual(value.platforms, [
        { platform: amd64, digest: value.digest, compressedBytes: 77, created: Date.parse(created) },
      ]);
    });

    it('agrees with skopeo', async function () {
      if (missing('skopeo')) return this.skip();
      const skopeo = (...args: string[]) => JSON.parse(execFileSync('skopeo', args, { encoding: 'utf8' }));
      const image = `docker://${registry.host}/team/app`;
      const registries = open();
      const { Tags } = skopeo('list-tags', '--tls-verify=false', image);
      assert.deepEqual(names((await registries.allTags(registry.host, 'team/app', never)).value), Tags);
      const raw = skopeo('inspect', '--raw', '--tls-verify=false', `${image}:v2`);
      const { value } = await registries.platforms(registry.host, 'team/app', 'v2', never);
      const layers: readonly { readonly size: number }[] = raw.layers;
      assert.equal(
        value.platforms[0]?.compressedBytes,
        layers.reduce((sum, { size }) => sum + size, 0),
      );
      assert.equal(value.digest, skopeo('inspect', '--tls-verify=false', `${image}:v2`).Digest);
    });

    it('has no such repository or tag', async () => {
      const registries = open();
      await problemFrom('notFound', registries.tags(registry.host, 'team/none', {}, never));
      await problemFrom('notFound', registries.platforms(registry.host, 'team/app', 'none', never));
    });

    it('goes away, and is there again after it comes back', async () => {
      const registries = open();
      await registry.stop();
      const tags = () => registries.tags(registry.host, 'team/app', {}, never);
      await problemFrom('unreachable', tags());
      registry = await startDockerRegistry(undefined, registry.host);
      await problemFrom('notFound', tags());
      await registry.push('team/app', 'v3', makeImage({ platform: amd64, layerBytes: [1] }));
      assert.deepEqual(names((await tags()).value.items), ['v3']);
    });
  });

  describe('with a password', () => {
    const alice = { username: 'alice', password: 's3cr:et' };
    beforeEach(async () => {
      registry = await startDockerRegistry(alice);
      await registry.push('team/app', 'v1', makeImage({ platform: amd64, layerBytes: [10] }));
    });
    const tags = (registries: Registries) => registries.tags(registry.host, 'team/app', {}, never);

    it("opens with docker's config.json, and once it is written without a restart", async () => {
      const registries = open();
      await problemFrom('unauthorized', tags(registries));
      await login('alice', 's3cr:et');
      assert.deepEqual(names((await tags(registries)).value.items), ['v1']);
      const repositories = (await registries.repositories(registry.host, {}, never)).value;
      assert.deepEqual(names(repositories.items), ['team/app']);
      assert.equal((await registries.platforms(registry.host, 'team/app', 'v1', never)).value.kind, 'image');
      const row = (await registries.list(never)).find(({ host }) => host === registry.host);
      assert.deepEqual(row, { ...row, host: registry.host, name: registry.host, origin: 'docker', account: 'alice' });
    });

    it('stays shut for a wrong password', async () => {
      await login('alice', 'wrong');
      const problem = await problemFrom('unauthorized', tags(open()));
      assert(!JSON.stringify(problem).includes('wrong'));
    });

    it('opens with a credential helper', async () => {
      const helper = path.join(home, 'docker-credential-test');
      const answer = JSON.stringify({ ServerURL: registry.host, Username: 'alice', Secret: 's3cr:et' });
      const script = `#!/bin/sh\nread -r address\n[ "$1 $address" = "get ${registry.host}" ] && echo '${answer}'\n`;
      await writeFile(helper, script, { mode: 0o755 });
      await writeFile(path.join(home, 'config.json'), '{"credsStore":"test"}');
      assert.deepEqual(names((await tags(open({ PATH: home }))).value.items), ['v1']);
    });

    it('is not asked anonymously where the helper is missing', async () => {
      await writeFile(path.join(home, 'config.json'), '{"credsStore":"missing"}');
      const problem = await problemFrom('credentials', tags(open({ PATH: home })));
      assert.match(problem.message, /docker-credential-missing/);
    });
  });
});
