import assert from 'node:assert/strict';
import { allPages, PagedLists } from '../../../../client/registries/lists.ts';
import { failed, known, pending } from '../../../../common/known.ts';
import type { Page } from '../../../../common/registry.ts';

type Row = { readonly name: string };

const page = (items: string, cursor?: string): Page<Row> => ({
  items: [...items].map((name) => ({ name })),
  ...(cursor === undefined ? {} : { cursor }),
});
const pages: Readonly<Record<string, Page<Row>>> = { '': page('ab', 'b'), b: page('c', 'c'), c: page('d') };

const x = { list: 'x', query: '' };

function counted() {
  const asked: string[] = [];
  return {
    asked,
    fetch: async (cursor = '') => {
      asked.push(cursor);
      return known(pages[cursor] ?? page(''), 5);
    },
  };
}

describe('PagedLists', () => {
  it('joins as many pages as are wanted, and stops at the last', async () => {
    const lists = new PagedLists<Row>();
    assert.deepEqual(await lists.load(x, counted().fetch, 1), known(page('ab', 'b'), 5));
    assert.deepEqual(await lists.load(x, counted().fetch, 9), known(page('abcd'), 5));
  });

  it('asks for the next page only when it goes on', async () => {
    const lists = new PagedLists<Row>();
    const { asked, fetch } = counted();
    await lists.load(x, fetch, 1);
    lists.goOn('x');
    assert.deepEqual(await lists.load(x, fetch, 2), known(page('abc', 'c'), 5));
    assert.deepEqual(asked, ['', 'b']);
  });

  it('begins anew where something else is asked for now, whatever was to go on', async () => {
    const lists = new PagedLists<Row>();
    const { asked, fetch } = counted();
    await lists.load(x, fetch, 1);
    lists.goOn('x');
    const filtered = { ...x, query: 'filter' };
    assert.equal(lists.kept(filtered), undefined);
    assert.deepEqual(await lists.load(filtered, fetch, 1), known(page('ab', 'b'), 5));
    assert.deepEqual(asked, ['', '']);
  });

  it('counts the pages that are there, not those that were asked for in vain', async () => {
    const lists = new PagedLists<Row>();
    const { fetch } = counted();
    assert.equal(lists.pages('x'), undefined);
    await lists.load(x, fetch, 1);
    lists.goOn('x');
    await lists.load(x, fetch, 1);
    assert.equal(lists.pages('x'), 2);
    lists.goOn('x');
    await lists.load(x, async () => pending, 1);
    assert.equal(lists.pages('x'), 2);
  });

  it('shows each page as it comes', async () => {
    const seen: number[] = [];
    await new PagedLists<Row>().load(x, counted().fetch, 3, ({ items }) => seen.push(items.length));
    assert.deepEqual(seen, [2, 3]);
  });

  it('ends at a registry that sends the same cursor for ever, and leaves out what comes again', async () => {
    let asked = 0;
    const answer = await new PagedLists<Row>().load(
      x,
      async () => {
        asked++;
        return known(page('a', 'same'), 0);
      },
      1000,
    );
    assert.equal(asked, 2);
    assert.deepEqual(answer, known(page('a'), 0));
  });

  it('fails as a whole when a page fails, keeps what it has, and shows what is there while one is pending', async () => {
    const lists = new PagedLists<Row>();
    const problem = { kind: 'rateLimited', subject: 'x', message: 'Wait.' } as const;
    const { fetch } = counted();
    await lists.load(x, fetch, 1);
    assert.deepEqual(await lists.load(x, async (cursor) => (cursor ? failed(problem) : fetch()), 2), failed(problem));
    assert.deepEqual(lists.kept(x), page('ab', 'b'));
    const answer = await lists.load(x, async (cursor) => (cursor ? pending : fetch()), 2);
    assert.deepEqual(answer, known(page('ab', 'b'), 5));
  });
});

describe('allPages', () => {
  it('gets a list to its end, telling what is there after each page', async () => {
    const told: number[] = [];
    const answer = await allPages<Row>(counted().fetch, 100, ({ items }) => told.push(items.length));
    assert.deepEqual(answer, known(page('abcd'), 5));
    assert.deepEqual(told, [2, 3]);
  });

  it('stops at the maximum, and where nothing new comes', async () => {
    const answer = await allPages<Row>(counted().fetch, 2);
    assert.deepEqual(answer, known(page('ab', 'b'), 5));
    let asked = 0;
    await allPages<Row>(async () => known(page('a', `c${asked++}`), 0), 100);
    assert.equal(asked, 2);
  });
});
