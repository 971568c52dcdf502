/** What GitHub, Harbor, GitLab, Quay, DTR, Google and Amazon do in a way of their own, seen in the emulator. */
import assert from 'node:assert/strict';
import { makeImage, makeIndex } from '../support/imageContents.ts';
import { basic, bearer, read, statusOf } from '../support/registries/asking.ts';
import { type Emulator, startEmulator } from '../support/registries/emulator.ts';

const amd64 = { platform: { os: 'linux', architecture: 'amd64' }, layerBytes: [100, 20] };
const arm64 = { platform: { os: 'linux', architecture: 'arm64', variant: 'v8' }, layerBytes: [90] };
const image = makeImage(amd64);

describe('the emulator of other products', () => {
  let emulator: Emulator;
  beforeEach(async () => {
    emulator = await startEmulator();
  });
  afterEach(() => emulator.stop());

  describe('GitHub', () => {
    const api = (path: string, token = 'ghp_alice', init: RequestInit = {}) =>
      fetch(`${emulator.github.api.url}${path}`, { ...init, headers: bearer(token) });
    const packages = async (path: string) => (await (await api(path)).json()) as { name: string }[];
    const tokenAt = (scope: string, headers: Record<string, string> = {}) =>
      fetch(`${emulator.github.registry.url}/token?service=ghcr.io&scope=${scope}`, { headers });
    const versions = '/user/packages/container/tools%2Fcli/versions';
    beforeEach(() => {
      emulator.github.push('alice/tools/cli', ['b', 'a'], image);
      emulator.github.push('acme/app', 'v1', image, { isPrivate: true });
    });

    it('lists packages to those whose token is made for it', async () => {
      assert.deepEqual(
        (await packages('/user/packages?package_type=container')).map(({ name }) => name),
        ['tools/cli'],
      );
      assert.equal((await packages('/orgs/acme/packages?package_type=container&visibility=private')).length, 1);
      assert.equal((await api('/user/packages?package_type=container', 'gho_repo')).status, 403);
      assert.equal((await api('/user/packages?package_type=container', 'unknown')).status, 401);
    });

    it('links its pages to the next and the last', async () => {
      emulator.github.push('alice/tools/cli', 'c', makeImage(arm64));
      const link = (await api(`${versions}?per_page=1`)).headers.get('link');
      assert.match(link ?? '', /^<http[^>]*page=2>; rel="next", <http[^>]*page=2>; rel="last"$/);
    });

    it('lists versions, the children of an index among them, and deletes all but the last with a tag', async () => {
      emulator.github.push('alice/tools/cli', 'multi', makeIndex([amd64, arm64]));
      const all = (await (await api(versions)).json()) as { id: number; metadata: { container: { tags: string[] } } }[];
      assert.deepEqual(
        all.map(({ metadata }) => metadata.container.tags),
        [['multi'], [], [], [], [], ['b', 'a']],
      );
      const remove = (id?: number) => api(`${versions}/${id}`, 'ghp_delete', { method: 'DELETE' });
      assert.equal((await api(`${versions}/${all[0]?.id}`, 'ghp_alice', { method: 'DELETE' })).status, 403);
      assert.equal((await remove(all[0]?.id)).status, 204);
      assert.equal((await remove(all.at(-1)?.id)).status, 400);
    });

    it('lists tags the oldest first', async () => {
      const { token } = (await (await tokenAt('repository:alice/tools/cli:pull')).json()) as { token: string };
      const headers = bearer(token);
      assert.deepEqual((await read(`${emulator.github.registry.url}/v2/alice/tools/cli/tags/list`, { headers })).tags, [
        'b',
        'a',
      ]);
    });

    it('has no token for what is private or does not exist, and denies who has another', async () => {
      assert.equal((await tokenAt('repository:acme/app:pull')).status, 401);
      assert.equal((await tokenAt('repository:acme/none:pull')).status, 401);
      assert.equal((await tokenAt('repository:acme/app:pull', basic('alice', 'ghp_alice'))).status, 200);
      const answer = await fetch(`${emulator.github.registry.url}/v2/acme/app/tags/list`, { headers: bearer('other') });
      assert.deepEqual([answer.status, answer.headers.get('www-authenticate')], [403, null]);
    });
  });

  describe('Harbor', () => {
    const api = (path: string) => `${emulator.harbor.url}/api/v2.0${path}`;
    const headers = basic('alice', 's3cr:et');
    beforeEach(() => {
      emulator.harbor.push('team/apps/web', ['v1', 'latest'], makeIndex([amd64, arm64]));
      emulator.harbor.push('secret/tool', 'v1', image, { isPrivate: true });
    });

    it('lists projects and repositories, filtered, with how many there are', async () => {
      assert.equal((await read(api('/projects'))).length, 1);
      assert.equal((await read(api('/projects'), { headers })).length, 2);
      const answer = await fetch(api('/projects/team/repositories?q=name%3D~web'));
      assert.equal(answer.headers.get('x-total-count'), '1');
      assert.equal(((await answer.json()) as { name: string }[])[0]?.name, 'team/apps/web');
      assert.equal(await statusOf(api('/projects?page_size=101')), 422);
    });

    it('lists artifacts with their tags and platforms, under a name encoded twice', async () => {
      const [artifact] = await read(api('/projects/team/repositories/apps%252Fweb/artifacts?with_tag=true'));
      assert.deepEqual(
        artifact.tags.map(({ name }: { name: string }) => name),
        ['v1', 'latest'],
      );
      assert.equal(artifact.references.length, 4);
      assert.equal(await statusOf(api('/projects/team/repositories/apps%2Fweb/artifacts')), 404);
    });

    it('untags for those who may, which a robot may not', async () => {
      const [{ digest }] = await read(api('/projects/team/repositories/apps%252Fweb/artifacts'));
      const at = (who: Record<string, string>) =>
        statusOf(api(`/projects/team/repositories/apps%252Fweb/artifacts/${digest}/tags/v1`), {
          method: 'DELETE',
          headers: who,
        });
      assert.deepEqual(
        [await at({}), await at(basic('robot$team+ci', 'robot-secret')), await at(headers)],
        [401, 403, 200],
      );
    });

    it('asks for Basic at its catalog, which is for administrators', async () => {
      const catalog = `${emulator.harbor.url}/v2/_catalog`;
      assert.equal((await fetch(catalog)).headers.get('www-authenticate'), 'Basic realm="harbor"');
      assert.equal(await statusOf(catalog, { headers }), 401);
      assert.equal((await read(catalog, { headers: basic('admin', 'Harbor12345') })).repositories.length, 2);
      const ping = await fetch(`${emulator.harbor.url}/v2/`);
      assert.match(ping.headers.get('www-authenticate') ?? '', /^Bearer .*service\/token",service="harbor-registry"/);
    });
  });

  describe('GitLab', () => {
    const api = (path: string, token?: string, init: RequestInit = {}) =>
      fetch(`${emulator.gitlab.api.url}/api/v4${path}`, {
        ...init,
        ...(token !== undefined && { headers: { 'private-token': token } }),
      });
    const project = '/projects/group%2Fapp/registry/repositories';
    beforeEach(() => {
      emulator.gitlab.push('group/app', 'v1', image, { isPrivate: true });
      emulator.gitlab.push('group/app/worker', ['B', 'A'], image, { isPrivate: true });
    });

    it('lists the repositories of a project, with headers for the pages', async () => {
      const answer = await api(`${project}?tags_count=true&per_page=1&page=2`, 'glpat-lists');
      assert.deepEqual([answer.headers.get('x-total'), answer.headers.get('x-next-page')], ['2', '']);
      const [row] = (await answer.json()) as Record<string, unknown>[];
      assert.deepEqual([row?.name, row?.path, row?.tags_count], ['worker', 'group/app/worker', 2]);
    });

    it('tells date and digest of one tag at a time only', async () => {
      const [first] = (await (await api(`${project}/2/tags`, 'glpat-lists')).json()) as object[];
      assert.deepEqual(Object.keys(first ?? {}), ['name', 'path', 'location']);
      const tag = (await (await api(`${project}/2/tags/A`, 'glpat-lists')).json()) as { digest: string };
      assert.equal(tag.digest, image.root.digest);
    });

    it('has tokens for lists, for pulls, and for everything', async () => {
      assert.equal((await api(project)).status, 404);
      assert.equal((await api(project, 'glpat-pulls')).status, 403);
      const untag = (token: string) => api(`${project}/2/tags/A`, token, { method: 'DELETE' });
      assert.deepEqual([(await untag('glpat-lists')).status, (await untag('glpat-alice')).status], [403, 204]);
      const pull = async (secret: string) => {
        const url = `${emulator.gitlab.api.url}/jwt/auth?scope=repository:group/app:pull`;
        const { token } = await read(url, { headers: basic('alice', secret) });
        return statusOf(`${emulator.gitlab.registry.url}/v2/group/app/tags/list`, { headers: bearer(token) });
      };
      assert.deepEqual([await pull('glpat-lists'), await pull('glpat-pulls')], [401, 200]);
    });
  });

  describe('Quay', () => {
    const api = (path: string) => `${emulator.quay.url}/api/v1/repository${path}`;
    const owner = bearer('oauth-acme');
    beforeEach(() => emulator.quay.push('acme/app', ['1.0', '1.1', '2.0'], image));

    it('lists repositories of a namespace, private ones to its applications', async () => {
      emulator.quay.push('acme/secret', 'v1', image, { isPrivate: true });
      assert.equal((await read(api('?namespace=acme&public=true'))).repositories.length, 1);
      assert.equal((await read(api('?namespace=acme'), { headers: owner })).repositories.length, 2);
      assert.equal(await statusOf(api('')), 400);
      assert.equal(await statusOf(api('/acme/secret/tag/')), 401);
    });

    it('lists tags by a part of the name, and those of before unless told not to', async () => {
      const filtered = await read(api('/acme/app/tag/?limit=1&onlyActiveTags=true&filter_tag_name=like:1.'));
      assert.deepEqual([filtered.tags.length, filtered.has_additional], [1, true]);
      assert.equal(await statusOf(api('/acme/app/tag/2.0'), { method: 'DELETE', headers: owner }), 204);
      assert.equal((await read(api('/acme/app/tag/?onlyActiveTags=true'))).tags.length, 2);
      const old = (await read(api('/acme/app/tag/'))).tags.find(({ name }: { name: string }) => name === '2.0');
      assert.ok(old.end_ts);
    });

    it('pages its tags by a token of its own', async () => {
      const { token } = await read(`${emulator.quay.url}/v2/auth?scope=repository:acme/app:pull`);
      const page = (query: string) =>
        fetch(`${emulator.quay.url}/v2/acme/app/tags/list${query}`, { headers: bearer(token) });
      const first = await page('?n=2');
      const next = /^<\/v2\/acme\/app\/tags\/list(\?n=2&next_page=[\w-]+)>; rel="next"$/.exec(
        first.headers.get('link') ?? '',
      );
      assert.deepEqual(await (await page(next?.[1] ?? '')).json(), { name: 'acme/app', tags: ['2.0'] });
      assert.deepEqual(await (await page('?n=2&last=1.1')).json(), { name: 'acme/app', tags: ['1.0', '1.1'] });
    });

    it('takes robots at its registry', async () => {
      const url = `${emulator.quay.url}/v2/auth?scope=repository:acme/app:push`;
      assert.equal(await statusOf(url, { headers: basic('acme+ci', 'robot-secret') }), 200);
      assert.equal(await statusOf(url, { headers: basic('acme+ci', 'wrong') }), 401);
    });
  });

  describe('Docker Trusted Registry', () => {
    it('says in a header where the next page starts, and lists tags bare', async () => {
      emulator.dtr.push('team/app', ['v1', 'v2'], image);
      emulator.dtr.push('alice/tool', 'v1', image);
      const headers = basic('alice', 's3cr:et');
      const api = (path: string) => `${emulator.dtr.url}${path}`;
      const first = await fetch(api('/api/v0/repositories?pageSize=1'), { headers });
      const start = first.headers.get('x-next-page-start');
      const { repositories } = await read(api(`/api/v0/repositories?pageSize=1&pageStart=${start}`), { headers });
      assert.equal(`${repositories[0].namespace}/${repositories[0].name}`, 'alice/tool');
      const tags = await read(api('/api/v0/repositories/team/app/tags?pageSize=100'), { headers });
      assert.deepEqual([tags[0].name, tags[0].digest], ['v1', image.root.digest]);
      const { accounts } = await read(api('/enzi/v0/accounts?limit=100'), { headers });
      assert.deepEqual(
        accounts.map(({ name, isOrg }: { name: string; isOrg: boolean }) => [name, isOrg]),
        [
          ['team', true],
          ['alice', false],
        ],
      );
      assert.equal(await statusOf(api('/api/v0/repositories')), 401);
      assert.equal(await statusOf(api('/api/v0/repositories/team/app/tags/v1'), { method: 'DELETE', headers }), 204);
    });
  });

  describe("Google's registry", () => {
    const url = (path: string) => `${emulator.google.url}${path}`;
    const tokenFor = async (scope: string) =>
      bearer(
        (await read(url(`/v2/token?scope=${scope}`), { headers: basic('oauth2accesstoken', 'ya29.token') })).token,
      );

    it('lists tags with their manifests, and what is below', async () => {
      const created = '2026-01-01T00:00:00Z';
      emulator.google.push('project/repo/app', ['v1', 'latest'], makeImage({ ...amd64, created }));
      const list = async (name: string) =>
        read(url(`/v2/${name}/tags/list`), { headers: await tokenFor(`repository:${name}:pull`) });
      assert.deepEqual((await list('project')).child, ['repo']);
      const { manifest } = await list('project/repo/app');
      const [row] = Object.values(manifest) as Record<string, unknown>[];
      assert.deepEqual([row?.timeCreatedMs, row?.tag], [String(Date.parse(created)), ['v1', 'latest']]);
      assert.equal(typeof row?.imageSizeBytes, 'string');
    });

    it('names no service in its challenge', async () => {
      assert.doesNotMatch((await fetch(url('/v2/'))).headers.get('www-authenticate') ?? '', /service/);
    });

    it('deletes a manifest only once its tags are gone', async () => {
      emulator.google.push('p/r/app', 'v1', image);
      const headers = await tokenFor('repository:p/r/app:delete');
      const at = (reference: string) => fetch(url(`/v2/p/r/app/manifests/${reference}`), { method: 'DELETE', headers });
      assert.match(await (await at(image.root.digest)).text(), /GOOGLE_MANIFEST_DANGLING_TAG/);
      assert.deepEqual([(await at('v1')).status, (await at(image.root.digest)).status], [202, 202]);
    });
  });

  describe("Amazon's registry", () => {
    const url = (path: string) => `${emulator.ecr.url}${path}`;
    const headers = basic('AWS', 'ecr-token');
    beforeEach(() => emulator.ecr.push('app', ['a', 'b', 'c'], image));

    it('refuses an n above a thousand with 405', async () => {
      const answer = await fetch(url('/v2/app/tags/list?n=1001'), { headers });
      assert.equal(answer.status, 405);
      assert.match(await answer.text(), /Member must have value less than or equal to 1000/);
    });

    it('pages by a token in an absolute link, and calls JSON text', async () => {
      const answer = await fetch(url('/v2/app/tags/list?n=2'), { headers });
      assert.match(answer.headers.get('content-type') ?? '', /^text\/plain/);
      const { tags } = (await answer.json()) as { tags: string[] };
      const next = /^<(http[^>]*last=[\w-]{10,}[^>]*)>/.exec(answer.headers.get('link') ?? '')?.[1] ?? '';
      const rest = await read(next, { headers });
      assert.deepEqual([...tags, ...rest.tags].sort(), ['a', 'b', 'c']);
    });

    it('challenges for Basic, and says 403 once the password is twelve hours old', async () => {
      const challenge = (await fetch(url('/v2/'))).headers.get('www-authenticate');
      assert.equal(challenge, `Basic realm="${emulator.ecr.url}/",service="ecr.amazonaws.com"`);
      assert.equal(await statusOf(url('/v2/'), { headers }), 200);
      emulator.clock.nowMs += 12 * 3600_000;
      const answer = await fetch(url('/v2/'), { headers });
      assert.equal(answer.status, 403);
      assert.match(await answer.text(), /authorization token has expired/);
    });

    it('makes no repository for a push', async () => {
      const answer = await fetch(url('/v2/none/blobs/uploads/'), { method: 'POST', headers });
      assert.equal(answer.status, 404);
      assert.match(await answer.text(), /NAME_UNKNOWN/);
    });
  });
});
