/** Harbor, by its API 2.0. Source: goharbor/harbor, api/v2.0/swagger.yaml. */
import { formatPlatform, normalisePlatform } from '../../../common/platform.ts';
import { isDigest, isRepository, isTag } from '../../../common/reference.ts';
import type { RepositoryRow, TagRow } from '../../../common/registry.ts';
import { array, fields, text } from '../../util/json.ts';
import { expectDone, jsonOf } from '../jsonOf.ts';
import { type ListPage, linkTo } from '../paging.ts';
import type { RegistryClient } from '../registry.ts';
import { checkName, countOf, type Json, orByProtocol, pageIn, pageWithItems, readList } from './apiLists.ts';
import { asBasic, createApiSession } from './apiSession.ts';
import { dateOf } from './dateOf.ts';
import type { Product, ProductRoom } from './product.ts';

export const harborProduct: Product = {
  kind: 'harbor',
  software: 'Harbor',
  matches: () => false,
  recognises: ({ service, basicRealm, tokenUrl }) =>
    basicRealm === 'harbor' ||
    (service === 'harbor-registry' && tokenUrl?.pathname.endsWith('/service/token') === true),
  can: { listRepositories: true, untag: true, deleteImage: true, deleteRepository: true },
  signIn: () => [{ kind: 'password' }, { kind: 'token', username: 'required' }],
  adapt: (plain, room) => adapt(plain, room),
};

const signing = {
  authorization: asBasic,
  isRegistrys: true,
  next: 'Sign in with your name and CLI secret, or as a robot account by its whole name (robot$name).',
};

/** More is refused. */
const pageSize = 100;

function adapt(plain: RegistryClient, room: ProductRoom): RegistryClient {
  const { host, setting, now } = room;
  const session = createApiSession(room, signing);

  const list = async <T>(
    { path, what, cursor }: { readonly path: string; readonly what: string; readonly cursor: string | undefined },
    read: (row: Json) => readonly T[] | undefined,
    signal: AbortSignal,
  ): Promise<ListPage<T>> => {
    const page = pageIn(cursor);
    const response = await session.send({ path: `${path}page=${page}&page_size=${pageSize}` }, signal);
    const document = jsonOf(response, host, what, now());
    const { link, 'x-total-count': total } = response.headers;
    const next = linkTo('next', link) === undefined ? undefined : String(page + 1);
    return readList(document, { host, what, next, total: countOf(total) }, read);
  };

  /** Those of a robot and of the setting are there even where they may not be listed. */
  const projects = async (filter: string, cursor: string | undefined, signal: AbortSignal) => {
    const path = `/api/v2.0/projects?${filter === '' ? '' : `name=${filter}&`}`;
    const known = [robotProject((await session.account(signal))?.username), setting.prefix?.split('/')[0] ?? ''];
    const own = known.filter((name) => name !== '' && name.includes(filter) && isRepository(name)).map(folder);
    const all = () => list({ path, what: 'its projects', cursor }, projectOf, signal);
    const nothing: ListPage<RepositoryRow> = { items: [] };
    const listed = await (own.length === 0 ? all() : orByProtocol(all, async () => nothing, signal));
    if (cursor !== undefined) return listed;
    const names = new Set(listed.items.map(({ name }) => name));
    const others = [...new Map(own.map((row) => [row.name, row])).values()].filter(({ name }) => !names.has(name));
    const { total } = listed;
    const items = [...listed.items, ...others];
    return { ...listed, items, ...(total !== undefined && { total: total + others.length }) };
  };

  const remove = async (path: string, what: string, signal: AbortSignal): Promise<void> => {
    const response = await session.send({ method: 'DELETE', path }, signal);
    expectDone(response, host, response.status === 404 ? what : `the deletion of ${what}`, now());
  };

  const tags = (repository: string, cursor: string | undefined, filter: string, signal: AbortSignal) => {
    const what = `the tags of ${repository}`;
    const query = encodeURIComponent(filter === '' ? 'tags=*' : `tags=~${filter}`);
    const path = `${pathOf(host, repository)}/artifacts?with_tag=true&q=${query}&`;
    const read = (row: Json) => tagsOf(row)?.filter(({ name }) => name.toLowerCase().includes(filter.toLowerCase()));
    // How many artifacts there are is not how many tags there are.
    const page = async (at: string | undefined) => {
      const { total: _, ...rest } = await list({ path, what, cursor: at }, read, signal);
      return { ...rest, items: [...rest.items].sort((a, b) => (b.date ?? 0) - (a.date ?? 0)) };
    };
    return pageWithItems(page, cursor, { host, what });
  };

  return {
    ...plain,
    serves: { repositoryFilter: true, paths: true, tagFilter: true, tagOrders: ['date'] },

    async repositories({ path, cursor, filter = '' }, signal) {
      const wanted = filter.toLowerCase();
      // Nothing has another character in its name, and to Harbor some mean something.
      if (!/^[a-z0-9._/-]*$/.test(wanted)) return { items: [], total: 0 };
      if (path === undefined) return projects(wanted, cursor, signal);
      checkName(host, isRepository(path) && !path.includes('/'), path);
      const query = wanted === '' ? '' : `q=${encodeURIComponent(`name=~${wanted}`)}&`;
      const what = `the repositories of ${path}`;
      const asked = { path: `/api/v2.0/projects/${path}/repositories?${query}`, what, cursor };
      return list(asked, repositoryOf, signal);
    },

    async tags(repository, { n, cursor, filter = '' }, signal) {
      if (cursor !== undefined && !/^\d+$/.test(cursor)) return plain.tags(repository, { n, cursor }, signal);
      if (!/^[\w.-]*$/.test(filter)) return { items: [], total: 0 };
      const names = async () => {
        const page = await plain.tags(repository, { n }, signal);
        return { ...page, items: page.items.filter(({ name }) => name.toLowerCase().includes(filter.toLowerCase())) };
      };
      return orByProtocol(() => tags(repository, cursor, filter, signal), names, signal);
    },

    async untag(repository, tag, signal) {
      checkName(host, isTag(tag), `${repository}:${tag}`);
      await remove(`${pathOf(host, repository)}/artifacts/${tag}/tags/${tag}`, `${repository}:${tag}`, signal);
    },

    async deleteRepository(repository, signal) {
      await remove(pathOf(host, repository), repository, signal);
    },
  };
}

