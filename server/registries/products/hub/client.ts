/** Docker Hub by its web API, and by the protocol where that is cheaper. */
import { dockerHub, isRepository, isTag } from '../../../../common/reference.ts';
import type { RepositoryRow, TagOrder, TagRow } from '../../../../common/registry.ts';
import { fields, text } from '../../../util/json.ts';
import { ProblemError } from '../../../util/problemError.ts';
import type { HttpResponse } from '../../http.ts';
import { expectDone, jsonOf } from '../../jsonOf.ts';
import { allPages, type ListPage } from '../../paging.ts';
import type { ListAsk, RegistryClient } from '../../registry.ts';
import { pageIn } from '../apiLists.ts';
import type { ProductRoom } from '../product.ts';
import { detailsOf, readPage, repositoryOf, searchRowOf, tagOf } from './rows.ts';
import { createHubSession, isGone } from './session.ts';

/** The most of a page, and what is asked for. */
const maximumPage = 100;
const searchPage = 25;

/** Without an order: what was pushed last comes first. */
const orderings: Readonly<Partial<Record<TagOrder, string>>> = { name: '&ordering=name' };

export function hubClient(plain: RegistryClient, room: ProductRoom): RegistryClient {
  const { setting, now } = room;
  const session = createHubSession(room);

  /** `old`: the path of before, for a Hub (or what stands in for one) that does not know the new one. */
  const read = async (path: string, old: string, query: string, what: string, signal: AbortSignal) => {
    let response = await session.send({ path: path + query }, signal);
    if (isGone(response)) response = await session.send({ path: old + query }, signal);
    throwIfTooFar(response, what);
    return jsonOf(response, dockerHub, what, now());
  };

  const remove = async (path: string, what: string, signal: AbortSignal): Promise<void> => {
    const response = await session.send({ method: 'DELETE', path }, signal);
    expectDone(response, dockerHub, response.status === 404 ? what : `the deletion of ${what}`, now());
  };

  const namespaces = async (signal: AbortSignal): Promise<readonly RepositoryRow[]> => {
    const own = (await session.identifier(signal)) === undefined ? [] : await ownNamespaces(session, now, signal);
    const wanted = setting.prefix === undefined ? [] : [setting.prefix.slice(0, setting.prefix.indexOf('/'))];
    const names = [...new Set([...own, ...wanted])].filter((name) => name !== 'library' && isRepository(name));
    const official: RepositoryRow = { name: 'library', folder: true, description: 'Docker Official Images' };
    return [...names.map((name): RepositoryRow => ({ name, folder: true })), official];
  };

  const tags = async (
    repository: string,
    { cursor, filter, order }: Omit<ListAsk, 'n'> & { readonly order?: TagOrder },
    signal: AbortSignal,
  ) => {
    const [namespace, name] = split(repository);
    const page = pageIn(cursor);
    const ordering = (order && orderings[order]) ?? '';
    const query = `?page=${page}&page_size=${maximumPage}${named(filter)}${ordering}`;
    const what = `the tags of ${repository}`;
    const path = `/v2/namespaces/${namespace}/repositories/${name}/tags`;
    const old = `/v2/repositories/${namespace}/${name}/tags`;
    return readPage(await read(path, old, query, what, signal), page, tagOf);
  };

  /** A mirror may stand where Docker Hub itself cannot be reached: then names are all there is. */
  const orNames = async <T>(web: Promise<T>, names: () => Promise<T>): Promise<T> => {
    try {
      return await web;
    } catch (error) {
      if (setting.url === undefined || !(error instanceof ProblemError) || !isAway(error)) throw error;
      return names();
    }
  };

  const freeDetails = async (repository: string, tag: string, signal: AbortSignal) => {
    const [namespace, name] = split(repository);
    const path = `/v2/namespaces/${namespace}/repositories/${name}/tags/${tag}`;
    const response = await session.send({ path }, signal).catch(unlessProblem);
    return response?.status === 200 ? detailsOf(fields(jsonOf(response, dockerHub, repository, now()))) : undefined;
  };

  return {
    ...plain,
    serves: { repositoryFilter: true, paths: true, tagFilter: true, tagOrders: ['date', 'name'] },

    async repositories({ path, cursor, filter }, signal) {
      if (path === undefined) {
        const wanted = filter?.toLowerCase() ?? '';
        const items = (await namespaces(signal)).filter(({ name }) => name.includes(wanted));
        return { items, total: items.length };
      }
      const page = pageIn(cursor);
      if (!isRepository(path) || path.includes('/')) throw noSuch(path);
      const query = `?page=${page}&page_size=${maximumPage}${named(filter)}&ordering=name`;
      const what = `the repositories of ${path}`;
      const answer = await read(
        `/v2/namespaces/${path}/repositories`,
        `/v2/repositories/${path}/`,
        query,
        what,
        signal,
      );
      return readPage(answer, page, (row) => repositoryOf(path, row));
    },

    tags: (repository, ask, signal) =>
      orNames(tags(repository, ask, signal), () => plain.tags(repository, { n: ask.n }, signal)),

    /**
     * The registry gives all names in one answer, and the nameless get no more than a thousand tags any other way; the web API
     * knows what was pushed last. Where one page of that is all, it is enough.
     */
    async allTags(repository, signal) {
      const nothing: ListPage<TagRow> = { items: [], next: '1' };
      const newest = await orNames(tags(repository, {}, signal), async () => nothing);
      if (newest.next === undefined) return newest.items;
      const known = new Map(newest.items.map((row) => [row.name, row]));
      const ask = (cursor: string | undefined) => plain.tags(repository, { n: 0, ...(cursor && { cursor }) }, signal);
      const all = await allPages<TagRow>(ask, dockerHub);
      return all.map((row) => known.get(row.name) ?? row);
    },

    freeDetails,

    // Whatever is wrong with the web API, the registry itself has the last word; only that counts as a pull.
    async details(repository, tagOrDigest, signal) {
      const known = isTag(tagOrDigest) ? await freeDetails(repository, tagOrDigest, signal) : undefined;
      return known ?? plain.details(repository, tagOrDigest, signal);
    },

    async untag(repository, tag, signal) {
      const [namespace, name] = split(repository);
      if (!isTag(tag)) throw noSuch(`${repository}:${tag}`);
      await remove(`/v2/repositories/${namespace}/${name}/tags/${tag}/`, `${repository}:${tag}`, signal);
    },

    async deleteImage(repository, digest) {
      throw new ProblemError({
        kind: 'unsupported',
        subject: dockerHub,
        message: `Docker Hub does not delete ${repository}@${digest.slice(0, 19)} by its digest.`,
        next: 'Delete its tags; what has none any more goes by itself.',
      });
    },

    async deleteRepository(repository, signal) {
      const [namespace, name] = split(repository);
      await remove(`/v2/repositories/${namespace}/${name}/`, repository, signal);
    },

    async search(wanted, cursor, signal) {
      const page = pageIn(cursor);
      const query = `?query=${encodeURIComponent(wanted)}&page=${page}&page_size=${searchPage}`;
      const response = await session.send({ path: `/v2/search/repositories/${query}` }, signal);
      throwIfTooFar(response, 'its search');
      return readPage(jsonOf(response, dockerHub, 'its search', now()), page, searchRowOf);
    },
  };
}

