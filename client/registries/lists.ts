import { type Known, known } from '../../common/known.ts';
import type { Page } from '../../common/registry.ts';

/** Asks for the page of a list behind `cursor`; the first without. */
export type Fetch<T> = (cursor: string | undefined) => Promise<Known<Page<T>>>;

/** A list, and what it is asked for: filter and order. Pages of one question are none of another. */
export interface Asked {
  readonly list: string;
  readonly query: string;
}

interface Kept<T> {
  readonly query: string;
  readonly page: Page<T>;
  /** How many pages are joined in it. */
  readonly pages: number;
}

/**
 * Lists that are shown page by page, each as one page of all that is there so far. Going on asks for the next page only;
 * asking again gets as many pages as are `wanted` anew, which the server keeps for a while.
 */
export class PagedLists<T extends { readonly name: string }> {
  readonly #kept = new Map<string, Kept<T>>();
  readonly #goingOn = new Set<string>();

  /** Lets the next {@link load} of this list go on where the last one ended. */
  goOn(list: string): void {
    if (this.#kept.has(list)) this.#goingOn.add(list);
  }

  /** What was last learned of a list when it was asked for the same. */
  kept({ list, query }: Asked): Page<T> | undefined {
    const kept = this.#kept.get(list);
    return kept?.query === query ? kept.page : undefined;
  }

  /** How many pages of a list are there; undefined before it was asked for. */
  pages(list: string): number | undefined {
    return this.#kept.get(list)?.pages;
  }

  /** `show` is given what is there after each page but the last. What fails leaves what is kept as it is. */
  async load(
    { list, query }: Asked,
    fetch: Fetch<T>,
    wanted: number,
    show?: (page: Page<T>) => void,
  ): Promise<Known<Page<T>>> {
    const kept = this.#kept.get(list);
    const goesOn = this.#goingOn.delete(list) && kept?.query === query && kept.page.cursor !== undefined;
    const before = goesOn && kept !== undefined ? kept.page : { items: [] };
    const answer = await pagesFrom(before, fetch, goesOn ? 1 : wanted, goesOn ? undefined : show);
    if (answer.state === 'known') {
      this.#kept.set(list, {
        query,
        page: answer.value,
        pages: goesOn && kept !== undefined ? kept.pages + 1 : wanted,
      });
    }
    return answer;
  }
}

/**
 * `before` and up to `wanted` pages more. Ends at the last page, and where a registry sends the same cursor or nothing new.
 * Items go by their names: one that comes again is left out. A page that fails fails all.
 */
async function pagesFrom<T extends { readonly name: string }>(
  before: Page<T>,
  fetch: Fetch<T>,
  wanted: number,
  show?: (page: Page<T>) => void,
): Promise<Known<Page<T>>> {
  const seen = new Set(before.items.map(({ name }) => name));
  let all = before;
  let at = 0;
  for (let page = 0; page < wanted; page++) {
    const answer = await fetch(all.cursor);
    if (answer.state === 'pending' && page > 0) break;
    if (answer.state !== 'known') return answer;
    const { items, cursor, total } = answer.value;
    const fresh: T[] = [];
    for (const item of items) {
      if (seen.has(item.name)) continue;
      seen.add(item.name);
      fresh.push(item);
    }
    const next = cursor === all.cursor ? undefined : cursor;
    at = answer.at;
    all = {
      items: [...all.items, ...fresh],
      ...(next === undefined ? {} : { cursor: next }),
      ...(total === undefined ? {} : { total }),
    };
    if (next === undefined) break;
    if (page + 1 < wanted) show?.(all);
  }
  return known(all, at);
}

/** Every page of a list, for what acts on all of it. Stops at `maximum` items. */
export async function allPages<T extends { readonly name: string }>(
  fetch: Fetch<T>,
  maximum: number,
  onPage?: (page: Page<T>) => void,
): Promise<Known<Page<T>>> {
  let all = await pagesFrom({ items: [] }, fetch, 1);
  while (all.state === 'known' && all.value.cursor !== undefined && all.value.items.length < maximum) {
    onPage?.(all.value);
    const before = all.value.items.length;
    all = await pagesFrom(all.value, fetch, 1);
    if (all.state === 'known' && all.value.items.length === before) break;
  }
  return all;
}
