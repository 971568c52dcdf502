/**
 * Quay, hosted and on premises. Its own API has dates and sizes, and knows only tokens of OAuth applications; robots and people
 * are known to the registry alone. Source: Red Hat Quay API reference; quay/quay, endpoints/v2.
 */
import { isDigest, isRepository, isTag } from '../../../common/reference.ts';
import type { RepositoryRow, TagRow } from '../../../common/registry.ts';
import { array, fields, strings, text } from '../../util/json.ts';
import { ProblemError } from '../../util/problemError.ts';
import { expectDone, jsonOf } from '../jsonOf.ts';
import { allPages, type ListPage, nextQuery } from '../paging.ts';
import type { ListAsk, RegistryClient } from '../registry.ts';
import { checkName, countOf, type Json, orByProtocol, pageIn, readList } from './apiLists.ts';
import { asBearer, createApiSession } from './apiSession.ts';
import { dateOf } from './dateOf.ts';
import type { Product, ProductRoom } from './product.ts';

/** With this name, the password is a token of an application. */
const tokenUser = '$oauthtoken';

export const quayProduct: Product = {
  kind: 'quay',
  software: 'Quay',
  matches: (host) => host === 'quay.io',
  recognises: ({ tokenUrl }) => tokenUrl?.pathname === '/v2/auth',
  webUrl: (host) => (host === 'quay.io' ? 'https://quay.io' : undefined),
  can: { listRepositories: true, untag: true, deleteImage: true, deleteRepository: true },
  signIn: () => [{ kind: 'password' }, { kind: 'token', username: 'none' }],
  adapt: (plain, room) => adapt(plain, room),
};

const signing = {
  authorization: (credential: Parameters<typeof asBearer>[0]) =>
    credential.username === tokenUser ? asBearer(credential) : undefined,
  isRegistrys: true,
  next: 'Sign in with a token of an OAuth application that may view repositories.',
};

function adapt(plain: RegistryClient, room: ProductRoom): RegistryClient {
  const { host, setting, distribution, credentials, now } = room;
  const session = createApiSession(room, signing);
  /** Repositories that the API does not show us: they are asked for at the registry at once. */
  const hidden = new Set<string>();

  const namespaces = async (signal: AbortSignal): Promise<readonly RepositoryRow[]> => {
    const own = await ownNamespaces(signal);
    const wanted = setting.prefix?.split('/')[0] ?? '';
    const names = [...new Set([...own, wanted])].filter(isRepository);
    if (names.length === 0) throw unknownUser(host);
    return names.map((name): RepositoryRow => ({ name, folder: true }));
  };

  const ownNamespaces = async (signal: AbortSignal): Promise<readonly string[]> => {
    if ((await session.account(signal)) === undefined)
      return [namespaceOf(await credentials.find(host, undefined, signal))];
    const response = await session.send({ path: '/api/v1/user/' }, signal);
    // A token need not be for knowing who made it.
    if (response.status === 403 || response.status === 404) return [];
    const { username, organizations } = fields(jsonOf(response, host, 'who is signed in', now()));
    return [username, ...array(organizations).map((row) => fields(row)['name'])].map(text);
  };

  const publicRepositories = async (path: string, cursor: string | undefined, signal: AbortSignal) => {
    const what = `the repositories of ${path}`;
    const query = `namespace=${path}&public=true&last_modified=true`;
    const page = cursor === undefined ? '' : `&next_page=${encodeURIComponent(cursor)}`;
    const response = await session.send({ path: `/api/v1/repository?${query}${page}` }, signal);
    const { repositories, next_page: next } = fields(jsonOf(response, host, what, now()));
    return readList(repositories, { host, what, next: text(next) || undefined }, repositoryOf);
  };

  /** What whoever is signed in by name may see, of all namespaces. It wants no scope, and knows none. */
  const catalog = async (cursor: string | undefined, signal: AbortSignal): Promise<ListPage<RepositoryRow>> => {
    const response = await distribution.request({ path: `/v2/_catalog?${cursor ?? 'n=100'}` }, signal);
    const { repositories } = fields(jsonOf(response, host, 'its list of repositories', now()));
    const names = strings(repositories);
    const next = nextQuery(response.headers['link'], response.url, names);
    return { items: names.filter(isRepository).map((name) => ({ name })), ...(next !== undefined && { next }) };
  };

  /** A robot sees what it was given beside what is public; the API shows the latter, and the registry the former. */
  const repositoriesOf = async (path: string, cursor: string | undefined, signal: AbortSignal) => {
    const page = await publicRepositories(path, cursor, signal);
    const isByName = cursor === undefined && (await session.account(signal)) === undefined;
    if (!isByName || (await credentials.find(host, undefined, signal)) === undefined) return page;
    const given = await orByProtocol(
      () => allPages((at) => catalog(at, signal), host),
      async () => [],
      signal,
    );
    const listed = new Set(page.items.map(({ name }) => name));
    const others = given.filter(({ name }) => name.startsWith(`${path}/`) && !listed.has(name));
    return { ...page, items: [...page.items, ...others.map((row): RepositoryRow => ({ ...row, private: true }))] };
  };

  const tags = async (repository: string, { cursor, filter = '' }: Partial<ListAsk>, signal: AbortSignal) => {
    const what = `the tags of ${repository}`;
    const page = pageIn(cursor);
    const wanted = filter === '' ? '' : `&filter_tag_name=like:${encodeURIComponent(filter)}`;
    const path = `${pathOf(host, repository)}/tag/?limit=100&page=${page}&onlyActiveTags=true${wanted}`;
    const document = fields(jsonOf(await session.send({ path }, signal), host, what, now()));
    const next = document['has_additional'] === true ? String(page + 1) : undefined;
    return readList(document['tags'], { host, what, next }, tagOf);
  };

  const deleteBy = async (repository: string, reference: string, what: string, signal: AbortSignal) => {
    // Its token server refuses the scope `delete`: to delete is to push.
    const access = { scope: `repository:${repository}:pull,push`, repository };
    const path = `/v2/${repository}/manifests/${reference}`;
    const response = await distribution.request({ method: 'DELETE', path, ...access }, signal);
    expectDone(response, host, response.status === 404 ? what : `the deletion of ${what}`, now());
  };

  return {
    ...plain,
    serves: { repositoryFilter: false, paths: true, tagFilter: true, tagOrders: ['date'] },

    async repositories({ path, cursor }, signal) {
      if (path === undefined) {
        const items = await namespaces(signal);
        return { items, total: items.length };
      }
      checkName(host, isRepository(path) && !path.includes('/'), path);
      return repositoriesOf(path, cursor, signal);
    },

    async tags(repository, ask, signal) {
      const { n, cursor, filter = '' } = ask;
      const byProtocol = async () => {
        const isOurs = /^\d+$/.test(cursor ?? '');
        const page = await plain.tags(repository, { n, ...(cursor !== undefined && !isOurs && { cursor }) }, signal);
        return { ...page, items: page.items.filter(({ name }) => name.toLowerCase().includes(filter.toLowerCase())) };
      };
      if (hidden.has(repository) || !/^\d*$/.test(cursor ?? '')) return byProtocol();
      const names = async () => {
        const page = await byProtocol();
        hidden.add(repository);
        return page;
      };
      return orByProtocol(() => tags(repository, ask, signal), names, signal);
    },

    async untag(repository, tag, signal) {
      checkName(host, isTag(tag), `${repository}:${tag}`);
      const what = `${repository}:${tag}`;
      const path = `${pathOf(host, repository)}/tag/${tag}`;
      if ((await session.account(signal)) === undefined) return deleteBy(repository, tag, what, signal);
      const response = await session.send({ method: 'DELETE', path }, signal);
      expectDone(response, host, response.status === 404 ? what : `the deletion of ${what}`, now());
    },

    async deleteImage(repository, digest, signal) {
      checkName(host, isRepository(repository) && isDigest(digest), `${repository}@${digest}`);
      await deleteBy(repository, digest, `${repository}@${digest}`, signal);
    },

    async deleteRepository(repository, signal) {
      const path = pathOf(host, repository);
      if ((await session.account(signal)) === undefined) throw needsToken(host, `delete ${repository}`);
      const response = await session.send({ method: 'DELETE', path }, signal);
      expectDone(response, host, response.status === 404 ? repository : `the deletion of ${repository}`, now());
    },
  };
}