/** The user's own and those of the organisations, as far as the token may know: one of an organisation may not. */
async function ownNamespaces(
  session: ReturnType<typeof createHubSession>,
  now: () => number,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const ask = async (path: string, what: string) => {
    const response = await session.send({ path }, signal);
    return response.status === 403 || isGone(response) ? undefined : fields(jsonOf(response, dockerHub, what, now()));
  };
  const [user, organisations] = await Promise.all([
    ask('/v2/user/', 'who is signed in'),
    ask(`/v2/user/orgs/?page_size=${maximumPage}`, 'your organisations'),
  ]);
  const name = user === undefined ? await session.identifier(signal) : text(user['username']);
  const own = organisations === undefined ? [] : readPage(organisations, 1, (row) => text(row['orgname'])).items;
  return [...(name ? [name.toLowerCase()] : []), ...own];
}

/** `grafana/grafana`; nothing at Docker Hub is deeper. */
function split(repository: string): readonly [namespace: string, name: string] {
  const [namespace = '', name, ...rest] = repository.split('/');
  if (!isRepository(repository) || name === undefined || rest.length > 0) throw noSuch(repository);
  return [namespace, name];
}

const isAway = ({ problem }: ProblemError) => ['unreachable', 'timeout', 'certificate'].includes(problem.kind);

function unlessProblem(error: unknown): undefined {
  if (!(error instanceof ProblemError)) throw error;
}

const named = (filter: string | undefined): string => (filter ? `&name=${encodeURIComponent(filter)}` : '');

/** Since August 2026 the nameless come only a thousand rows into a list. */
function throwIfTooFar({ status, body }: HttpResponse, what: string): void {
  if (status !== 403 || !/pagination offset too large/.test(body.toString('utf8'))) return;
  throw new ProblemError({
    kind: 'unauthorized',
    subject: dockerHub,
    message: `Docker Hub shows only the first part of ${what} to whoever is not signed in.`,
    next: 'Sign in to load more, in the Registries view or with: docker login',
  });
}

function noSuch(what: string): ProblemError {
  return new ProblemError({
    kind: 'notFound',
    subject: dockerHub,
    message: `Docker Hub cannot have ${JSON.stringify(what.slice(0, 200))}: its repositories are named namespace/name.`,
    next: 'Check the spelling.',
  });
}
