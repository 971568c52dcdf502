/** Lists that come in pages. Source: distribution-spec "Listing Tags", RFC 8288, and what registries get wrong about both. */
import { ProblemError } from '../util/problemError.ts';

export interface ListPage<T> {
  readonly items: readonly T[];
  /** What to ask the next page with, in the product's own words; undefined on the last. */
  readonly next?: string;
  /** How many there are in all, where the registry says. */
  readonly total?: number;
}

/**
 * The query of the next page as a `Link` header names it. Only the query counts: the path stays our own, since a proxy may
 * have changed it. A link to another origin is not followed but continued after the last item, unless the registry has tokens
 * of its own for its pages: these mean the same here.
 */
export function nextQuery(
  link: string | readonly string[] | undefined,
  request: URL,
  items: readonly string[],
): string | undefined {
  const target = linkTo('next', link);
  const last = items.at(-1);
  if (target === undefined || last === undefined) return undefined; // an empty page is the end, whatever is linked
  const url = URL.canParse(target, request.href) ? new URL(target, request) : undefined;
  const isItsWord = url !== undefined && (url.origin === request.origin || isToken(url));
  const query = isItsWord ? url.search.slice(1) : afterLast(request, last);
  return query === '' || query === request.search.slice(1) ? undefined : query;
}

const isToken = ({ searchParams }: URL): boolean => searchParams.size > 0 && !searchParams.has('last');

/** The target of one relation in a `Link` header, which may name several; the relation quoted or not. */
export function linkTo(relation: string, link: string | readonly string[] | undefined): string | undefined {
  const header = typeof link === 'object' ? link.join(', ') : (link ?? '');
  for (const [, target, parameters = ''] of header.matchAll(/<([^<>]*)>([^<]*)/g)) {
    const rel = /;\s*rel\s*=\s*(?:"([^"]*)"|([^\s;,"]+))/i.exec(parameters);
    if ((rel?.[1] ?? rel?.[2] ?? '').toLowerCase().split(/\s+/).includes(relation)) return target;
  }
  return undefined;
}

function afterLast(request: URL, last: string): string {
  const query = new URLSearchParams(request.search);
  query.set('last', last);
  return query.toString();
}

const maximumPages = 500;
const maximumItems = 250_000;

/**
 * All items of a list, each once. Ends at the last page, at a page that brings nothing new and at a page seen before; throws
 * a ProblemError `badAnswer` when even so there is no end.
 */
export async function allPages<T extends { readonly name: string }>(
  page: (cursor: string | undefined) => Promise<ListPage<T>>,
  subject: string,
): Promise<readonly T[]> {
  const items = new Map<string, T>();
  const seen = new Set<string>();
  let cursor: string | undefined;
  for (let pages = 0; pages < maximumPages; pages += 1) {
    const before = items.size;
    const { items: more, next } = await page(cursor);
    for (const item of more) if (!items.has(item.name)) items.set(item.name, item);
    if (items.size > maximumItems) break;
    if (next === undefined || items.size === before || seen.has(next)) return [...items.values()];
    seen.add(next);
    cursor = next;
  }
  throw new ProblemError({
    kind: 'badAnswer',
    subject,
    message: `${subject} does not stop sending pages of a list (${items.size} entries so far).`,
    next: 'Its paging is broken; tell whoever runs it.',
  });
}
