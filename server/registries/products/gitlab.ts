/**
 * GitLab: projects and their repositories come from its API, which is at another origin than its registry; tags come from the
 * registry. Source: GitLab Docs, "Container registry API", "Projects API".
 */
import { isRepository, isTag } from '../../../common/reference.ts';
import type { RepositoryRow } from '../../../common/registry.ts';
import { text } from '../../util/json.ts';
import { ProblemError } from '../../util/problemError.ts';
import { refusal } from '../address.ts';
import { expectDone, jsonOf } from '../jsonOf.ts';
import { type ListPage, linkTo } from '../paging.ts';
import type { RegistryClient } from '../registry.ts';
import { signsOf } from '../signs.ts';
import { checkName, countOf, isRefusal, type Json, orByProtocol, pageIn, readList } from './apiLists.ts';
import { asBearer, createApiSession } from './apiSession.ts';
import type { Product, ProductRoom } from './product.ts';

const tokenPath = '/jwt/auth';

export const gitlabProduct: Product = {
  kind: 'gitlab',
  software: 'GitLab',
  matches: (host) => host === 'registry.gitlab.com',
  recognises: ({ tokenUrl, service }) =>
    tokenUrl?.pathname.endsWith(tokenPath) === true && service === 'container_registry',
  webUrl: (host) => (host === 'registry.gitlab.com' ? 'https://gitlab.com' : undefined),
  can: { listRepositories: true, untag: true, deleteImage: true, deleteRepository: true },
  signIn: (host) => [
    {
      kind: 'token',
      username: 'required',
      ...(host === 'registry.gitlab.com' && { url: 'https://gitlab.com/-/user_settings/personal_access_tokens' }),
    },
    { kind: 'password' },
  ],
  adapt: (plain, room) => adapt(plain, room),
};

const signing = {
  authorization: asBearer,
  // A password or a deploy token opens the registry and not the API.
  isRegistrys: false,
  next: 'Sign in with an access token that has the scopes read_api (to list) and read_registry (to pull).',
};

/** A repository is at most so many names below its project. */
const maximumDepth = 3;

interface RegistryRepository {
  readonly row: RepositoryRow;
  readonly id: number;
  readonly project: number;
}

