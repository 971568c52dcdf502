import assert from 'node:assert/strict';
import { parseRegistry } from '../../../../client/registries/host.ts';
import { type RegistrySource, type RegistryValue, registryNodes } from '../../../../client/registries/nodes.ts';
import { firstPages } from '../../../../client/registries/pages.ts';
import type { TreeNode } from '../../../../client/ui/treeModel.ts';
import { failed, known, pending } from '../../../../common/known.ts';
import type { Page, Registry, TagDetails } from '../../../../common/registry.ts';
import { outline } from '../../../support/outline.ts';

const details: TagDetails = {
  digest: 'sha256:index',
  mediaType: 'application/vnd.oci.image.index.v1+json',
  kind: 'index',
  platforms: [
    { platform: { os: 'linux', architecture: 'amd64' }, digest: 'sha256:amd', compressedBytes: 29_500_000 },
    { platform: { os: 'linux', architecture: 'arm64', variant: 'v8' }, digest: 'sha256:arm' },
  ],
};

function sourceOf(
  given: Partial<{ repositories: Page<string>; tags: Page<string>; details: TagDetails }>,
): RegistrySource {
  return {
    repositories: async () => known(rows(given.repositories), 0),
    tags: async () => known(rows(given.tags), 0),
    platforms: async () => known(given.details ?? details, 0),
  };
}

const rows = ({ items, ...page }: Page<string> = { items: [] }) => ({
  ...page,
  items: items.map((name) => ({ name })),
});

const local: Registry = {
  host: '127.0.0.1:5000',
  name: '127.0.0.1:5000',
  origin: 'settings',
  kind: 'generic',
  can: { listRepositories: true, untag: false, deleteImage: true, deleteRepository: false },
};

async function open(node: TreeNode<RegistryValue> | undefined): Promise<readonly TreeNode<RegistryValue>[]> {
  assert.ok(typeof node?.children === 'function');
  const answer = await node.children(new AbortController().signal);
  assert.ok(answer.state === 'known');
  return answer.value;
}

async function tagOf(host: string, repository: string): Promise<TreeNode<RegistryValue> | undefined> {
  const source = sourceOf({ repositories: { items: [repository] }, tags: { items: ['1.0'] } });
  let [node] = await open(registryNodes([{ ...local, host }], source)[0]);
  while (Array.isArray(node?.children)) node = node.children[0];
  return (await open(node))[0];
}

describe('registryNodes', () => {
  it('folds names of several levels into folders, a name that is both standing beside its folder', async () => {
    const repositories = { items: ['busybox', 'team/app', 'team/app/api', 'team/web'] };
    const [registry] = registryNodes([local], sourceOf({ repositories }));
    assert.deepEqual(outline(await open(registry)), [['team', [['app', ['api']], 'app', 'web']], 'busybox']);
  });

  it('offers the next page, with how many of how many are there', async () => {
    const page = { items: ['a', 'b'], cursor: 'b', total: 340 };
    const [registry] = registryNodes([local], sourceOf({ repositories: page }));
    assert.deepEqual(outline(await open(registry)), ['a', 'b', 'Load more — 2 of 340']);
    const [untold] = registryNodes([local], sourceOf({ repositories: { items: ['a'], cursor: 'a' } }));
    assert.deepEqual(outline(await open(untold)).at(-1), 'Load more — 1 so far');
  });

  it('shows the platforms of a tag with their compressed size', async () => {
    assert.deepEqual(outline(await open(await tagOf('127.0.0.1:5000', 'team/app'))), [
      'linux/amd64 — 29.5 MB compressed',
      'linux/arm64/v8',
    ]);
  });

  it('says that an artifact is no container image', async () => {
    const artifact: TagDetails = {
      ...details,
      kind: 'artifact',
      mediaType: 'application/vnd.cncf.helm.config.v1+json',
      platforms: [],
    };
    const source = sourceOf({ repositories: { items: ['chart'] }, tags: { items: ['1'] }, details: artifact });
    const [repository] = await open(registryNodes([local], source)[0]);
    const [tag] = await open(repository);
    assert.deepEqual(outline(await open(tag)), ['Not a container image — application/vnd.cncf.helm.config.v1+json']);
  });

  it('names a tag as docker would', async () => {
    const reference = async (host: string, repository: string) => {
      const value = (await tagOf(host, repository))?.value;
      return value?.kind === 'tag' ? value.reference : undefined;
    };
    assert.equal(await reference('127.0.0.1:5000', 'team/app'), '127.0.0.1:5000/team/app:1.0');
    assert.equal(await reference('docker.io', 'library/nginx'), 'nginx:1.0');
    assert.equal(await reference('docker.io', 'library/team/app'), 'library/team/app:1.0');
    assert.equal(await reference('docker.io', 'bitnami/redis'), 'bitnami/redis:1.0');
  });

  it('hands a failure on, so that it is never an empty folder', async () => {
    const problem = { kind: 'unauthorized', subject: 'x', message: 'Sign in.' } as const;
    const source = { ...sourceOf({}), repositories: async () => failed(problem) };
    const [registry] = registryNodes([local], source);
    assert.ok(typeof registry?.children === 'function');
    assert.deepEqual(await registry.children(new AbortController().signal), failed(problem));
  });
});

