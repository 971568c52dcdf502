/**
 * Quay, all at one origin: the API at `/api/v1` takes OAuth tokens, the registry robots.
 * Sources: Red Hat Quay API reference; the Link of its tags as reported in deitch/docker_registry2#56.
 */
import { isDigest } from '../../../common/reference.ts';
import { type Access, type Account, challenged, refusal, repositoryScope } from './access.ts';
import { unknownName } from './distribution.ts';
import { createListManners } from './lists.ts';
import { numberedPage } from './pages.ts';
import { type Answer, type Ask, empty, failure, json, type Routes } from './routes.ts';
import { type RegistryOrigin, startRegistry, tokenRoutes } from './service.ts';
import { createStore, imagesOf, type Repository, removeManifest, type Store } from './store.ts';
import { secondsOf, type World } from './world.ts';

export interface Quay extends RegistryOrigin {
  /** By OAuth token: the organisations whose repositories it may see and change. */
  readonly applications: Map<string, readonly string[]>;
  /** Tags that were, by repository: listed too unless only the active are asked for. */
  readonly history: Map<string, { readonly name: string; readonly digest: string; readonly endedAtMs: number }[]>;
}

export async function startQuay(world: World): Promise<Quay> {
  const store = createStore(world.clock);
  const applications: Quay['applications'] = new Map([['oauth-acme', ['acme']]]);
  const history: Quay['history'] = new Map();
  const registry = await startRegistry(world, {
    name: 'quay',
    store,
    access: {
      accounts: [robot('acme', 'ci')],
      anonymous: (type, name, action) =>
        type === 'repository' && action === 'pull' && store.repositories.get(name)?.isPrivate === false,
      field: 'token',
      tellsLifetime: false,
      oauth: false,
    },
    quirks: { tags: createListManners({ pageSize: 50, maximumN: 100, beyond: undefined, tokenIn: 'next_page' }) },
    routes: (part) => ({
      ...strictTokenRoutes(part.access),
      // It wants no scope, only to know who asks.
      'GET /v2/_catalog': (ask) => {
        const token = /^Bearer (.*)$/.exec(ask.headers.authorization ?? '')?.[1] ?? '';
        const account = part.access.issued.get(token)?.account;
        if (account === undefined) return challenged(part.access);
        const repositories = [...store.repositories.keys()].filter((one) => account.may?.('repository', one, 'pull'));
        return json(200, { repositories });
      },
      // To delete is to push.
      'DELETE /v2/{name+}/manifests/{reference}': (ask) => {
        const { name = '', reference = '' } = ask.params;
        const refused = refusal(part.access, ask, repositoryScope(name, 'pull', 'push'));
        const repository = store.repositories.get(name);
        if (refused !== undefined || repository === undefined) return refused ?? unknownName(name);
        const isGone = isDigest(reference) ? removeManifest(repository, reference) : repository.tags.delete(reference);
        return isGone ? empty(202) : failure(404, 'MANIFEST_UNKNOWN', 'manifest unknown');
      },
      ...quayRoutes(store, applications, history),
    }),
  });
  registry.access.service = registry.host;
  registry.access.realm = `${registry.url}/v2/auth`;
  return { ...registry, applications, history };
}

/** No scope but those of repositories, no action but these. Source: quay/quay, endpoints/v2/v2auth.py. */
function strictTokenRoutes(access: Access): Routes {
  const { 'GET /v2/auth': gives = () => empty(404) } = tokenRoutes(access, '/v2/auth');
  const isKnown = (scope: string) => /^repository:.+:(?:(?:push|pull|\*),)*(?:push|pull|\*)$/.test(scope);
  return {
    'GET /v2/auth': (ask) => {
      const unknown = ask.query.getAll('scope').find((scope) => !isKnown(scope));
      if (unknown === undefined) return gives(ask);
      return failure(400, 'INVALID_REQUEST', `Unable to decode repository and actions: ${unknown}`);
    },
  };
}

const robot = (namespace: string, name: string): Account => ({
  username: `${namespace}+${name}`,
  password: 'robot-secret',
  may: (type, repository) => type === 'repository' && repository.startsWith(`${namespace}/`),
});

