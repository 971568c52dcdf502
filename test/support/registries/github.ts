/**
 * GitHub: `github.registry` is ghcr.io, its own token server; `github.api` is api.github.com, which alone can list packages.
 * Sources: github/rest-api-description, packages; for GHCR renovatebot/renovate#11446 and openai/tunnel-client#75.
 */
import type { Origin } from '../origin.ts';
import type { Account } from './access.ts';
import { type GithubUser, githubRoutes } from './githubApi.ts';
import { createListManners, orders } from './lists.ts';
import { json, serves } from './routes.ts';
import { type RegistryOrigin, startRegistry, startStorage, stopAll, tokenRoutes } from './service.ts';
import { createStore } from './store.ts';
import { startIn, type World } from './world.ts';

export interface Github {
  readonly registry: RegistryOrigin;
  readonly api: Origin;
  readonly storage: Origin;
  readonly users: GithubUser[];
  readonly push: RegistryOrigin['push'];
  stop(): Promise<void>;
}

export async function startGithub(world: World): Promise<Github> {
  const store = createStore(world.clock);
  const users: GithubUser[] = [
    { login: 'alice', token: 'ghp_alice', scopes: ['read:packages'], organisations: ['acme'] },
    { login: 'alice', token: 'ghp_delete', scopes: ['read:packages', 'delete:packages'], organisations: ['acme'] },
    { login: 'alice', token: 'gho_repo', scopes: ['repo'], organisations: ['acme'] },
  ];
  const storage = await startStorage(world, 'github.storage', store);
  const registry = await startRegistry(world, {
    name: 'github.registry',
    store,
    access: {
      accounts: users.map(accountOf),
      anonymous: (type, name, action) =>
        type === 'repository' && action === 'pull' && store.repositories.get(name)?.isPrivate === false,
      // A package that is private, or is none, has no token to give.
      refusesEmptyTokens: true,
      lacking: 'denied',
      service: 'ghcr.io',
      field: 'token',
      tellsLifetime: false,
      oauth: false,
    },
    quirks: {
      tags: createListManners({ maximumN: 10_000, beyond: undefined, order: orders.pushed }),
      catalog: 'denied',
      deletion: 'off',
      referrers: false,
      blobsAt: storage.url,
    },
    routes: ({ access }) => tokenRoutes(access, '/token'),
  });
  registry.access.realm = `${registry.url}/token`;
  const notFound = () => json(404, { message: 'Not Found', documentation_url: 'https://docs.github.com/rest' });
  const api = await startIn(world, 'github.api', serves(githubRoutes(store, users), notFound));
  const stop = () => stopAll([registry, api, storage]);
  return { registry, api, storage, users, push: registry.push, stop };
}

/** Without the scope for packages, a token opens nothing here. */
const accountOf = ({ login, token, scopes, organisations }: GithubUser): Account => ({
  username: login,
  password: token,
  may: (type, name, action) =>
    type === 'repository' &&
    scopes.includes('read:packages') &&
    (action === 'pull' || [login, ...organisations].includes(name.split('/')[0] ?? '')),
});
