/** The lists of all registries, as they came: pages and whole lists, each asked for once and kept for its time. */
import type { RegistryKind, RepositoryRow, TagOrder, TagRow } from '../../common/registry.ts';
import { Cache, type Learned } from '../util/cache.ts';
import { isAttachment } from './arrange.ts';
import { allPages, type ListPage } from './paging.ts';
import type { ListAsk, RegistryClient } from './registry.ts';

/** Whose lists: a registry that turns out to be of another product has others. */
export interface ListKey {
  readonly host: string;
  readonly kind: RegistryKind;
}

interface Kept<T> {
  readonly rows: T;
  readonly ttlMs: number;
}

export const listTtlMs = 5 * 60_000;
/** The most that every registry accepts. */
const wholeListPage = 1000;
const richPage = 100;

export class Lists {
  readonly #repositoryPages: Cache<Kept<ListPage<RepositoryRow>>>;
  readonly #tagPages: Cache<Kept<ListPage<TagRow>>>;
  readonly #repositories: Cache<Kept<readonly RepositoryRow[]>>;
  readonly #tags: Cache<Kept<readonly TagRow[]>>;

  constructor(now: () => number) {
    const options = <T>(maximum: number) => ({ ttlMs: (kept: Kept<T>) => kept.ttlMs, maximum, now });
    this.#repositoryPages = new Cache(options<ListPage<RepositoryRow>>(500));
    this.#tagPages = new Cache(options<ListPage<TagRow>>(500));
    this.#repositories = new Cache(options<readonly RepositoryRow[]>(50));
    this.#tags = new Cache(options<readonly TagRow[]>(200));
  }

