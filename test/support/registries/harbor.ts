/**
 * Harbor, all at one origin: its API at `/api/v2.0`, its token server at `/service/token`.
 * Source: goharbor/harbor, api/v2.0/swagger.yaml.
 */
import { type Access, type Account, accountOf, challenged } from './access.ts';
import { catalogPage } from './distribution.ts';
import { createListManners } from './lists.ts';
import { numberedPage, pageLinks } from './pages.ts';
import { type Answer, type Ask, empty, failure, json, type Routes } from './routes.ts';
import { type RegistryOrigin, startRegistry, tokenRoutes } from './service.ts';
import { contentOf, createStore, imagesOf, type Repository, type Store, tagsOn } from './store.ts';
import { isoOf, type World } from './world.ts';

export async function startHarbor(world: World): Promise<RegistryOrigin> {
  const store = createStore(world.clock);
  const registry = await startRegistry(world, {
    name: 'harbor',
    store,
    access: {
      accounts: [
        { username: 'admin', password: 'Harbor12345' },
        { username: 'alice', password: 's3cr:et', may: (type) => type === 'repository' },
        { username: 'robot$team+ci', password: 'robot-secret', may: (_, name, action) => mayPull(name, action) },
      ],
      anonymous: (type, name, action) =>
        type === 'repository' && action === 'pull' && store.repositories.get(name)?.isPrivate === false,
      service: 'harbor-registry',
      oauth: false,
    },
    quirks: { repositories: createListManners({ pageSize: 1000 }) },
    routes: (part) => ({
      ...tokenRoutes(part.access, '/service/token'),
      // For its administrators, who are asked for Basic though all else is Bearer.
      'GET /v2/_catalog': (ask) =>
        accountOf(part.access, ask.headers.authorization)?.username === 'admin'
          ? catalogPage(part, ask)
          : challenged({ ...part.access, mode: 'basic', service: 'harbor' }),
      ...harborRoutes(store, part.access),
    }),
  });
  registry.access.realm = `${registry.url}/service/token`;
  return registry;
}

/** A robot of one project. */
const mayPull = (name: string, action: string) => name.startsWith('team/') && action === 'pull';

function harborRoutes(store: Store, access: Access): Routes {
  const project = '/api/v2.0/projects/{project}';
  const repository = `${project}/repositories/{repository}`;
  /** Who asks; undefined for the nameless. A wrong password is refused even where none is needed. */
  const visited = (handler: (ask: Ask, account: Account | undefined) => Answer) => (ask: Ask) => {
    const account = accountOf(access, ask.headers.authorization);
    if (account === undefined && ask.headers.authorization !== undefined)
      return failure(401, 'UNAUTHORIZED', 'unauthorized');
    return handler(ask, account);
  };
  const visible = (account: Account | undefined) =>
    [...store.repositories.values()].filter(({ isPrivate }) => !isPrivate || account !== undefined);
  /** The name of a repository is encoded twice: what is a slash after once was another path. */
  const within = (action: string, handler: (repository: Repository, ask: Ask) => Answer) =>
    visited((ask, account) => {
      const { project: owner = '', repository: encoded = '' } = ask.params;
      const name = `${owner}/${encoded.includes('/') ? '\0' : decodeURIComponent(encoded)}`;
      const found = visible(account).find((one) => one.name === name);
      if (found === undefined) return failure(404, 'NOT_FOUND', `repository ${name} not found`);
      const may = account ? (account.may?.('repository', name, action) ?? true) : action === 'pull';
      return may
        ? handler(found, ask)
        : failure(account ? 403 : 401, account ? 'FORBIDDEN' : 'UNAUTHORIZED', 'forbidden');
    });
  return {
    'GET /api/v2.0/projects': visited((ask, account) => {
      const names = [...new Set(visible(account).map(({ name }) => name.split('/')[0] ?? ''))].sort();
      const wanted = names.filter((name) => name.includes(ask.query.get('name') ?? ''));
      return listed(
        ask,
        wanted.map((name, index) => projectOf(store, name, index + 1)),
      );
    }),
    [`GET ${project}/repositories`]: visited((ask, account) => {
      const owner = ask.params.project ?? '';
      const all = visible(account).filter(({ name }) => name.startsWith(`${owner}/`));
      if (all.length === 0) return failure(404, 'NOT_FOUND', `project ${owner} not found`);
      const part = /^name=~(.*)$/.exec(ask.query.get('q') ?? '')?.[1] ?? '';
      const wanted = all.filter(({ name }) => name.includes(part));
      if (ask.query.get('sort') === '-update_time') wanted.sort((a, b) => updatedAtMs(b) - updatedAtMs(a));
      return listed(ask, wanted.map(repositoryOf));
    }),
    [`DELETE ${repository}`]: within('delete', ({ name }) => {
      store.repositories.delete(name);
      return empty(200);
    }),
    [`GET ${repository}/artifacts`]: within('pull', (found, ask) =>
      listed(
        ask,
        artifactsOf(found).filter(({ tags }) => hasTag(tags, ask.query.get('q') ?? '')),
      ),
    ),
    // By tag or digest.
    [`DELETE ${repository}/artifacts/{reference}/tags/{tag}`]: within('delete', (found, { params }) =>
      found.tags.delete(params.tag ?? '') ? empty(200) : failure(404, 'NOT_FOUND', `tag ${params.tag} not found`),
    ),
  };
}

