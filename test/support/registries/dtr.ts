/**
 * Docker Trusted Registry (MSR 2), all at one origin: the API takes Basic, the registry tokens of `/auth/token`.
 * Source: the client in goharbor/harbor, src/pkg/reg/adapter/dtr.
 */
import { accountOf } from './access.ts';
import type { Registry } from './distribution.ts';
import { type Answer, type Ask, empty, failure, json, type Routes } from './routes.ts';
import { type RegistryOrigin, startRegistry, tokenRoutes } from './service.ts';
import { createStore, type Repository } from './store.ts';
import { isoOf, type World } from './world.ts';

export async function startDtr(world: World): Promise<RegistryOrigin> {
  const store = createStore(world.clock);
  const registry = await startRegistry(world, {
    name: 'dtr',
    store,
    access: { anonymous: () => false, wrongPassword: notSignedIn },
    quirks: { referrers: false, catalog: 'denied' },
    routes: (part) => ({ ...tokenRoutes(part.access, '/auth/token'), ...dtrRoutes(part) }),
  });
  registry.access.service = registry.host;
  registry.access.realm = `${registry.url}/auth/token`;
  return registry;
}

const notSignedIn = () => failure(401, 'NOT_AUTHENTICATED', 'The client is not authenticated.');
const unknown = () => failure(404, 'NO_SUCH_REPOSITORY', 'A repository with the given name does not exist.');

function dtrRoutes({ store, access }: Registry): Routes {
  const signedIn = (handler: (ask: Ask) => Answer) => (ask: Ask) =>
    accountOf(access, ask.headers.authorization) ? handler(ask) : notSignedIn();
  const within = (handler: (repository: Repository, ask: Ask) => Answer) =>
    signedIn((ask) => {
      const repository = store.repositories.get(`${ask.params.namespace}/${ask.params.repository}`);
      return repository ? handler(repository, ask) : unknown();
    });
  const one = '/api/v0/repositories/{namespace}/{repository}';
  return {
    'GET /api/v0/repositories': signedIn((ask) => {
      const rows = [...store.repositories.values()].map(repositoryOf);
      const { items, headers } = pageOf(ask, rows, 'pageSize', 'pageStart');
      return json(200, { repositories: items }, headers);
    }),
    // A bare list.
    [`GET ${one}/tags`]: within((repository, ask) => {
      const rows = [...repository.tags].map(([name, { digest, createdAtMs, pushedAtMs }]) => ({
        name,
        digest,
        author: 'alice',
        createdAt: isoOf(createdAtMs),
        updatedAt: isoOf(pushedAtMs),
        hashMismatch: false,
        inNotary: false,
      }));
      const { items, headers } = pageOf(ask, rows, 'pageSize', 'pageStart');
      return json(200, items, headers);
    }),
    [`DELETE ${one}/tags/{tag}`]: within(({ tags }, { params }) =>
      tags.delete(params.tag ?? '')
        ? empty(204)
        : failure(404, 'NO_SUCH_TAG', 'A tag with the given name does not exist.'),
    ),
    [`DELETE ${one}`]: within(({ name }) => {
      store.repositories.delete(name);
      return empty(204);
    }),
    'GET /enzi/v0/accounts': signedIn((ask) => {
      const names = [...new Set([...store.repositories.keys()].map((name) => name.split('/')[0]))];
      const accounts = names.map((name) => ({ name, id: `id-${name}`, fullName: '', isOrg: name !== 'alice' }));
      const { items, headers } = pageOf(ask, accounts, 'limit', 'start');
      return json(200, { accounts: items }, headers);
    }),
  };
}

/** Where the next page starts is in a header. */
function pageOf<T>({ query }: Ask, rows: readonly T[], sizeField: string, startField: string) {
  const size = Number(query.get(sizeField) ?? 10);
  const start = Number(query.get(startField) ?? 0);
  const next = start + size;
  const headers: Record<string, string> = next < rows.length ? { 'x-next-page-start': String(next) } : {};
  return { items: rows.slice(start, next), headers };
}

const repositoryOf = ({ name, isPrivate, description, pulls }: Repository) => ({
  id: `id-${name}`,
  namespace: name.split('/')[0],
  name: name.slice(name.indexOf('/') + 1),
  namespaceType: 'organization',
  visibility: isPrivate ? 'private' : 'public',
  shortDescription: description,
  pulls,
  pushes: 1,
  tagLimit: 0,
  immutableTags: false,
});