function quayRoutes(store: Store, applications: Quay['applications'], history: Quay['history']): Routes {
  const organisations = (ask: Ask) => applications.get((ask.headers.authorization ?? '').replace(/^Bearer /i, ''));
  const maySee = (ask: Ask, { name, isPrivate }: Repository) =>
    !isPrivate || (organisations(ask)?.includes(name.split('/')[0] ?? '') ?? false);
  const visited = (handler: (ask: Ask) => Answer) => (ask: Ask) =>
    ask.headers.authorization !== undefined && organisations(ask) === undefined
      ? problem(401, 'invalid_token', 'Invalid token')
      : handler(ask);
  const within = (handler: (repository: Repository, ask: Ask) => Answer, isWrite = false) =>
    visited((ask) => {
      const { namespace = '', repository = '' } = ask.params;
      const found = store.repositories.get(`${namespace}/${repository}`);
      const isOwn = organisations(ask)?.includes(namespace) ?? false;
      if (found === undefined) return problem(404, 'not_found', 'Not Found');
      if (!maySee(ask, found) || (isWrite && !isOwn)) {
        return organisations(ask)
          ? problem(403, 'insufficient_scope', 'Unauthorized')
          : problem(401, 'invalid_token', 'Requires authentication');
      }
      return handler(found, ask);
    });
  return {
    'GET /api/v1/user/': visited((ask) => {
      const own = organisations(ask);
      if (own === undefined) return problem(401, 'invalid_token', 'Requires authentication');
      return json(200, { username: 'alice', organizations: own.map((name) => ({ name, public: false })) });
    }),
    'GET /api/v1/repository': visited((ask) => {
      const namespace = ask.query.get('namespace');
      if (namespace === null && !ask.query.has('public')) {
        return problem(400, 'invalid_request', 'namespace, starred or public are required for this API call');
      }
      const all = [...store.repositories.values()].filter(
        (one) => (namespace === null || one.name.startsWith(`${namespace}/`)) && maySee(ask, one),
      );
      const start = Number(Buffer.from(ask.query.get('next_page') ?? '', 'base64url').toString() || 0);
      const next = start + 100 < all.length ? Buffer.from(String(start + 100)).toString('base64url') : undefined;
      const repositories = all.slice(start, start + 100).map(({ name, description, isPrivate }) => ({
        namespace: name.split('/')[0],
        name: name.slice(name.indexOf('/') + 1),
        description,
        is_public: !isPrivate,
        kind: 'image',
        state: 'NORMAL',
      }));
      return json(200, { repositories, ...(next && { next_page: next }) });
    }),
    'GET /api/v1/repository/{namespace}/{repository}/tag/': within((repository, ask) => {
      const [, kind, text = ''] = /^(like|eq):(.*)$/.exec(ask.query.get('filter_tag_name') ?? '') ?? [];
      const active = [...repository.tags.entries()].map(([name, tag]) => ({ name, endedAtMs: undefined, ...tag }));
      const ended = (history.get(repository.name) ?? []).map((tag) => ({ ...tag, pushedAtMs: tag.endedAtMs - 1000 }));
      const all = [...active, ...(ask.query.get('onlyActiveTags') === 'true' ? [] : ended)]
        .filter(({ name }) => (kind === 'eq' ? name === text : name.includes(text)))
        .sort((a, b) => b.pushedAtMs - a.pushedAtMs);
      const page = numberedPage(ask, all, { size: 'limit', usual: 50, maximum: 100 });
      const tags = page.items.map(({ name, digest, pushedAtMs, endedAtMs }) => ({
        ...tagOf(repository, name, digest, pushedAtMs),
        ...(endedAtMs !== undefined && { end_ts: secondsOf(endedAtMs) }),
      }));
      return json(200, { tags, page: page.page, has_additional: page.page < page.lastPage });
    }),
    'DELETE /api/v1/repository/{namespace}/{repository}/tag/{tag}': within(
      ({ name, tags }, { params: { tag = '' } }) => {
        const was = tags.get(tag);
        if (was === undefined) return problem(404, 'not_found', 'Not Found');
        tags.delete(tag);
        const ended = { name: tag, digest: was.digest, endedAtMs: store.clock.nowMs };
        history.set(name, [...(history.get(name) ?? []), ended]);
        return empty(204);
      },
      true,
    ),
    'DELETE /api/v1/repository/{namespace}/{repository}': within(({ name }) => {
      store.repositories.delete(name);
      return empty(204);
    }, true),
  };
}

/** Of an index there is no size. */
function tagOf(repository: Repository, name: string, digest: string, pushedAtMs: number): object {
  const mediaType = repository.manifests.get(digest)?.mediaType ?? '';
  const isList = /index|manifest\.list/.test(mediaType);
  return {
    name,
    reversion: false,
    start_ts: secondsOf(pushedAtMs),
    manifest_digest: digest,
    is_manifest_list: isList,
    size: isList ? null : (imagesOf(repository, digest)[0]?.bytes ?? null),
    last_modified: new Date(pushedAtMs).toUTCString().replace('GMT', '-0000'),
  };
}

const problem = (status: number, type: string, message: string) =>
  json(status, { detail: message, error_message: message, error_type: type, title: type, status });