/** `tags=*` for any, `tags=~part`. */
function hasTag(tags: readonly { readonly name: string }[] | null, query: string): boolean {
  const [, wanted] = /^tags=(\*|~.*)$/.exec(query) ?? [];
  if (wanted === undefined) return true;
  return tags?.some(({ name }) => wanted === '*' || name.includes(wanted.slice(1))) ?? false;
}

/** More than a hundred are refused, not cut. */
function listed(ask: Ask, all: readonly object[]): Answer {
  if (Number(ask.query.get('page_size') ?? 10) > 100) {
    const message = 'validation failure list:\npage_size in query should be less than or equal to 100';
    return failure(422, 'UNPROCESSABLE_ENTITY', message);
  }
  const page = numberedPage(ask, all, { size: 'page_size', usual: 10, maximum: 100 });
  return json(200, page.items, { 'x-total-count': String(page.total), ...pageLinks(ask, page) });
}

const updatedAtMs = ({ tags, createdAtMs }: Repository) =>
  Math.max(createdAtMs, ...[...tags.values()].map(({ pushedAtMs }) => pushedAtMs));

function projectOf({ repositories }: Store, name: string, id: number): object {
  const own = [...repositories.values()].filter((one) => one.name.startsWith(`${name}/`));
  const metadata = { public: String(own.some(({ isPrivate }) => !isPrivate)) };
  return { project_id: id, name, repo_count: own.length, owner_name: 'admin', metadata };
}

const repositoryOf = (repository: Repository, index: number) => ({
  id: index + 1,
  project_id: 1,
  name: repository.name,
  artifact_count: artifactsOf(repository).length,
  pull_count: repository.pulls,
  creation_time: isoOf(repository.createdAtMs),
  update_time: isoOf(updatedAtMs(repository)),
});

/** The children of an index are not among them, they are its references. The newest come first. */
function artifactsOf(repository: Repository) {
  const all = [...repository.manifests.values()];
  const children = new Set(all.flatMap((one) => contentOf(one).manifests?.map(({ digest }) => digest) ?? []));
  return all
    .filter(({ digest }) => !children.has(digest))
    .sort((a, b) => b.pushedAtMs - a.pushedAtMs)
    .map(({ id, digest, mediaType, bytes, pushedAtMs }) => {
      const manifest = { bytes, digest, mediaType };
      const { manifests, config } = contentOf(manifest);
      const images = imagesOf(repository, digest);
      const [image] = images;
      const tags = tagsOn(repository, digest).map((name) => ({
        name,
        push_time: isoOf(repository.tags.get(name)?.pushedAtMs ?? 0),
        pull_time: '0001-01-01T00:00:00.000Z',
        immutable: false,
      }));
      return {
        id,
        type: config?.mediaType.includes('helm') ? 'CHART' : 'IMAGE',
        digest,
        size: images.reduce((sum, one) => sum + one.bytes, 0),
        push_time: isoOf(pushedAtMs),
        pull_time: '0001-01-01T00:00:00.000Z',
        media_type: config?.mediaType ?? mediaType,
        manifest_media_type: mediaType,
        tags: tags.length > 0 ? tags : null,
        references: manifests?.map((child) => ({ child_digest: child.digest, platform: child.platform })) ?? null,
        extra_attrs: image && !manifests ? { architecture: image.architecture, os: image.os } : {},
      };
    });
}
