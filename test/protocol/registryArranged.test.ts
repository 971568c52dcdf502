import assert from 'node:assert/strict';
import type { Page, TagOrder, TagRow } from '../../common/registry.ts';
import { sortTags } from '../../common/versionOrder.ts';
import { createHttp, type Http } from '../../server/registries/http.ts';
import { Registries } from '../../server/registries/registries.ts';
import { fakeCredentials } from '../support/fakeCredentials.ts';
import { makeImage } from '../support/imageContents.ts';
import { names } from '../support/names.ts';
import { distribution28 } from '../support/registries/distribution.ts';
import { type Emulator, startEmulator } from '../support/registries/emulator.ts';
import { createListManners, type ListManners, links, orders } from '../support/registries/lists.ts';
import { linesOf, manifestRequests } from '../support/registries/world.ts';

const never = new AbortController().signal;
const image = makeImage({ platform: { os: 'linux', architecture: 'amd64' }, layerBytes: [5] });
const numbered = (count: number) => Array.from({ length: count }, (_, index) => `1.${index}`);

describe('lists of a plain registry as they are asked for', () => {
  let emulator: Emulator;
  let http: Http;
  let registries: Registries;
  let host: string;
  beforeEach(async () => {
    emulator = await startEmulator();
    http = createHttp({ env: {}, retryDelayMs: 1 });
    registries = new Registries({ http, credentials: fakeCredentials() });
    host = emulator.plain.host;
  });
  afterEach(async () => {
    await http.close();
    await emulator.stop();
  });
  const pageBy = (changes: Partial<ListManners>) => {
    emulator.plain.quirks.tags = createListManners(changes);
  };
  const page = async (query: { filter?: string; order?: TagOrder; cursor?: string } = {}) =>
    (await registries.tags(host, 'team/app', query, never)).value;
  const pages = async (query: { filter?: string; order?: TagOrder } = {}) => {
    const found: Page<TagRow>[] = [await page(query)];
    for (let last = found[0]; last?.cursor !== undefined; last = found.at(-1)) {
      assert(found.length < 50, 'it ends');
      found.push(await page({ ...query, cursor: last.cursor }));
    }
    return found;
  };
  const rows = (found: readonly Page<TagRow>[]) => found.flatMap(({ items }) => names(items));
  const lines = () => linesOf(emulator.log);

  it('costs one request for a hundred tags in any order, none of them for a manifest, and none the second time', async () => {
    emulator.plain.push('team/app', numbered(100), image);
    for (const order of [undefined, 'version', 'name', 'date'] as const) {
      const { items, total } = await page(order ? { order } : {});
      assert.equal(items.length, 100);
      assert.equal(total, 100);
    }
    await page({ filter: '1.1' });
    assert.deepEqual(lines(), ['plain GET /v2/team/app/tags/list?n=1000']);
    assert.deepEqual(manifestRequests(emulator.log), []);
  });

  it('shows the newest version first where all of them came at once, a hundred at a time', async () => {
    emulator.plain.push('team/app', numbered(250), image);
    const found = await pages({ order: 'version' });
    assert.deepEqual(
      found.map(({ items, total }) => [items.length, total]),
      [
        [100, 250],
        [100, 250],
        [50, 250],
      ],
    );
    assert.deepEqual(rows(found), sortTags(numbered(250)));
    assert.equal(lines().length, 1);
  });

  it('shows the first page at once, sorted within, where the registry has more', async () => {
    pageBy({ maximumN: 150, beyond: undefined, order: orders.pushed });
    emulator.plain.push('team/app', numbered(400), image);
    const first = await page({ order: 'version' });
    assert.deepEqual(names(first.items), sortTags(numbered(150)).slice(0, 100));
    assert.equal(first.total, undefined, 'nobody counted them');
    assert.equal(lines().length, 1);
    assert.deepEqual([...rows(await pages({ order: 'version' }))].sort(), numbered(400).sort());
    assert.equal(lines().length, 3, 'each of its pages once');
  });

  it('sorts all of it once completion has brought all of it', async () => {
    pageBy({ maximumN: 150, beyond: undefined, order: orders.pushed });
    emulator.plain.push('team/app', numbered(400), image);
    await registries.allTags(host, 'team/app', never);
    const first = await page({ order: 'version' });
    assert.deepEqual(names(first.items), sortTags(numbered(400)).slice(0, 100));
    assert.equal(first.total, 400);
    assert.equal(lines().length, 3);
  });

  it('looks for a text in all of them, upper or lower case, and says how many have it', async () => {
    pageBy({ maximumN: 50, beyond: undefined });
    emulator.plain.push('team/app', [...numbered(120), '9-Alpine', 'ALPINE', 'x'], image);
    const found = await page({ filter: 'alpine', order: 'version' });
    assert.deepEqual(names(found.items), ['9-Alpine', 'ALPINE']);
    assert.equal(found.total, 2);
    assert.equal((await page({ filter: 'nothing like it' })).total, 0);
    assert.equal(lines().length, 3);
  });

  it('tells signatures and the like from images', async () => {
    const hex = 'a'.repeat(64);
    const attached = [`sha256-${hex}`, `sha256-${hex}.sig`, `sha256-${hex}.att`, `sha256-${hex}.sbom`];
    emulator.plain.push('team/app', [...attached, 'v1', `sha256-${hex.slice(1)}`], image);
    const { items } = await page();
    const marked = items.filter(({ kind }) => kind === 'attachment');
    assert.deepEqual(new Set(names(marked)), new Set(attached));
  });

  it('cuts the list of a registry that knows no pages', async () => {
    Object.assign(emulator.plain.quirks, distribution28());
    emulator.plain.push('team/app', numbered(230), image);
    const found = await pages();
    assert.deepEqual(
      found.map(({ items }) => items.length),
      [100, 100, 30],
    );
    assert.equal(lines().length, 1);
  });

  const traps: readonly (readonly [string, Partial<ListManners>])[] = [
    ['links on to empty pages', { end: 'emptyPages' }],
    ['links on to the last item', { end: 'lastItem' }],
    ['begins a page with the end of the one before', { repeatsLast: true }],
    ['links absolutely', { link: links.absolute }],
    ['links to a path that is not its own', { link: links.wrongPath }],
  ];
  for (const [what, changes] of traps) {
    it(`shows each tag once where the registry ${what}`, async () => {
      pageBy({ ...changes, maximumN: 40, beyond: undefined });
      emulator.plain.push('team/app', numbered(100), image);
      assert.deepEqual(rows(await pages()), numbered(100).sort());
    });
  }

  it('ends where each link is new and each page the same', async () => {
    let asked = 0;
    emulator.plain.misbehave((_, response) => {
      response.setHeader('link', `</v2/team/app/tags/list?page=${++asked}>; rel="next"`);
      response.end('{"tags":["a","b"]}');
    }, 1000);
    assert.deepEqual(rows(await pages()), ['a', 'b']);
    assert.equal(asked, 2);
  });

  it('begins anew for a cursor that is none', async () => {
    emulator.plain.push('team/app', ['a', 'b'], image);
    for (const cursor of ['', 'x', '{}', '{"of":"all","offset":-1}', 'null', '{"of":"page","offset":1e99}']) {
      assert.deepEqual(names((await page({ cursor })).items), ['a', 'b'], cursor);
    }
  });

  it('sorts ten thousand tags without keeping anybody waiting', async () => {
    pageBy({ ignoresPaging: true, order: orders.unsorted });
    const tags = Array.from(
      { length: 10_000 },
      (_, index) => `${index % 40}.${index % 250}.${index}-alpine3.${index % 9}`,
    );
    emulator.plain.push('team/app', tags, image);
    const first = await page({ order: 'version' });
    assert.deepEqual(names(first.items), sortTags(tags).slice(0, 100));
    assert.equal(first.total, 10_000);
    assert.equal(lines().length, 1);
  });

  describe('of repositories', () => {
    const repositories = async (query: { path?: string; filter?: string; cursor?: string } = {}) =>
      (await registries.repositories(host, query, never)).value;
    beforeEach(() => {
      for (const name of ['team/app', 'team/tool', 'teams/app', 'other', 'team/deep/App'.toLowerCase()]) {
        emulator.plain.push(name, 'v1', image);
      }
    });

    it('looks for a text', async () => {
      const { items, total } = await repositories({ filter: 'APP' });
      assert.deepEqual(names(items), ['team/app', 'team/deep/app', 'teams/app']);
      assert.equal(total, 3);
    });

    it('shows what is below a path', async () => {
      assert.deepEqual(names((await repositories({ path: 'team' })).items), ['team/app', 'team/deep/app', 'team/tool']);
    });

    it('shows and completes only what is inside the prefix of the setting', async () => {
      registries.configure([{ host, prefix: 'team/' }]);
      const inside = ['team/app', 'team/deep/app', 'team/tool'];
      const { items, total } = await repositories();
      assert.deepEqual(names(items), inside);
      assert.equal(total, 3);
      assert.deepEqual(names((await repositories({ filter: 'app' })).items), ['team/app', 'team/deep/app']);
      assert.deepEqual(names((await registries.allRepositories(host, never)).value), inside);
      assert.deepEqual(names(registries.lastRepositories(host)?.value ?? []), inside);
    });
  });
});
