import assert from 'node:assert/strict';
import { makeImage, makeIndex } from '../../support/imageContents.ts';
import { names } from '../../support/names.ts';
import { answers } from '../../support/origin.ts';
import { problemFrom } from '../../support/problem.ts';
import { type Github, startGithub } from '../../support/registries/github.ts';
import { createWorld, linesOf, manifestRequests, originsTold, type World } from '../../support/registries/world.ts';
import { type OpenRegistry, openRegistry } from '../../support/registryRoom.ts';

const amd64 = { platform: { os: 'linux', architecture: 'amd64' }, layerBytes: [5] };
const arm64 = { platform: { os: 'linux', architecture: 'arm64' }, layerBytes: [6] };
const image = makeImage(amd64);
const other = makeImage(arm64);

describe('GitHub Container Registry', () => {
  let world: World;
  let github: Github;
  let ghcr: OpenRegistry;
  beforeEach(async () => {
    world = createWorld();
    github = await startGithub(world);
    ghcr = openRegistry(world, { host: 'ghcr.io', url: github.registry.url, webUrl: github.api.url });
    ghcr.signIn('alice', 'ghp_alice');
    github.push('acme/app', ['1', 'latest'], image, { at: '2025-01-01T00:00:00Z', isPrivate: true });
    github.push('acme/app', '2', other, { at: '2025-02-01T00:00:00Z' });
    github.push('acme/team/tool', '1', image);
    github.push('alice/own', '1', image, { isPrivate: true });
    github.push('bob/public', '1', image);
  });
  afterEach(async () => {
    await ghcr.close();
    await github.stop();
  });
  const lines = () => linesOf(world.log);
  const tagsLeft = () => [...(github.registry.store.repositories.get('acme/app')?.tags.keys() ?? [])];

  it('is known by its host', async () => {
    const row = await ghcr.row();
    assert.equal(row?.kind, 'ghcr');
    assert.deepEqual(row?.can, { listRepositories: true, untag: false, deleteImage: true, deleteRepository: true });
  });

  describe('its repositories', () => {
    it('begin with whoever is signed in and the organisations', async () => {
      const page = await ghcr.repositories();
      assert.deepEqual(page.items, [
        { name: 'alice', folder: true },
        { name: 'acme', folder: true },
      ]);
      assert.equal(page.total, 2);
      assert.deepEqual(lines(), ['github.api GET /user', 'github.api GET /user/orgs?per_page=100&page=1']);
    });

    it('begin with the organisations that everybody sees, for a token that may know no more', async () => {
      github.api.misbehave(answers(403, {}, '{"message":"read:org"}'), 1, /^\/user\/orgs/);
      github.api.misbehave(answers(200, {}, '[{"login":"Acme"},{"id":7}]'), 1, /^\/users\/alice\/orgs/);
      assert.deepEqual(names((await ghcr.repositories()).items), ['alice', 'acme']);
    });

    it('lead to the prefix of the setting', async () => {
      ghcr.registries.configure([
        { host: 'ghcr.io', url: github.registry.url, webUrl: github.api.url, prefix: 'bob/' },
      ]);
      assert.deepEqual(names((await ghcr.repositories()).items), ['bob']);
      assert.deepEqual(names((await ghcr.repositories('bob')).items), ['bob/public']);
    });

    it('are the packages of an owner, private ones marked, with slashes in their names', async () => {
      const { items } = await ghcr.repositories('acme');
      assert.deepEqual(
        items.map(({ name, private: isPrivate }) => [name, isPrivate]),
        [
          ['acme/app', true],
          ['acme/team/tool', undefined],
        ],
      );
      assert.deepEqual(names((await ghcr.repositories('alice')).items), ['alice/own']);
      assert.deepEqual(
        lines().filter((line) => line.includes('packages')),
        [
          'github.api GET /orgs/acme/packages?package_type=container&per_page=100&page=1',
          'github.api GET /user/packages?package_type=container&per_page=100&page=1',
        ],
      );
    });

    it('are asked for at a person where there is no such organisation, and from then on at once', async () => {
      const notFound = answers(404, {}, '{"message":"Not Found"}');
      github.api.misbehave(notFound, 5, /^\/orgs\/bob/);
      assert.deepEqual(names((await ghcr.repositories('bob')).items), ['bob/public']);
      assert.deepEqual(names((await ghcr.tags('bob/public')).items), ['1']);
      assert.equal(lines().filter((line) => line.includes('/orgs/bob')).length, 1);
    });

    it('come page by page, and are looked for by a text', async () => {
      for (const number of Array(120).keys()) github.push(`acme/many-${number}`, '1', image);
      const first = await ghcr.repositories('acme');
      assert.equal(first.items.length, 100);
      const second = await ghcr.repositories('acme', { cursor: first.cursor ?? '' });
      assert.equal(second.items.length, 22);
      assert.equal(second.cursor, undefined);
      assert.deepEqual(names((await ghcr.repositories('acme', { filter: 'TOOL' })).items), ['acme/team/tool']);
    });

    it('are had only by who is signed in; what is public is there by name', async () => {
      ghcr.signIn();
      const problem = await problemFrom('unauthorized', ghcr.repositories());
      assert.match(problem.next ?? '', /ghcr\.io\/owner\/name/);
      await problemFrom('unauthorized', ghcr.repositories('acme'));
      assert.deepEqual(lines(), [], 'nobody had to be asked');
      assert.deepEqual((await ghcr.tags('bob/public')).items, [{ name: '1' }]);
    });

    it('are not had for a name that is no owner', async () => {
      for (const path of ['a/b', '..', 'x?y', '']) await problemFrom('notFound', ghcr.repositories(path));
      assert.deepEqual(lines(), []);
    });
  });

  describe('its tags', () => {
    it('cost one request of the API, with dates and digests, the newest first, and none for a manifest', async () => {
      const { items } = await ghcr.tags('acme/app');
      const date = Date.parse('2025-02-01T00:00:00Z');
      assert.deepEqual(items[0], { name: '2', digest: other.root.digest, date, dated: 'pushed' });
      assert.deepEqual(names(items), ['2', '1', 'latest']);
      assert.deepEqual(
        lines().filter((line) => line.includes('versions')),
        ['github.api GET /orgs/acme/packages/container/app/versions?per_page=100&page=1'],
      );
      assert.deepEqual(manifestRequests(world.log), []);
      assert.deepEqual(originsTold(world.log), ['github.api']);
      const { length } = world.log;
      await ghcr.tags('acme/app');
      assert.equal(world.log.length, length);
    });

    it('are found behind pages of versions without any', async () => {
      for (const number of Array(120).keys()) {
        github.push('acme/deep', 'moving', makeImage({ ...amd64, layerBytes: [number + 1] }));
      }
      github.push('acme/deep', 'old', image, { at: '2020-01-01T00:00:00Z' });
      const { manifests, tags } = github.registry.store.repositories.get('acme/deep') ?? assert.fail();
      const old = manifests.get(image.root.digest) ?? assert.fail();
      manifests.delete(old.digest);
      const rest = [...manifests];
      manifests.clear();
      for (const [digest, manifest] of [[old.digest, old] as const, ...rest]) manifests.set(digest, manifest);
      tags.delete('moving');
      const { items } = await ghcr.tags('acme/deep');
      assert.deepEqual([names(items), items[0]?.digest], [['old'], old.digest]);
    });

    it('of a slash in the name are asked for with the slash encoded', async () => {
      assert.deepEqual(names((await ghcr.tags('acme/team/tool')).items), ['1']);
      assert(lines().some((line) => line.includes('/container/team%2Ftool/versions')));
    });

    it('hide what has no tag: the parts of an index and attestations', async () => {
      github.push('acme/multi', 'v1', makeIndex([amd64, arm64]));
      assert.deepEqual(names((await ghcr.tags('acme/multi')).items), ['v1']);
    });

    it('are all known with their digests from up to ten pages, sorted by version', async () => {
      for (const number of Array(250).keys()) {
        github.push('acme/long', `1.${number}`, makeImage({ ...amd64, layerBytes: [number + 1] }));
      }
      const { items, total } = await ghcr.tags('acme/long', { order: 'version' });
      assert.equal(items[0]?.name, '1.249');
      assert.equal(total, 250);
      assert((await ghcr.allTags('acme/long')).every(({ digest }) => digest !== undefined));
      assert.equal(lines().filter((line) => line.includes('versions')).length, 3);
    });

    it('come as names from the registry where the API refuses', async () => {
      ghcr.signIn('alice', 'ghp_alice');
      github.api.misbehave(answers(403, {}, '{"message":"Resource not accessible"}'), 9, /versions/);
      assert.deepEqual(names((await ghcr.tags('acme/app')).items), ['1', 'latest', '2']);
      assert.deepEqual(names(await ghcr.allTags('acme/app')), ['1', 'latest', '2']);
    });

    it('are no list where something else answers', async () => {
      github.api.misbehave(answers(200, {}, '<html>Sign in</html>'), 1, /versions/);
      await problemFrom('badAnswer', ghcr.tags('acme/app'));
      github.api.misbehave(answers(200, {}, '{"message":"hello"}'), 1, /versions/);
      await problemFrom('badAnswer', ghcr.tags('acme/app'));
      github.api.misbehave(answers(200, {}, '["a",7]'), 1, /versions/);
      await problemFrom('badAnswer', ghcr.tags('acme/app'));
      assert.equal((await ghcr.tags('acme/app')).items.length, 3, 'a failure is not kept');
    });

    it('wait where GitHub has had enough, in its own way of saying so', async () => {
      const reset = String(world.clock.nowMs / 1000 + 600);
      const spent = { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': reset };
      github.api.misbehave(answers(403, spent, '{"message":"API rate limit exceeded"}'), 1, /versions/);
      assert.equal((await problemFrom('rateLimited', ghcr.tags('acme/app'))).retryAfterMs, 600_000);
    });
  });

  describe('signing in', () => {
    it('that is not accepted is said, and not tried again and again', async () => {
      ghcr.signIn('alice', 'ghp_wr0ng');
      const problem = await problemFrom('unauthorized', ghcr.repositories());
      assert.match(problem.next ?? '', /read:packages/);
      assert(!JSON.stringify(problem).includes('wr0ng'));
      await problemFrom('unauthorized', ghcr.repositories());
      assert.equal(lines().length, 1);
    });

    it('with what another source has goes on where the first is not accepted', async () => {
      const [old, good] = ['ghp_old', 'ghp_alice'].map(
        (password) => ({ kind: 'basic', username: 'alice', password }) as const,
      );
      ghcr.credentials.byRegistry = { 'ghcr.io': old ?? assert.fail() };
      const refused: unknown[] = [];
      ghcr.credentials.refused = (registry, credential) => {
        refused.push([registry, credential]);
        ghcr.credentials.byRegistry = { 'ghcr.io': good ?? assert.fail() };
      };
      assert.deepEqual(names((await ghcr.repositories()).items), ['alice', 'acme']);
      assert.deepEqual(refused, [['ghcr.io', old]]);
    });

    it('without the scope for packages is said with what GitHub says', async () => {
      ghcr.signIn('alice', 'gho_repo');
      await problemFrom('denied', ghcr.repositories());
    });

    it('does not go where GitHub redirects to', async () => {
      const redirect = answers(307, { location: `${github.storage.url}/elsewhere` });
      github.api.misbehave(redirect, 1, /versions/);
      await ghcr.tags('acme/app').catch(() => {});
      assert(lines().some((line) => line.startsWith('github.storage')));
      assert(!originsTold(world.log).includes('github.storage'));
    });

    it('goes to no API where another host is said to be GitHub, without saying where', async () => {
      const proxy = openRegistry(world, { host: github.registry.host, kind: 'ghcr' });
      proxy.signIn('alice', 'ghp_alice');
      assert.deepEqual(names((await proxy.tags('acme/app')).items), ['1', 'latest', '2']);
      await proxy.close();
      assert.deepEqual(originsTold(world.log), ['github.registry']);
    });
  });

  describe('deleting', () => {
    it('takes an image with all its tags, by the version that it is', async () => {
      ghcr.signIn('alice', 'ghp_delete');
      await ghcr.tags('acme/app');
      const { length } = world.log;
      await ghcr.deleteImage('acme/app', image.root.digest);
      assert.deepEqual(tagsLeft(), ['2']);
      assert.equal(world.log.length, length + 1, 'the version was known from the list');
    });

    it('looks the version up where it was not listed before', async () => {
      ghcr.signIn('alice', 'ghp_delete');
      await ghcr.deleteImage('acme/app', image.root.digest);
      assert.deepEqual(tagsLeft(), ['2']);
      await problemFrom('notFound', ghcr.deleteImage('acme/app', `sha256:${'0'.repeat(64)}`));
    });

    it('explains that the last version with a tag goes with its package only', async () => {
      ghcr.signIn('alice', 'ghp_delete');
      const problem = await problemFrom('unsupported', ghcr.deleteImage('alice/own', image.root.digest));
      assert.match(problem.next ?? '', /whole repository/);
      await ghcr.deleteRepository('alice/own');
      assert(!github.registry.store.repositories.has('alice/own'));
    });

    it('explains which scope is missing', async () => {
      const problem = await problemFrom('denied', ghcr.deleteImage('acme/app', image.root.digest));
      assert.match(problem.next ?? '', /delete:packages/);
      assert.deepEqual(tagsLeft(), ['1', 'latest', '2']);
    });

    it('asks nobody for what is no digest, and nobody who is not signed in', async () => {
      await problemFrom('notFound', ghcr.deleteImage('acme/app', 'latest'));
      await problemFrom('notFound', ghcr.deleteRepository('acme'));
      ghcr.signIn();
      await problemFrom('unauthorized', ghcr.deleteImage('acme/app', image.root.digest));
      await problemFrom('unauthorized', ghcr.deleteRepository('acme/app'));
      assert.deepEqual(lines(), []);
    });
  });
});
