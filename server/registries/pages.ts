/** Pages as they are shown, cut from a registry's own pages or from its whole list. */
import type { Page } from '../../common/registry.ts';
import type { Learned } from '../util/cache.ts';
import { strings } from '../util/json.ts';
import type { ListPage } from './paging.ts';

export interface ListSource<T> {
  /** One page of the registry's own. */
  page(cursor: string | undefined): Promise<Learned<ListPage<T>>>;
  /** All of it. */
  all(): Promise<Learned<readonly T[]>>;
  /** Whether only the whole list can be filtered or sorted as it was asked for. */
  readonly needsAll: boolean;
  /** Filters and sorts what the registry did not. */
  arrange(rows: readonly T[]): Promise<readonly T[]>;
}

/** Where a page begins. */
interface Place {
  readonly of: 'all' | 'page';
  /** So many rows into the whole list, or into the registry's page. */
  readonly offset: number;
  /** The registry's own cursor of its page. */
  readonly next?: string;
  /** Names of the first and the last row of the registry's page before. */
  readonly before?: readonly [first: string, last: string];
}

const pageSize = 100;

/** The page at `cursor`, or the first. One that was not made here counts as none. */
export async function pageAt<T extends { readonly name: string }>(
  source: ListSource<T>,
  cursor: string | undefined,
): Promise<Learned<Page<T>>> {
  const place: Place = placeOf(cursor) ?? { of: source.needsAll ? 'all' : 'page', offset: 0 };
  if (place.of === 'all') {
    const { value, at } = await source.all();
    const rows = await source.arrange(value);
    return { value: { ...cut(rows, place), total: rows.length }, at };
  }
  const { value, at } = await source.page(place.next);
  const items = withoutRepeated(value.items, place.before);
  // Some registries link on for ever, to what was there already.
  if (items.length === 0) return { value: { items: [], ...(isFirst(place) && { total: 0 }) }, at };
  const rows = await source.arrange(items);
  const page = cut(rows, place);
  const total = value.total ?? (isFirst(place) && value.next === undefined ? rows.length : undefined);
  const following = page.cursor ?? cursorBehind(value);
  return {
    value: {
      items: page.items,
      ...(following !== undefined && { cursor: following }),
      ...(total !== undefined && { total }),
    },
    at,
  };
}

const isFirst = ({ next }: Place): boolean => next === undefined;

/** Some registries begin a page with the row that ended the one before, or send the same page again. */
function withoutRepeated<T extends { readonly name: string }>(
  items: readonly T[],
  before: Place['before'],
): readonly T[] {
  if (before === undefined) return items;
  const [first, last] = before;
  if (items[0]?.name === last) return items.slice(1);
  return items[0]?.name === first ? [] : items;
}

function cursorBehind({ items, next }: ListPage<{ readonly name: string }>): string | undefined {
  if (next === undefined) return undefined;
  const [first, last] = [items[0], items.at(-1)];
  const before = first && last && ([first.name, last.name] as const);
  return cursorOf({ of: 'page', offset: 0, next, ...(before && { before }) });
}

function cut<T>(rows: readonly T[], place: Place): Page<T> {
  const end = place.offset + pageSize;
  const items = rows.slice(place.offset, end);
  // Within the same page of the registry's, the page before it stays what it was.
  return end < rows.length ? { items, cursor: cursorOf({ ...place, offset: end }) } : { items };
}

const cursorOf = (place: Place): string => JSON.stringify(place);

function placeOf(cursor: string | undefined): Place | undefined {
  if (cursor === undefined) return undefined;
  try {
    const { of, offset, next, before } = JSON.parse(cursor) as Record<string, unknown>;
    const [first, last] = strings(before);
    if (!Number.isSafeInteger(offset) || (offset as number) < 0) return undefined;
    return {
      of: of === 'all' ? 'all' : 'page',
      offset: offset as number,
      ...(typeof next === 'string' && { next }),
      ...(first !== undefined && last !== undefined && { before: [first, last] }),
    };
  } catch {
    return undefined; // not one of ours
  }
}