  /** One page of the registry's own. */
  async repositoryPage(
    client: RegistryClient,
    key: ListKey,
    ask: Partial<ListAsk> & { readonly path?: string },
    signal: AbortSignal,
  ): Promise<Learned<ListPage<RepositoryRow>>> {
    const { n = pageSizeOf(client) } = ask;
    const load = async (flight: AbortSignal) => ({
      rows: await client.repositories({ ...ask, n }, flight),
      ttlMs: client.keeps?.repositoriesMs ?? listTtlMs,
    });
    return rowsOf(await this.#repositoryPages.get(keyOf(key, `${n}`, ask.path, ask.filter, ask.cursor), load, signal));
  }

  /** One page of the registry's own. */
  async tagPage(
    client: RegistryClient,
    key: ListKey,
    repository: string,
    ask: Partial<ListAsk> & { readonly order?: TagOrder },
    signal: AbortSignal,
  ): Promise<Learned<ListPage<TagRow>>> {
    const { n = pageSizeOf(client) } = ask;
    const load = async (flight: AbortSignal) => {
      const page = await client.tags(repository, { ...ask, n }, flight);
      return { rows: { ...page, items: withAttachments(page.items) }, ttlMs: client.keeps?.tagsMs ?? listTtlMs };
    };
    return rowsOf(
      await this.#tagPages.get(keyOf(key, `${n}`, repository, ask.filter, ask.order, ask.cursor), load, signal),
    );
  }

  /** All tags that `ask` is for, where there are about `few` of them or less; else undefined, and the pages so far are kept. */
  async fewTags(
    client: RegistryClient,
    key: ListKey,
    repository: string,
    ask: Partial<ListAsk> & { readonly order?: TagOrder },
    few: number,
    signal: AbortSignal,
  ): Promise<Learned<readonly TagRow[]> | undefined> {
    const rows = new Map<string, TagRow>();
    for (let cursor: string | undefined; ; ) {
      const before = rows.size;
      const { value, at } = await this.tagPage(client, key, repository, { ...ask, ...defined({ cursor }) }, signal);
      for (const row of value.items) if (!rows.has(row.name)) rows.set(row.name, row);
      if (value.next === undefined || rows.size === before) return { value: [...rows.values()], at };
      if (rows.size >= few) return undefined;
      cursor = value.next;
    }
  }

  /** All that is below `path`, or below the root. */
  async allRepositories(
    client: RegistryClient,
    key: ListKey,
    path: string | undefined,
    signal: AbortSignal,
  ): Promise<Learned<readonly RepositoryRow[]>> {
    const load = async (flight: AbortSignal) => {
      const page = async (cursor: string | undefined) =>
        (await this.repositoryPage(client, key, { n: wholeListPage, ...defined({ path, cursor }) }, flight)).value;
      return { rows: await allPages(page, key.host), ttlMs: client.keeps?.repositoriesMs ?? listTtlMs };
    };
    return rowsOf(await this.#repositories.get(keyOf(key, path), load, signal));
  }

  async allTags(
    client: RegistryClient,
    key: ListKey,
    repository: string,
    signal: AbortSignal,
    onFirstPage = () => {},
  ): Promise<Learned<readonly TagRow[]>> {
    const load = async (flight: AbortSignal) => {
      const ask = wholeAsk(client);
      const page = async (cursor: string | undefined) => {
        const { value } = await this.tagPage(client, key, repository, { ...ask, ...defined({ cursor }) }, flight);
        if (cursor === undefined) onFirstPage();
        return value;
      };
      const rows = (await client.allTags?.(repository, flight)) ?? (await allPages(page, key.host));
      return { rows: withAttachments(rows), ttlMs: client.keeps?.tagsMs ?? listTtlMs };
    };
    return rowsOf(await this.#tags.get(keyOf(key, repository), load, signal));
  }

  /** Whether {@link allTags} would answer at once. */
  hasAllTags(key: ListKey, repository: string): boolean {
    return this.#tags.isFresh(keyOf(key, repository));
  }

  /** What {@link allRepositories} answered last for the root, however long ago. Asks nobody. */
  lastRepositories(key: ListKey): Learned<readonly RepositoryRow[]> | undefined {
    const last = this.#repositories.last(keyOf(key, undefined));
    return last && rowsOf(last);
  }

  /** What {@link allTags} answered last, however long ago. Asks nobody. */
  lastTags(key: ListKey, repository: string): Learned<readonly TagRow[]> | undefined {
    const last = this.#tags.last(keyOf(key, repository));
    return last && rowsOf(last);
  }

  /** The first page of those that {@link allTags} puts together, also while it does. Asks nobody. */
  firstTags(key: ListKey, repository: string): Learned<readonly TagRow[]> | undefined {
    const page = this.#tagPages.last(keyOf(key, `${wholeListPage}`, repository, undefined, undefined, undefined));
    return page && { value: page.value.rows.items, at: page.at };
  }

  /** The tags of one repository. */
  forgetTags(host: string, repository: string): void {
    this.#tags.forget(isOf(host, repository, 2));
    this.#tagPages.forget(isOf(host, repository, 3));
  }

  /** As {@link forgetTags}, but what somebody asks for at this moment is new enough. */
  outdateTags(host: string, repository: string): void {
    this.#tags.outdate(isOf(host, repository, 2));
    this.#tagPages.outdate(isOf(host, repository, 3));
  }

  /** The repositories of a host; their tags stay. */
  forgetRepositories(host: string): void {
    for (const cache of [this.#repositoryPages, this.#repositories]) cache.forget(isAt(host));
  }

  /** Of `host`, or all. */
  forget(host?: string): void {
    for (const cache of [this.#repositoryPages, this.#tagPages, this.#repositories, this.#tags]) {
      cache.forget(isAt(host));
    }
  }
}

/** Picks the keys of a host, or of all. */
export const isAt = (host: string | undefined) => (key: string) =>
  host === undefined || key.startsWith(`${JSON.stringify([host]).slice(0, -1)},`);

/** Picks the keys of a repository, which has its place in them. */
const isOf = (host: string, repository: string, place: number) => (key: string) => {
  const parts: readonly unknown[] = JSON.parse(key);
  return parts[0] === host && parts[place] === repository;
};

const keyOf = ({ host, kind }: ListKey, ...rest: readonly (string | undefined)[]) =>
  JSON.stringify([host, kind, ...rest]);

/** Names alone are small, so as many are asked for as every registry gives; what has more to a row comes by the hundred. */
const pageSizeOf = ({ serves }: RegistryClient): number => (serves.tagOrders.length === 0 ? wholeListPage : richPage);

/** How all of a registry's tags are asked for, so that the front of them is what people look for: the newest, as much as it gives at once. */
export const wholeAsk = ({ serves }: RegistryClient): { readonly n: number; readonly order?: TagOrder } => ({
  n: wholeListPage,
  ...(serves.tagOrders.includes('date') && { order: 'date' }),
});

const rowsOf = <T>({ value, at }: Learned<Kept<T>>): Learned<T> => ({ value: value.rows, at });

const withAttachments = (rows: readonly TagRow[]): readonly TagRow[] =>
  rows.map((row) => (row.kind === undefined && isAttachment(row.name) ? { ...row, kind: 'attachment' } : row));

/** Only what is there. */
export function defined<T extends Readonly<Record<string, string | undefined>>>(
  values: T,
): { [K in keyof T]?: NonNullable<T[K]> } {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: NonNullable<T[K]>;
  };
}
