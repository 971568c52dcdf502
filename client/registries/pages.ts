import { type Known, known } from '../../common/known.ts';
import type { Page } from '../../common/registry.ts';

/**
 * The first `wanted` pages as one. The server keeps what it fetched, so asking for the first pages again is cheap and
 * a refresh shows as much as before. Stops early at the last page and where a registry sends the same cursor again.
 */
export async function firstPages<T>(
  fetch: (cursor: string | undefined) => Promise<Known<Page<T>>>,
  wanted: number,
): Promise<Known<Page<T>>> {
  let all: Page<T> = { items: [] };
  let at = 0;
  for (let page = 0; page < wanted; page++) {
    const answer = await fetch(all.cursor);
    if (answer.state === 'pending' && page > 0) break;
    if (answer.state !== 'known') return answer;
    const { items, cursor, total } = answer.value;
    const next = cursor === all.cursor ? undefined : cursor;
    at = answer.at;
    all = {
      items: [...all.items, ...items],
      ...(next === undefined ? {} : { cursor: next }),
      ...(total === undefined ? {} : { total }),
    };
    if (next === undefined) break;
  }
  return known(all, at);
}