function adapt(plain: RegistryClient, room: ProductRoom): RegistryClient {
  const { host, setting, distribution, now } = room;
  const session = createApiSession(room, signing);
  let foundSite: string | undefined;

  /** Of an instance of its own: where its tokens come from, which gets the same secret by the protocol. */
  const siteOf = async (signal: AbortSignal): Promise<string> => {
    const told = setting.webUrl ?? gitlabProduct.webUrl?.(host);
    if (told !== undefined) return told;
    foundSite ??= siteIn(host, await distribution.request({ path: '/v2/', unsigned: true }, signal));
    return foundSite;
  };

  const send = async (path: string, signal: AbortSignal, method: 'GET' | 'DELETE' = 'GET') =>
    session.send({ method, path: `/api/v4${path}`, site: await siteOf(signal) }, signal);

  const list = async <T>(
    { path, what, cursor }: { readonly path: string; readonly what: string; readonly cursor?: string | undefined },
    read: (row: Json) => readonly T[] | undefined,
    signal: AbortSignal,
  ): Promise<ListPage<T>> => {
    const page = pageIn(cursor);
    const response = await send(`${path}per_page=100&page=${page}`, signal);
    const { link, 'x-next-page': nextPage = '', 'x-total': total } = response.headers;
    const hasMore = linkTo('next', link) !== undefined || nextPage !== '';
    const next = hasMore ? String(page + 1) : undefined;
    return readList(jsonOf(response, host, what, now()), { host, what, next, total: countOf(total) }, read);
  };

  const projects = async (cursor: string | undefined, signal: AbortSignal): Promise<ListPage<RepositoryRow>> => {
    const wanted = setting.prefix?.replace(/\/$/, '') ?? '';
    const own: readonly RepositoryRow[] = isRepository(wanted) ? [{ name: wanted, folder: true }] : [];
    // Everybody's are millions, and not what is looked for.
    if ((await session.account(signal)) === undefined) {
      if (own.length === 0) throw unknownUser(host);
      return { items: own, total: 1 };
    }
    const path = '/projects?membership=true&order_by=id&';
    const page = await list({ path, what: 'your projects', cursor }, projectOf, signal);
    const isFirst = cursor === undefined && !page.items.some(({ name }) => own.some((row) => row.name === name));
    // What is hidden (no registry) is counted by GitLab all the same.
    const { total: _, ...rest } = page;
    return { ...rest, items: isFirst ? [...own, ...page.items] : page.items };
  };

  /** Of a project, or of all projects of a group. */
  const repositoriesOf = async (path: string, cursor: string | undefined, signal: AbortSignal) => {
    const [what, encoded] = [`the repositories of ${path}`, encodeURIComponent(path)];
    const site = await siteOf(signal);
    const read = (row: Json) => repositoryOf(row, (id) => `${site}/${path}/container_registry/${id}`);
    const ofProject = `/projects/${encoded}/registry/repositories?tags_count=true&`;
    const ofGroup = `/groups/${encoded}/registry/repositories?`;
    try {
      return await list({ path: ofProject, what, cursor }, read, signal);
    } catch (error) {
      if (!(error instanceof ProblemError) || error.problem.kind !== 'notFound') throw error;
      return await list({ path: ofGroup, what, cursor }, (row) => repositoryOf(row), signal).catch(
        (second: unknown) => {
          throw isRefusal(second) ? error : second;
        },
      );
    }
  };

  /** Which project a repository is in shows only by asking: `group/app/api` may be the one of `group` or of `group/app`. */
  const find = async (repository: string, signal: AbortSignal): Promise<RegistryRepository> => {
    const parts = repository.split('/');
    const shortest = Math.max(2, parts.length - maximumDepth);
    for (let length = parts.length; length >= shortest; length -= 1) {
      const project = parts.slice(0, length).join('/');
      const path = `/projects/${encodeURIComponent(project)}/registry/repositories?`;
      const found = await findIn(path, repository, signal);
      if (found !== undefined) return found;
    }
    const message = `${host} has no repository ${repository}, or its API hides it from you.`;
    throw new ProblemError({ kind: 'notFound', subject: host, message, next: signing.next });
  };

  const findIn = async (path: string, repository: string, signal: AbortSignal) => {
    let cursor: string | undefined;
    try {
      do {
        const page = await list({ path, what: `the repository ${repository}`, cursor }, repositoryOf, signal);
        const found = page.items.find(({ row }) => row.name === repository);
        if (found !== undefined) return found;
        cursor = page.next;
      } while (cursor !== undefined && pageIn(cursor) < 100);
    } catch (error) {
      if (!(error instanceof ProblemError) || error.problem.kind !== 'notFound') throw error;
    }
    return undefined;
  };

  const remove = async (repository: string, tag: string | undefined, signal: AbortSignal): Promise<void> => {
    const { project, id } = await find(repository, signal);
    const what = tag === undefined ? repository : `${repository}:${tag}`;
    const path = `/projects/${project}/registry/repositories/${id}${tag === undefined ? '' : `/tags/${tag}`}`;
    const response = await send(path, signal, 'DELETE');
    expectDone(response, host, response.status === 404 ? what : `the deletion of ${what}`, now());
  };

  return {
    ...plain,
    serves: { repositoryFilter: false, paths: true, tagFilter: false, tagOrders: [] },

    async repositories({ path, cursor }, signal) {
      if (path === undefined) return projects(cursor, signal);
      checkName(host, isRepository(path), path);
      const page = await repositoriesOf(path, cursor, signal);
      return { ...page, items: page.items.map(({ row }) => row) };
    },

    /** A token may be good for lists alone; then its API has the names. */
    async tags(repository, { n, cursor }, signal) {
      const byApi = async () => {
        const { project, id } = await find(repository, signal);
        const path = `/projects/${project}/registry/repositories/${id}/tags?`;
        const read = (row: Json) => (isTag(text(row['name'])) ? [{ name: text(row['name']) }] : undefined);
        return list({ path, what: `the tags of ${repository}`, cursor }, read, signal);
      };
      if (/^\d+$/.test(cursor ?? '')) return byApi();
      const byProtocol = () => plain.tags(repository, { n, ...(cursor !== undefined && { cursor }) }, signal);
      const isKnown = cursor === undefined && (await session.account(signal)) !== undefined;
      return isKnown ? orByProtocol(byProtocol, byApi, signal) : byProtocol();
    },

    async untag(repository, tag, signal) {
      checkName(host, isRepository(repository) && isTag(tag), `${repository}:${tag}`);
      // Whoever may push may also take tags away at the registry itself, without a token for the API.
      const byProtocol = () => distribution.deleteTag(repository, tag, signal);
      await orByProtocol(() => remove(repository, tag, signal), byProtocol, signal);
    },

    async deleteRepository(repository, signal) {
      checkName(host, isRepository(repository), repository);
      await remove(repository, undefined, signal);
    },
  };
}

