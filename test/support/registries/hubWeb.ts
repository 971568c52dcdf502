/** The web API of Docker Hub, hub.docker.com. Source: docker/docs, content/reference/api/hub/latest.yaml. */
import { repositories, search, tagOf, tags } from './hubLists.ts';
import { type HubUser, type HubWeb, isMember, notFound, signsIn, takesSecondFactor, visitor } from './hubUsers.ts';
import { type Answer, type Ask, empty, type Handler, json, type Routes, withHeaders } from './routes.ts';
import type { Repository } from './store.ts';
import { secondsOf } from './world.ts';

export function hubWebRoutes(hub: HubWeb): Routes {
  const listsTags: Handler = (ask) => within(hub, ask, (repository) => tags(hub, repository, ask));
  const showsTag: Handler = (ask) =>
    within(hub, ask, (repository) => {
      const name = ask.params.tag ?? '';
      return repository.tags.has(name) ? json(200, tagOf(hub, repository, name)) : notFound();
    });
  const listsRepositories: Handler = (ask) => repositories(hub, ask);
  const routes: Routes = {
    'POST /v2/auth/token': (ask) => signsIn(hub, ask, 'identifier', 'secret', 'access_token'),
    // Deprecated, and in use.
    'POST /v2/users/login{/}': (ask) => signsIn(hub, ask, 'username', 'password', 'token'),
    'POST /v2/users/2fa-login{/}': (ask) => takesSecondFactor(hub, ask),
    'GET /v2/namespaces/{namespace}/repositories': listsRepositories,
    'GET /v2/namespaces/{namespace}/repositories/{repository}/tags': listsTags,
    'GET /v2/namespaces/{namespace}/repositories/{repository}/tags/{tag}': showsTag,
    // Undocumented, read out of clients: hub-tool, Harbor.
    'GET /v2/user/': (ask) => asUser(hub, ask, ({ username }) => json(200, { username, id: username })),
    'GET /v2/user/orgs/': (ask) =>
      asUser(hub, ask, ({ organisations }) => {
        const results = organisations.map((orgname) => ({ orgname, id: orgname }));
        return json(200, { count: results.length, next: null, previous: null, results });
      }),
    'GET /v2/repositories/namespaces/': (ask) =>
      asUser(hub, ask, ({ username, organisations }) => json(200, { namespaces: [username, ...organisations] })),
    // Deprecated since 2025-06-27, the tags are not.
    'GET /v2/repositories/{namespace}{/}': listsRepositories,
    'GET /v2/repositories/{namespace}/{repository}/tags{/}': listsTags,
    'GET /v2/repositories/{namespace}/{repository}/tags/{tag}{/}': showsTag,
    'DELETE /v2/repositories/{namespace}/{repository}/tags/{tag}{/}': (ask) =>
      owned(hub, ask, ({ tags }) => (tags.delete(ask.params.tag ?? '') ? empty(204) : notFound())),
    'DELETE /v2/repositories/{namespace}/{repository}{/}': (ask) =>
      owned(hub, ask, ({ name }) => {
        hub.store.repositories.delete(name);
        return empty(202);
      }),
    'GET /v2/search/repositories/': (ask) => search(hub, ask),
  };
  return Object.fromEntries(Object.entries(routes).map(([route, handler]) => [route, limited(hub, handler)]));
}

function limited({ manners, clock }: HubWeb, handler: Handler): Handler {
  return (ask) => {
    const left = manners.requestsLeft;
    if (left === undefined) return handler(ask);
    const resetS = secondsOf(clock.nowMs) + 60;
    manners.requestsLeft = Math.max(0, left - 1);
    const headers = {
      'x-ratelimit-limit': '180',
      'x-ratelimit-remaining': String(manners.requestsLeft),
      'x-ratelimit-reset': String(resetS),
    };
    if (left > 0) return withHeaders(handler(ask), headers);
    return json(429, { detail: 'Rate limit exceeded', error: false }, { ...headers, 'x-retry-after': String(resetS) });
  };
}

function asUser(hub: HubWeb, ask: Ask, handler: (user: HubUser) => Answer): Answer {
  const who = visitor(hub, ask);
  if ('status' in who) return who;
  return who.user ? handler(who.user) : json(401, { detail: 'Authentication credentials were not provided.' });
}

/** What is private and what does not exist are answered alike. */
function within(hub: HubWeb, ask: Ask, handler: (repository: Repository) => Answer): Answer {
  const who = visitor(hub, ask);
  if ('status' in who) return who;
  const { namespace = '', repository = '' } = ask.params;
  const found = hub.store.repositories.get(`${namespace}/${repository}`);
  return found && (!found.isPrivate || isMember(who.user, namespace)) ? handler(found) : notFound();
}

const owned = (hub: HubWeb, ask: Ask, handler: (repository: Repository) => Answer): Answer =>
  asUser(hub, ask, (user) =>
    isMember(user, ask.params.namespace ?? '')
      ? within(hub, ask, handler)
      : json(403, { detail: 'You do not have permission to perform this action.' }),
  );
