/**
 * Docker Hub: `hub.web` is hub.docker.com, `hub.registry` registry-1.docker.io, `hub.tokens` auth.docker.io, and
 * `hub.storage` where its blobs are. Sources: docker/docs, content/reference/api/hub and content/manuals/docker-hub/usage.
 */
import type { Origin } from '../origin.ts';
import type { Account } from './access.ts';
import type { Registry } from './distribution.ts';
import type { HubManners, HubUser, HubWeb } from './hubUsers.ts';
import { hubWebRoutes } from './hubWeb.ts';
import { createListManners, orders } from './lists.ts';
import { type Answer, type Ask, failure, json, type Routes, serves, withHeaders } from './routes.ts';
import { type RegistryOrigin, startRegistry, startStorage, startTokens, stopAll } from './service.ts';
import { createStore, type Store } from './store.ts';
import { startIn, type World } from './world.ts';

export interface Hub extends HubWeb {
  readonly web: Origin;
  readonly tokens: Origin;
  readonly registry: RegistryOrigin;
  readonly storage: Origin;
  readonly pulls: PullLimits;
  readonly push: RegistryOrigin['push'];
  stop(): Promise<void>;
}

/** Only GET of a manifest counts, HEAD does not. */
export interface PullLimits {
  /** Whether there are limits and headers that tell of them. */
  limited: boolean;
  windowS: number;
  readonly anonymous: { limit: number; used: number };
  readonly signedIn: { limit: number; used: number };
}

export async function startHub(world: World): Promise<Hub> {
  const store = createStore(world.clock);
  const users: HubUser[] = [
    { username: 'alice', password: 's3cr:et', tokens: ['dckr_pat_alice'], organisations: ['acme'] },
    { username: 'acme', password: '', tokens: ['dckr_oat_acme'], organisations: [], isOrganisation: true },
  ];
  const manners: HubManners = { anonymousOffset: 1000, digests: true, requestsLeft: undefined, lifetimeS: 600 };
  const pulls: PullLimits = {
    limited: true,
    windowS: 21_600,
    anonymous: { limit: 100, used: 0 },
    signedIn: { limit: 200, used: 0 },
  };
  const state: HubWeb = { store, users, manners, clock: world.clock, sessions: new Map() };
  const web = await startIn(
    world,
    'hub.web',
    serves(hubWebRoutes(state), () => json(404, { message: 'not found' })),
  );
  const storage = await startStorage(world, 'hub.storage', store);
  const registry = await startRegistry(world, {
    name: 'hub.registry',
    store,
    access: {
      accounts: accountsFrom(users),
      anonymous: (type, name, action) => type === 'repository' && action === 'pull' && isPublic(store, name),
      service: 'registry.docker.io',
      wrongPassword: () => json(401, { details: 'incorrect username or password' }),
    },
    quirks: {
      // Without n: all of them in one body.
      tags: createListManners({ pageSize: Number.POSITIVE_INFINITY, maximumN: Number.POSITIVE_INFINITY }),
      repositories: createListManners({ order: orders.lexical }),
      catalog: 'never',
      deletion: 'untaggedOnly',
      blobsAt: storage.url,
    },
    routes: (part, distribution) => countedPulls(part, distribution, pulls),
  });
  const tokens = await startTokens(world, 'hub.tokens', registry.access);
  const stop = () => stopAll([web, tokens, registry, storage]);
  return { ...state, web, tokens, registry, storage, pulls, push: registry.push, stop };
}

/** What does not exist is not public: the two are not told apart. */
const isPublic = ({ repositories }: Store, name: string) => repositories.get(name)?.isPrivate === false;

/** The accounts follow what a test does to the users: with a second factor the password opens nothing here. */
function accountsFrom(users: readonly HubUser[]): Account[] {
  return users.flatMap((user) => {
    const { username, tokens, organisations } = user;
    const may: Account['may'] = (type, name, action) => {
      const [namespace = ''] = name.split('/');
      return type === 'repository' && (action === 'pull' || [username, ...organisations].includes(namespace));
    };
    const byPassword = {
      username,
      may,
      get password() {
        return user.secondFactor === undefined ? user.password : '\0';
      },
    };
    return [byPassword, ...tokens.map((password) => ({ username, password, may }))];
  });
}

/** Source: docker/docs, content/manuals/docker-hub/usage/pulls.md. */
function countedPulls({ access }: Registry, distribution: Routes, pulls: PullLimits): Routes {
  const route = 'GET /v2/{name+}/manifests/{reference}';
  const counted = (ask: Ask): Answer => {
    const answer = distribution[route]?.(ask) ?? failure(404, 'UNSUPPORTED', '');
    if (!pulls.limited || answer.status !== 200) return answer;
    const token = ask.headers.authorization?.replace(/^Bearer /i, '') ?? '';
    const account = access.issued.get(token)?.account;
    const quota = account === undefined ? pulls.anonymous : pulls.signedIn;
    const isPull = ask.method === 'GET';
    const isOver = isPull && quota.used >= quota.limit;
    if (isPull && !isOver) quota.used += 1;
    const headers = {
      'ratelimit-limit': `${quota.limit};w=${pulls.windowS}`,
      'ratelimit-remaining': `${quota.limit - quota.used};w=${pulls.windowS}`,
      'docker-ratelimit-source': account?.username ?? '192.0.2.1',
    };
    return withHeaders(isOver ? failure(429, 'TOOMANYREQUESTS', tooManyPulls(account)) : answer, headers);
  };
  return { [route]: counted };
}

const tooManyPulls = (account: Account | undefined) =>
  `You have reached your ${account ? '' : 'unauthenticated '}pull rate limit. https://www.docker.com/increase-rate-limit`;