describe('firstPages', () => {
  const pages: Readonly<Record<string, Page<string>>> = {
    '': { items: ['a', 'b'], cursor: 'b' },
    b: { items: ['c'], cursor: 'c' },
    c: { items: ['d'] },
  };
  const fetch = async (cursor = '') => known(pages[cursor] ?? { items: [] }, 5);

  it('joins as many pages as are wanted, and stops at the last', async () => {
    assert.deepEqual(await firstPages(fetch, 1), known({ items: ['a', 'b'], cursor: 'b' }, 5));
    assert.deepEqual(await firstPages(fetch, 9), known({ items: ['a', 'b', 'c', 'd'] }, 5));
  });

  it('ends at a registry that sends the same cursor for ever', async () => {
    let asked = 0;
    const answer = await firstPages(async () => {
      asked++;
      return known({ items: ['a'], cursor: 'same' }, 0);
    }, 1000);
    assert.equal(asked, 2);
    assert.deepEqual(answer, known({ items: ['a', 'a'] }, 0));
  });

  it('fails as a whole when a page fails, and shows what is there while one is pending', async () => {
    const problem = { kind: 'rateLimited', subject: 'x', message: 'Wait.' } as const;
    assert.deepEqual(await firstPages(async (cursor) => (cursor ? failed(problem) : fetch()), 2), failed(problem));
    const answer = await firstPages(async (cursor) => (cursor ? pending : fetch()), 2);
    assert.deepEqual(answer, known({ items: ['a', 'b'], cursor: 'b' }, 5));
  });
});

describe('parseRegistry', () => {
  it('takes a host, with port or as an address', () => {
    assert.deepEqual(parseRegistry(' registry.example.com '), { host: 'registry.example.com' });
    assert.deepEqual(parseRegistry('127.0.0.1:5000'), { host: '127.0.0.1:5000' });
    assert.deepEqual(parseRegistry('https://registry.example.com/v2/'), { host: 'registry.example.com' });
    assert.deepEqual(parseRegistry('http://box:5000'), { host: 'box:5000', insecure: true });
    assert.deepEqual(parseRegistry('[::1]:5000'), { host: '[::1]:5000' });
  });

  it('explains what is wrong with anything else', () => {
    for (const text of ['', 'ftp://x', 'a b', 'https://', 'registry.example.com/team/app', 'https://me:secret@host']) {
      assert.equal(typeof parseRegistry(text), 'string', text);
    }
    assert.doesNotMatch(String(parseRegistry('https://me:secret@host')), /secret/);
  });
});