function pathOf(host: string, repository: string): string {
  checkName(host, isRepository(repository) && repository.includes('/'), repository);
  return `/api/v1/repository/${repository}`;
}

/** `acme` of the robot `acme+ci`; a person's own. */
function namespaceOf(credential: Awaited<ReturnType<ProductRoom['credentials']['find']>>): string {
  const username = credential?.kind === 'basic' ? credential.username : '';
  return username.startsWith('$') ? '' : (username.split('+')[0] ?? '');
}

function repositoryOf(row: Json): readonly RepositoryRow[] | undefined {
  const name = `${text(row['namespace'])}/${text(row['name'])}`;
  if (!isRepository(name)) return undefined;
  const [description, seconds] = [text(row['description']), countOf(row['last_modified'])];
  return [
    {
      name,
      ...(description !== '' && { description }),
      ...(seconds !== undefined && seconds > 0 && { updated: seconds * 1000 }),
      ...(row['is_public'] === false && { private: true }),
    },
  ];
}

/** Of an index there is no size. */
function tagOf(row: Json): readonly TagRow[] | undefined {
  const name = text(row['name']);
  if (!isTag(name)) return undefined;
  const digest = text(row['manifest_digest']);
  const [start, size] = [countOf(row['start_ts']), countOf(row['size'])];
  const date = start === undefined ? dateOf(row['last_modified']) : start * 1000;
  return [
    {
      name,
      ...(isDigest(digest) && { digest }),
      ...(date !== undefined && { date, dated: 'pushed' }),
      ...(row['is_manifest_list'] !== true && size !== undefined && size > 0 && { compressedBytes: size }),
      ...(row['immutable'] === true && { locked: true }),
    },
  ];
}

function unknownUser(host: string): ProblemError {
  return new ProblemError({
    kind: 'unauthorized',
    subject: host,
    message: `${host} lists the repositories of a namespace, and does not say which namespaces there are.`,
    next: `Sign in, name one with "prefix" in gantry.registries (team/), or open a repository by its name: ${host}/team/app.`,
  });
}

function needsToken(host: string, what: string): ProblemError {
  return new ProblemError({
    kind: 'unsupported',
    subject: host,
    message: `${host} lets robots and passwords push and pull, but not ${what}.`,
    next: `Sign in as ${tokenUser} with a token of an OAuth application that may administer repositories.`,
  });
}
