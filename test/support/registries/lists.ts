/** Lists by `n` and `last`, with what registries get wrong about them. Source: distribution-spec, "Listing Tags"; RFC 8288. */
import { type Answer, type Ask, failure } from './routes.ts';

export interface ListManners {
  /** How many come where no `n` is asked for. */
  pageSize: number;
  /** The highest `n`; beyond it {@link beyond} answers, or a page of that many comes. */
  maximumN: number;
  beyond: ((n: number) => Answer) | undefined;
  /** Everything, whatever is asked: docker-registry 2.8 with tags. */
  ignoresPaging: boolean;
  order: (names: readonly string[]) => readonly string[];
  /** An empty list is `null`. */
  nullWhenEmpty: boolean;
  link: LinkForm;
  /** What follows the last page: nothing, or Links without end to an empty page or to the last item again. */
  end: 'nothing' | 'emptyPages' | 'lastItem';
  /** The parameter that holds a token of the registry's own in place of the last item: what it means is not to be guessed. */
  tokenIn: string | undefined;
  /** A page begins with the item that `last` names. */
  repeatsLast: boolean;
}

/** The value of `Link`; undefined sends none. `next` is a path with its query. */
export type LinkForm = (next: string, ask: Ask) => string | undefined;

export const links = {
  relative: (next) => `<${next}>; rel="next"`,
  absolute: (next, { origin }) => `<${origin}${next}>; rel="next"`,
  unquoted: (next) => `<${next}>; rel=next`,
  amongOthers: (next, { path }) => `<${path}>; rel="first", <${next}>; title="more"; rel="next"`,
  /** Artifactory: the prefix of a virtual repository is not in it. */
  wrongPath: (next) => `<${next.replace(/^\/v2\//, '/v2/elsewhere/')}>; rel="next"`,
  absent: () => undefined,
} satisfies Record<string, LinkForm>;

export const linkToOrigin =
  (url: string): LinkForm =>
  (next) =>
    `<${url}${next}>; rel="next"`;

export const orders = {
  lexical: (names: readonly string[]) => [...names].sort(),
  /** Oldest first. */
  pushed: (names: readonly string[]) => names,
  newestFirst: (names: readonly string[]) => [...names].reverse(),
  /** None that means anything, and the same each time. */
  unsorted: (names: readonly string[]) => {
    const weight = (name: string) =>
      [...name].reduce((sum, letter) => ((sum * 31 + letter.charCodeAt(0)) * 7919) % 9973, 7);
    return [...names].sort((a, b) => weight(a) - weight(b));
  },
};

export function createListManners(changes: Partial<ListManners> = {}): ListManners {
  return {
    pageSize: 100,
    maximumN: 1000,
    beyond: (n) => failure(400, 'PAGINATION_NUMBER_INVALID', 'invalid number of results requested', { n }),
    ignoresPaging: false,
    order: orders.lexical,
    nullWhenEmpty: false,
    link: links.relative,
    end: 'nothing',
    repeatsLast: false,
    tokenIn: undefined,
    ...changes,
  };
}

export interface Slice {
  readonly names: readonly string[];
  readonly headers: Readonly<Record<string, string>>;
}

/** The names that a request is to have, or why it may not. */
export function sliceOf(ask: Ask, all: readonly string[], manners: ListManners): Slice | Answer {
  const names = manners.order(all);
  if (manners.ignoresPaging) return { names, headers: {} };
  const asked = ask.query.get('n');
  const n = asked === null ? manners.pageSize : Number(asked);
  if (!(n >= 0)) return failure(400, 'PAGINATION_NUMBER_INVALID', 'invalid number of results requested', { n: asked });
  if (n > manners.maximumN && asked !== null && manners.beyond) return manners.beyond(n);
  const size = Math.min(n, manners.maximumN);
  const start = startOf(names, lastOf(ask, manners), manners);
  const page = names.slice(start, start + size);
  const atEnd = start + size >= names.length;
  if (atEnd && manners.end === 'nothing') return { names: page, headers: {} };
  const shown = page.length === 0 && manners.end === 'lastItem' ? names.slice(-1) : page;
  const query = new URLSearchParams(ask.query);
  const last = shown.at(-1) ?? lastOf(ask, manners) ?? '';
  query.set(manners.tokenIn ?? 'last', manners.tokenIn === undefined ? last : tokenFor(last));
  query.set('n', String(size));
  const link = manners.link(`${ask.path}?${query}`, ask);
  return { names: shown, headers: link === undefined ? {} : { link } };
}

const tokenFor = (last: string) => Buffer.from(JSON.stringify({ last })).toString('base64url');

/** Where a token is wanted, anything else is as good as nothing. */
function lastOf({ query }: Ask, { tokenIn }: ListManners): string | null {
  if (tokenIn === undefined) return query.get('last');
  try {
    return JSON.parse(Buffer.from(query.get(tokenIn) ?? '', 'base64url').toString()).last;
  } catch {
    return null;
  }
}

function startOf(names: readonly string[], last: string | null, { order, repeatsLast }: ListManners): number {
  if (last === null || last === '') return 0;
  const index = names.indexOf(last);
  if (index >= 0) return repeatsLast ? index : index + 1;
  if (order !== orders.lexical) return 0;
  const after = names.findIndex((name) => name > last);
  return after < 0 ? names.length : after;
}

export const listed = (names: readonly unknown[], { nullWhenEmpty }: ListManners) =>
  nullWhenEmpty && names.length === 0 ? null : names;
