/**
 * GitLab: `gitlab.api` is gitlab.com with its API and the token server `/jwt/auth`, `gitlab.registry` registry.gitlab.com.
 * Source: gitlab-org/gitlab, doc/api/container_registry.md; answers as in goharbor/harbor, adapter/gitlab/testdata.
 */
import type { Origin } from '../origin.ts';
import type { Account } from './access.ts';
import { numberedPage, pageLinks } from './pages.ts';
import { type Answer, type Ask, empty, json, type Routes, serves } from './routes.ts';
import { type RegistryOrigin, startRegistry, stopAll, tokenRoutes } from './service.ts';
import { createStore, imagesOf, type Repository, type Store } from './store.ts';
import { isoOf, startIn, type World } from './world.ts';

export interface Gitlab {
  readonly registry: RegistryOrigin;
  readonly api: Origin;
  readonly tokens: GitlabToken[];
  readonly push: RegistryOrigin['push'];
  stop(): Promise<void>;
}

export interface GitlabToken {
  readonly username: string;
  readonly value: string;
  /** `read_api` is for lists, `read_registry` for pulls, `api` for everything. */
  readonly scopes: readonly string[];
}

export async function startGitlab(world: World): Promise<Gitlab> {
  const store = createStore(world.clock);
  const tokens: GitlabToken[] = [
    { username: 'alice', value: 'glpat-alice', scopes: ['api', 'read_registry', 'write_registry'] },
    { username: 'alice', value: 'glpat-lists', scopes: ['read_api'] },
    { username: 'alice', value: 'glpat-pulls', scopes: ['read_registry'] },
  ];
  const registry = await startRegistry(world, {
    name: 'gitlab.registry',
    store,
    access: {
      accounts: tokens.map(accountOf),
      anonymous: (type, name, action) =>
        type === 'repository' && action === 'pull' && store.repositories.get(name)?.isPrivate === false,
      service: 'container_registry',
      oauth: false,
      field: 'token',
      wrongPassword: () => json(403, { errors: [{ code: 'DENIED', message: 'HTTP Basic: Access denied.' }] }),
    },
    quirks: { catalog: 'never' },
  });
  const routes = { ...tokenRoutes(registry.access, '/jwt/auth'), ...gitlabRoutes(store, tokens, registry.host) };
  const api = await startIn(
    world,
    'gitlab.api',
    serves(routes, () => json(404, { error: '404 Not Found' })),
  );
  registry.access.realm = `${api.url}/jwt/auth`;
  return { registry, api, tokens, push: registry.push, stop: () => stopAll([registry, api]) };
}

const accountOf = ({ username, value, scopes }: GitlabToken): Account => ({
  username,
  password: value,
  may: (type, _, action) =>
    type === 'repository' && scopes.includes(action === 'pull' ? 'read_registry' : 'write_registry'),
});

/** `group/project` of `group/project/tool`. */
const projectIn = (name: string) => name.split('/').slice(0, 2).join('/');

