/** GitHub's REST API of packages. Source: github/rest-api-description, "packages". */
import { numberedPage, pageLinks } from './pages.ts';
import { type Answer, type Ask, empty, json, type Routes, withHeaders } from './routes.ts';
import { type Repository, removeManifest, type Store, type StoredManifest, tagsOn } from './store.ts';
import { isoOf } from './world.ts';

export interface GithubUser {
  readonly login: string;
  readonly token: string;
  /** What the token was made for: `read:packages`, `delete:packages`. */
  readonly scopes: readonly string[];
  readonly organisations: readonly string[];
}

export function githubRoutes(store: Store, users: readonly GithubUser[]): Routes {
  const signedIn = (scope: string, handler: (ask: Ask, user: GithubUser) => Answer) => (ask: Ask) => {
    const token = /^(?:Bearer|token) (.*)$/i.exec(ask.headers.authorization ?? '')?.[1];
    const user = users.find((one) => one.token === token);
    if (user === undefined) return problem(401, token === undefined ? 'Requires authentication' : 'Bad credentials');
    const scopes = { 'x-oauth-scopes': user.scopes.join(', '), 'x-accepted-oauth-scopes': scope };
    const message = `You need at least ${scope} scope to use packages.`;
    return withHeaders(user.scopes.includes(scope) ? handler(ask, user) : problem(403, message), scopes);
  };
  const isMember = ({ login, organisations }: GithubUser, owner: string) => [login, ...organisations].includes(owner);
  const packagesOf = (owner: string, user: GithubUser) =>
    [...store.repositories.values()].filter(
      ({ name, isPrivate }) => name.startsWith(`${owner.toLowerCase()}/`) && (!isPrivate || isMember(user, owner)),
    );
  const lists = (ownerOf: (ask: Ask, user: GithubUser) => string) =>
    signedIn('read:packages', (ask, user) => {
      if (ask.query.get('package_type') !== 'container')
        return problem(422, 'Invalid request. package_type is missing.');
      const visibility = ask.query.get('visibility');
      const all = packagesOf(ownerOf(ask, user), user).filter(
        ({ isPrivate }) => visibility === null || (visibility === 'private') === isPrivate,
      );
      return listed(ask, all.map(packageOf));
    });
  const within = (
    scope: string,
    ownerOf: (ask: Ask, user: GithubUser) => string,
    handler: (repository: Repository, ask: Ask) => Answer,
  ) =>
    signedIn(scope, (ask, user) => {
      const owner = ownerOf(ask, user);
      const found = packagesOf(owner, user).find(({ name }) => name === `${owner.toLowerCase()}/${ask.params.name}`);
      if (found === undefined) return problem(404, 'Package not found.');
      if (scope !== 'read:packages' && !isMember(user, owner)) return problem(403, 'You are not allowed to do this.');
      return handler(found, ask);
    });
  const routes: Record<string, (ask: Ask) => Answer> = {
    'GET /user': signedIn('read:packages', (_, { login }) => json(200, { login, id: 1 })),
    'GET /user/orgs': signedIn('read:packages', (ask, { organisations }) =>
      listed(
        ask,
        organisations.map((login, index) => ({ login, id: 100 + index })),
      ),
    ),
  };
  for (const [prefix, ownerOf] of [
    ['/user', (_: Ask, { login }: GithubUser) => login],
    ['/users/{owner}', ({ params }: Ask) => params.owner ?? ''],
    ['/orgs/{owner}', ({ params }: Ask) => params.owner ?? ''],
  ] as const) {
    // A slash in the name of a package is written %2F.
    const one = `${prefix}/packages/container/{name}`;
    routes[`GET ${prefix}/packages`] = lists(ownerOf);
    routes[`GET ${one}`] = within('read:packages', ownerOf, (repository) => json(200, packageOf(repository)));
    routes[`GET ${one}/versions`] = within('read:packages', ownerOf, (repository, ask) => {
      const versions = [...repository.manifests.values()].reverse();
      return listed(
        ask,
        versions.map((manifest) => versionOf(repository, manifest)),
      );
    });
    routes[`DELETE ${one}/versions/{id}`] = within('delete:packages', ownerOf, deletesVersion);
    routes[`DELETE ${one}`] = within('delete:packages', ownerOf, ({ name }) => {
      store.repositories.delete(name);
      return empty(204);
    });
  }
  return routes;
}

/** With a version go all its tags; the last version that has any goes only with the package. */
function deletesVersion(repository: Repository, { params }: Ask): Answer {
  const version = [...repository.manifests.values()].find(({ id }) => id === Number(params.id));
  if (version === undefined) return problem(404, 'Package version not found.');
  const tags = tagsOn(repository, version.digest);
  if (tags.length > 0 && tags.length === repository.tags.size) {
    return problem(400, 'You cannot delete the last tagged version of a package. You must delete the package instead.');
  }
  removeManifest(repository, version.digest);
  return empty(204);
}

function listed(ask: Ask, all: readonly object[]): Answer {
  const page = numberedPage(ask, all, { size: 'per_page', usual: 30, maximum: 100 });
  return json(200, page.items, pageLinks(ask, page));
}

const problem = (status: number, message: string) =>
  json(status, { message, documentation_url: 'https://docs.github.com/rest', status: String(status) });

const packageOf = ({ name, isPrivate, createdAtMs, manifests }: Repository) => ({
  id: 1 + [...name].length,
  name: name.slice(name.indexOf('/') + 1),
  package_type: 'container',
  owner: { login: name.split('/')[0] },
  version_count: manifests.size,
  visibility: isPrivate ? 'private' : 'public',
  url: '',
  created_at: isoOf(createdAtMs),
  updated_at: isoOf(createdAtMs),
});

/** Children of an index and attestations are versions too: those have no tags. */
const versionOf = (repository: Repository, { id, digest, pushedAtMs }: StoredManifest) => ({
  id,
  name: digest,
  created_at: isoOf(pushedAtMs),
  updated_at: isoOf(pushedAtMs),
  metadata: { package_type: 'container', container: { tags: tagsOn(repository, digest) } },
});
