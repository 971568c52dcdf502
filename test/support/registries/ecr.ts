/**
 * Amazon's private registry. Sources: AWS, "Private registry authentication"; the lists as reported in
 * deitch/docker_registry2#34 (Link and content type) and google/go-containerregistry#681 (n).
 */
import { accountOf } from './access.ts';
import type { Registry } from './distribution.ts';
import { createListManners, links, orders } from './lists.ts';
import { type Answer, type Ask, failure, type Routes, withHeaders } from './routes.ts';
import { type RegistryOrigin, startRegistry } from './service.ts';
import { createStore } from './store.ts';
import type { World } from './world.ts';

export interface Ecr extends RegistryOrigin {
  /** What `aws ecr get-login-password` gave: the user is `AWS`, and it is over after 12 hours. */
  readonly login: { password: string; expiresAtMs: number };
}

export async function startEcr(world: World): Promise<Ecr> {
  const store = createStore(world.clock);
  const login = { password: 'ecr-token', expiresAtMs: world.clock.nowMs + 12 * 3600_000 };
  const registry = await startRegistry(world, {
    name: 'ecr',
    store,
    access: {
      mode: 'basic',
      accounts: [{ username: 'AWS', password: login.password }],
      service: 'ecr.amazonaws.com',
      challenge: ({ realm, service }) => `Basic realm="${realm}",service="${service}"`,
    },
    quirks: {
      tags: createListManners({ beyond: tooMuch, order: orders.unsorted, link: links.absolute, tokenIn: 'last' }),
      catalog: 'denied',
      deletion: 'off',
      filtersReferrers: true,
    },
    routes: (part, distribution) => amazonRoutes(part, distribution, login),
  });
  registry.access.realm = `${registry.url}/`;
  return { ...registry, login };
}

const tooMuch = () =>
  failure(
    405,
    'UNSUPPORTED',
    "Invalid parameter at 'maxResults' failed to satisfy constraint: 'Member must have value less than or equal to 1000'",
  );

/** Every answer is `text/plain`, JSON or not; repositories are made beforehand, not by a push. */
function amazonRoutes({ store, access }: Registry, distribution: Routes, login: Ecr['login']): Routes {
  const refused = (ask: Ask): Answer | undefined => {
    if (accountOf(access, ask.headers.authorization) === undefined) return undefined;
    if (access.clock.nowMs >= login.expiresAtMs) return failure(403, 'DENIED', expired);
    const { name } = ask.params;
    if (ask.method === 'GET' || ask.method === 'HEAD' || name === undefined || store.repositories.has(name))
      return undefined;
    const message = `The repository with name '${name}' does not exist in the registry with id '123456789012'`;
    return failure(404, 'NAME_UNKNOWN', message);
  };
  const plain = (answer: Answer) =>
    answer.headers['content-type']?.startsWith('application/json')
      ? withHeaders(answer, { 'content-type': 'text/plain; charset=utf-8' })
      : answer;
  return Object.fromEntries(
    Object.entries(distribution).map(([route, handler]) => [route, (ask: Ask) => plain(refused(ask) ?? handler(ask))]),
  );
}

const expired = 'Your authorization token has expired. Reauthenticate and try again.';
