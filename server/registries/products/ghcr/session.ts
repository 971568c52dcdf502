/** GitHub's REST API, asked as whoever we are at its registry. */
import { isRepository } from '../../../../common/reference.ts';
import type { RepositoryRow } from '../../../../common/registry.ts';
import { Cache } from '../../../util/cache.ts';
import { fields, text } from '../../../util/json.ts';
import { rateLimited } from '../../../util/limiter.ts';
import { ProblemError } from '../../../util/problemError.ts';
import type { HttpResponse } from '../../http.ts';
import { jsonOf } from '../../jsonOf.ts';
import { allPages, type ListPage, linkTo } from '../../paging.ts';
import { retryAfterMs } from '../../retryAfter.ts';
import { countOf, type Json, orByProtocol, pageIn, readList } from '../apiLists.ts';
import { asBearer, createApiSession } from '../apiSession.ts';
import type { ProductRoom } from '../product.ts';
import { ownerOf } from './rows.ts';

export const tokenPage = 'https://github.com/settings/tokens/new?scopes=read:packages';

const signing = {
  authorization: asBearer,
  isRegistrys: true,
  next: `Sign in with a GitHub account, or with a classic token that has the scope read:packages: ${tokenPage}`,
};

const headers = { accept: 'application/vnd.github+json', 'x-github-api-version': '2022-11-28' };
const dayMs = 24 * 3600_000;

export interface GithubSession {
  /** Any answer is returned but one that says to wait, and one that does not accept what we are signed in with. */
  send(path: string, signal: AbortSignal, method?: 'GET' | 'DELETE'): Promise<HttpResponse>;
  /** One page of a list. `path` ends with what a query can follow: `/user/orgs?`. */
  list<T>(asked: Asked, read: (row: Json) => readonly T[] | undefined, signal: AbortSignal): Promise<NumberedPage<T>>;
  /** The name of whoever is signed in, in lower case; undefined for nobody. */
  login(signal: AbortSignal): Promise<string | undefined>;
  isSignedIn(signal: AbortSignal): Promise<boolean>;
  organisations(login: string, signal: AbortSignal): Promise<readonly RepositoryRow[]>;
}

interface Asked {
  readonly path: string;
  readonly what: string;
  readonly cursor?: string | undefined;
}

interface NumberedPage<T> extends ListPage<T> {
  readonly lastPage: number;
}

export function createGithubSession(room: ProductRoom): GithubSession {
  const { host, now } = room;
  const session = createApiSession(room, signing);
  const logins = new Cache<string>({ ttlMs: dayMs, maximum: 10, now });

  const send: GithubSession['send'] = async (path, signal, method = 'GET') => {
    const response = await session.send({ method, path, headers }, signal);
    throwIfLimited(response, host, now());
    return response;
  };

  const list: GithubSession['list'] = async ({ path, what, cursor }, read, signal) => {
    const page = pageIn(cursor);
    const response = await send(`${path}per_page=100&page=${page}`, signal);
    const { link } = response.headers;
    const next = linkTo('next', link) === undefined ? undefined : String(page + 1);
    const rows = readList(jsonOf(response, host, what, now()), { host, what, next }, read);
    return { ...rows, lastPage: lastPageIn(linkTo('last', link)) ?? page };
  };

  const everyOwner = (path: string, signal: AbortSignal) =>
    allPages((cursor) => list({ path, what: 'your organisations', cursor }, ownerOf, signal), host);

  return {
    send,
    list,
    isSignedIn: async (signal) => (await session.account(signal)) !== undefined,
    async login(signal) {
      const account = await session.account(signal);
      if (account === undefined) return undefined;
      const load = async (flight: AbortSignal) => {
        const user = fields(jsonOf(await send('/user', flight), host, 'who is signed in', now()));
        return text(user['login']).toLowerCase();
      };
      return (await logins.get(account.key, load, signal)).value;
    },
    async organisations(login, signal) {
      try {
        return await everyOwner('/user/orgs?', signal);
      } catch (error) {
        // A token for packages alone may not know them; those that are shown to everybody it may.
        if (!(error instanceof ProblemError) || error.problem.kind !== 'denied' || !isRepository(login)) throw error;
        return orByProtocol(
          () => everyOwner(`/users/${login}/orgs?`, signal),
          async () => [],
          signal,
        );
      }
    },
  };
}

function lastPageIn(link: string | undefined): number | undefined {
  return countOf(new URLSearchParams(link?.split('?')[1] ?? '').get('page'));
}

/** GitHub says 403 where others say 429. Source: GitHub Docs, "Rate limits for the REST API". */
function throwIfLimited({ status, headers: told }: HttpResponse, host: string, now: number): void {
  const isSpent = told['x-ratelimit-remaining'] === '0';
  if (status !== 403 || (!isSpent && told['retry-after'] === undefined)) return;
  const reset = countOf(told['x-ratelimit-reset']);
  const untilReset = reset === undefined ? undefined : Math.max(0, reset * 1000 - now);
  throw new ProblemError(rateLimited(host, retryAfterMs(told, now) ?? untilReset));
}
