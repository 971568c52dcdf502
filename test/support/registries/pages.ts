/** Lists by number of page, as the web APIs have them. */
import type { Ask } from './routes.ts';

export interface NumberedPage<T> {
  readonly items: readonly T[];
  readonly page: number;
  readonly size: number;
  readonly total: number;
  readonly lastPage: number;
}

export function numberedPage<T>(
  { query }: Ask,
  all: readonly T[],
  { size: sizeField, usual, maximum }: { size: string; usual: number; maximum: number },
): NumberedPage<T> {
  const page = Math.max(1, Number(query.get('page') ?? 1));
  const size = Math.min(maximum, Number(query.get(sizeField) ?? usual));
  const lastPage = Math.max(1, Math.ceil(all.length / size));
  return { items: all.slice((page - 1) * size, page * size), page, size, total: all.length, lastPage };
}

/** `Link` with every relation that the page has, absolute as the web APIs send it. Source: RFC 8288. */
export function pageLinks(ask: Ask, { page, lastPage }: NumberedPage<unknown>): Readonly<Record<string, string>> {
  const to = (target: number, rel: string) => {
    const query = new URLSearchParams(ask.query);
    query.set('page', String(target));
    return `<${ask.origin}${ask.path}?${query}>; rel="${rel}"`;
  };
  const links = [
    ...(page > 1 ? [to(page - 1, 'prev'), to(1, 'first')] : []),
    ...(page < lastPage ? [to(page + 1, 'next'), to(lastPage, 'last')] : []),
  ];
  return links.length > 0 ? { link: links.join(', ') } : {};
}