function gitlabRoutes({ repositories }: Store, tokens: readonly GitlabToken[], host: string): Routes {
  const all = () => [...repositories.values()];
  const projects = () => [...new Set(all().map(({ name }) => projectIn(name)))];
  /** The nameless see what is public. */
  const visited =
    (scope: string, handler: (ask: Ask, visible: readonly Repository[]) => Answer) =>
    (ask: Ask): Answer => {
      const { authorization, 'private-token': own } = ask.headers;
      const value = own ?? authorization?.replace(/^Bearer /i, '');
      const token = tokens.find((one) => one.value === value);
      if (value !== undefined && token === undefined) return json(401, { message: '401 Unauthorized' });
      if (token && !token.scopes.includes('api') && !token.scopes.includes(scope)) {
        const description = 'The request requires higher privileges than provided by the access token.';
        return json(403, { error: 'insufficient_scope', error_description: description, scope: `api ${scope}` });
      }
      if (token === undefined && scope === 'api') return json(401, { message: '401 Unauthorized' });
      return handler(
        ask,
        all().filter(({ isPrivate }) => !isPrivate || token !== undefined),
      );
    };
  /** A project by its number or by its path, the slash encoded. */
  const inProject = (ask: Ask, visible: readonly Repository[]) => {
    const { project = '' } = ask.params;
    const path = /^\d+$/.test(project) ? projects()[Number(project) - 1] : project;
    return visible.filter(({ name }) => projectIn(name) === path);
  };
  const idOf = (repository: Repository) => all().indexOf(repository) + 1;
  const within = (scope: string, handler: (repository: Repository, ask: Ask) => Answer) =>
    visited(scope, (ask, visible) => {
      const found = inProject(ask, visible).find((one) => idOf(one) === Number(ask.params.id));
      return found ? handler(found, ask) : json(404, { message: '404 Container Repository Not Found' });
    });
  const row = (repository: Repository, ask: Ask) => ({
    id: idOf(repository),
    name: repository.name.slice(projectIn(repository.name).length + 1),
    path: repository.name,
    project_id: projects().indexOf(projectIn(repository.name)) + 1,
    location: `${host}/${repository.name}`,
    created_at: isoOf(repository.createdAtMs),
    cleanup_policy_started_at: null,
    ...(ask.query.get('tags_count') === 'true' && { tags_count: repository.tags.size }),
  });
  const tagRow = ({ name }: Repository, tag: string) => ({
    name: tag,
    path: `${name}:${tag}`,
    location: `${host}/${name}:${tag}`,
  });
  const base = '/api/v4/projects/{project}/registry/repositories';
  const tagPath = `${base}/{id}/tags/{tag}`;
  const unknownTag = () => json(404, { message: '404 Tag Not Found' });
  return {
    'GET /api/v4/projects': visited('read_api', (ask, visible) => {
      const paths = [...new Set(visible.map(({ name }) => projectIn(name)))];
      return listed(
        ask,
        paths.map((path) => ({ id: projects().indexOf(path) + 1, path_with_namespace: path })),
      );
    }),
    'GET /api/v4/groups/{group}/registry/repositories': visited('read_api', (ask, visible) => {
      const own = visible.filter(({ name }) => name.startsWith(`${ask.params.group}/`));
      if (own.length === 0) return json(404, { message: '404 Group Not Found' });
      return listed(
        ask,
        own.map((one) => row(one, ask)),
      );
    }),
    [`GET ${base}`]: visited('read_api', (ask, visible) => {
      const own = inProject(ask, visible);
      if (own.length === 0) return json(404, { message: '404 Project Not Found' });
      return listed(
        ask,
        own.map((one) => row(one, ask)),
      );
    }),
    [`DELETE ${base}/{id}`]: within('api', ({ name }) => {
      repositories.delete(name);
      return empty(202);
    }),
    // Names only: the digest and the date are one request for each tag.
    [`GET ${base}/{id}/tags`]: within('read_api', (repository, ask) =>
      listed(
        ask,
        [...repository.tags.keys()].sort().map((tag) => tagRow(repository, tag)),
      ),
    ),
    [`GET ${tagPath}`]: within('read_api', (repository, { params: { tag = '' } }) => {
      const target = repository.tags.get(tag);
      if (target === undefined) return unknownTag();
      const [image] = imagesOf(repository, target.digest);
      const revision = target.digest.replace('sha256:', '');
      return json(200, {
        ...tagRow(repository, tag),
        revision,
        short_revision: revision.slice(0, 9),
        digest: target.digest,
        created_at: isoOf(target.createdAtMs),
        total_size: image?.bytes ?? null,
      });
    }),
    [`DELETE ${tagPath}`]: within('api', ({ tags }, { params: { tag = '' } }) =>
      tags.delete(tag) ? empty(204) : unknownTag(),
    ),
  };
}

function listed(ask: Ask, all: readonly object[]): Answer {
  const page = numberedPage(ask, all, { size: 'per_page', usual: 20, maximum: 100 });
  return json(200, page.items, {
    'x-page': String(page.page),
    'x-per-page': String(page.size),
    'x-next-page': page.page < page.lastPage ? String(page.page + 1) : '',
    'x-total': String(page.total),
    'x-total-pages': String(page.lastPage),
    ...pageLinks(ask, page),
  });
}