function siteIn(host: string, response: Parameters<typeof signsOf>[0]): string {
  const { tokenUrl } = signsOf(response);
  const isAllowed = tokenUrl !== undefined && refusal(tokenUrl, response.url) === undefined;
  if (isAllowed && tokenUrl.pathname.endsWith(tokenPath) && isNear(tokenUrl.hostname, response.url.hostname)) {
    return `${tokenUrl.origin}${tokenUrl.pathname.slice(0, -tokenPath.length)}`;
  }
  throw new ProblemError({
    kind: 'unsupported',
    subject: host,
    message: `${host} does not say where its GitLab is, which alone can list its repositories.`,
    next: `Say it with "webUrl" in gantry.registries, or open a repository by its name: ${host}/group/project.`,
  });
}

/**
 * The same host, or in the domain of the registry: `gitlab.example.com` for `registry.example.com`. A token for the API opens
 * more than images do, so a registry does not get to send it to just anyone.
 */
export function isNear(site: string, registry: string): boolean {
  if (site === registry) return true;
  const domain = registry.slice(registry.indexOf('.') + 1);
  const isDomain = domain.includes('.') && !/^[\d.]+$|^\[/.test(registry);
  return isDomain && (site === domain || site.endsWith(`.${domain}`));
}

/** Where the registry is switched off there is nothing to look at. */
function projectOf(row: Json): readonly RepositoryRow[] | undefined {
  const name = text(row['path_with_namespace']).toLowerCase();
  if (!isRepository(name)) return name === '' ? undefined : [];
  const isOff = row['container_registry_access_level'] === 'disabled' || row['container_registry_enabled'] === false;
  const [description, visibility] = [text(row['description']), text(row['visibility'])];
  const about = {
    ...(description !== '' && { description }),
    ...(visibility !== '' && visibility !== 'public' && { private: true }),
  };
  return isOff ? [] : [{ name, folder: true, ...about }];
}

/** `pageOf`: where it is looked at, by its id; only its project is known to have one. */
function repositoryOf(row: Json, pageOf?: (id: number) => string): readonly RegistryRepository[] | undefined {
  const name = text(row['path']).toLowerCase();
  const [id, project, tagCount] = [row['id'], row['project_id'], row['tags_count']].map(countOf);
  if (!isRepository(name) || id === undefined || project === undefined) return undefined;
  const about = { ...(tagCount !== undefined && { tagCount }), ...(pageOf && { page: pageOf(id) }) };
  return [{ row: { name, ...about }, id, project }];
}

function unknownUser(host: string): ProblemError {
  return new ProblemError({
    kind: 'unauthorized',
    subject: host,
    message: `${host} lists projects only for whoever is signed in.`,
    next: `Sign in with a token that has the scopes read_api and read_registry, or open a repository by its name: ${host}/group/project.`,
  });
}