/** A slash in the name of a repository is encoded twice: Harbor's own proxy takes one encoding away. */
function pathOf(host: string, repository: string): string {
  const slash = repository.indexOf('/');
  checkName(host, isRepository(repository) && slash > 0, repository);
  const name = encodeURIComponent(encodeURIComponent(repository.slice(slash + 1)));
  return `/api/v2.0/projects/${repository.slice(0, slash)}/repositories/${name}`;
}

/** `team` of `robot$team+ci`. */
const robotProject = (username = ''): string => /^robot\$([^+]+)\+/.exec(username)?.[1] ?? '';

const folder = (name: string): RepositoryRow => ({ name, folder: true });

function projectOf(row: Json): readonly RepositoryRow[] | undefined {
  const name = text(row['name']);
  if (!isRepository(name)) return undefined;
  const isPrivate = ['false', false].includes(fields(row['metadata'])['public'] as string | boolean);
  return [{ ...folder(name), ...(isPrivate && { private: true }) }];
}

function repositoryOf(row: Json): readonly RepositoryRow[] | undefined {
  const name = text(row['name']);
  if (!isRepository(name)) return undefined;
  const [description, updated] = [text(row['description']), dateOf(row['update_time'])];
  return [{ name, ...(description !== '' && { description }), ...(updated !== undefined && { updated }) }];
}

/** One artifact, which may have several tags or none. Of an index its size is that of all platforms. */
function tagsOf(row: Json): readonly TagRow[] | undefined {
  const digest = text(row['digest']);
  if (!isDigest(digest)) return undefined;
  const [type, size] = [text(row['type']), countOf(row['size'])];
  const isIndex = array(row['references']).length > 0;
  const platforms = platformsOf(row);
  return array(row['tags'])
    .map(fields)
    .filter((tag) => isTag(text(tag['name'])))
    .map((tag) => {
      const date = dateOf(tag['push_time']) ?? dateOf(row['push_time']);
      return {
        name: text(tag['name']),
        digest,
        ...(date !== undefined && { date, dated: 'pushed' }),
        ...(!isIndex && size !== undefined && size > 0 && { compressedBytes: size }),
        ...(platforms.length > 0 && { platforms }),
        ...(tag['immutable'] === true && { locked: true }),
        ...(type !== '' && type !== 'IMAGE' && { kind: 'artifact' }),
      };
    });
}

/** Attestations stand among the references as of an unknown platform. */
function platformsOf(row: Json): readonly string[] {
  const references = array(row['references']).map((reference) => fields(fields(reference)['platform']));
  const told = references.length > 0 ? references : [fields(row['extra_attrs'])];
  const found = told.flatMap((platform) => {
    const [os, architecture, variant] = [platform['os'], platform['architecture'], platform['variant']].map(text);
    if (![os, architecture].every((word) => /^[\w-]{1,40}$/.test(word ?? '') && word !== 'unknown')) return [];
    const known = { os: os ?? '', architecture: architecture ?? '' };
    return [
      formatPlatform(
        normalisePlatform({ ...known, ...(/^[\w-]{1,40}$/.test(variant ?? '') && { variant: variant ?? '' }) }),
      ),
    ];
  });
  return [...new Set(found)];
}
