/** Lists of products' own APIs: read with tolerance for rows, none for what is no list, and with the protocol behind them. */
import { fields } from '../../util/json.ts';
import { ProblemError } from '../../util/problemError.ts';
import type { ListPage } from '../paging.ts';

export type Json = Readonly<Record<string, unknown>>;

/** What of an API is read: `what` completes "… answered for". */
export interface ListPlan {
  readonly host: string;
  /** `the tags of team/app` */
  readonly what: string;
  /** What to ask the next page with, where one is announced. An empty page is the end all the same. */
  readonly next?: string | undefined;
  readonly total?: number | undefined;
}

/**
 * `read` gives what a row is for us: nothing, for one that is not to be shown, or undefined, for one that cannot be read. Throws
 * a ProblemError `badAnswer` for what is no list and for a list of which nothing can be read: neither is an empty one.
 */
export function readList<T>(
  list: unknown,
  { host, what, next, total }: ListPlan,
  read: (row: Json) => readonly T[] | undefined,
): ListPage<T> {
  if (!Array.isArray(list)) throw noList(host, what);
  const rows = list.map((row) => read(fields(row)));
  const known = rows.filter((row) => row !== undefined);
  if (rows.length > 0 && known.length === 0) throw noList(host, what);
  return {
    items: known.flat(),
    ...(next !== undefined && rows.length > 0 && { next }),
    ...(total !== undefined && { total }),
  };
}

/** A cursor that is the number of a page; 1 for any other. */
export const pageIn = (cursor: string | undefined): number =>
  /^[1-9]\d{0,5}$/.test(cursor ?? '') ? Number(cursor) : 1;

/** A count or a time that an API tells, in JSON or in a header; undefined for anything else. */
export function countOf(value: unknown): number | undefined {
  const text = typeof value === 'number' ? String(value) : value;
  return typeof text === 'string' && /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}

const maximumSkipped = 50;

/** The first page from `cursor` on that has something to show: an empty one would count as the end of the list. */
export async function pageWithItems<T>(
  page: (cursor: string | undefined) => Promise<ListPage<T>>,
  cursor: string | undefined,
  { host, what }: ListPlan,
): Promise<ListPage<T>> {
  let at = cursor;
  for (let skipped = 0; skipped < maximumSkipped; skipped += 1) {
    const found = await page(at);
    if (found.items.length > 0 || found.next === undefined) return found;
    at = found.next;
  }
  throw new ProblemError({
    kind: 'unsupported',
    subject: host,
    message: `${host} has nothing to show in the next ${maximumSkipped} pages of ${what}.`,
    next: 'Name what you look for: filter the list, or open it by its name.',
  });
}

/**
 * What the product's own API answers; where that refuses us or is not there, what the protocol does. When neither helps, what
 * the API said counts.
 */
export async function orByProtocol<T>(
  api: () => Promise<T>,
  protocol: () => Promise<T>,
  signal: AbortSignal,
): Promise<T> {
  try {
    return await api();
  } catch (error) {
    if (!isRefusal(error)) throw error;
    try {
      return await protocol();
    } catch {
      signal.throwIfAborted();
      throw error;
    }
  }
}

/** Whether an API says no, in contrast to one that is overrun, away or something else. */
export function isRefusal(error: unknown): error is ProblemError {
  return (
    error instanceof ProblemError && ['unauthorized', 'denied', 'notFound', 'unsupported'].includes(error.problem.kind)
  );
}

/** Throws a ProblemError `notFound` for what cannot be a name there, before anything is asked. */
export function checkName(host: string, valid: boolean, what: string): void {
  if (valid) return;
  throw new ProblemError({
    kind: 'notFound',
    subject: host,
    message: `${host} cannot have ${JSON.stringify(what.slice(0, 200))}: that is not a valid name there.`,
    next: 'Check the spelling.',
  });
}

function noList(host: string, what: string): ProblemError {
  return new ProblemError({
    kind: 'badAnswer',
    subject: host,
    message: `${host} answered for ${what} with something that is not a list.`,
    next: 'Check what product it is, and that no proxy answers in its place; "kind" and "webUrl" in gantry.registries say what it is and where.',
  });
}
