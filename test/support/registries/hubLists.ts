/** The lists of Docker Hub's web API: repositories, tags and what a search finds, by page. */
import { type HubUser, type HubWeb, isMember, notFound, visitor } from './hubUsers.ts';
import { type Answer, type Ask, json } from './routes.ts';
import { imagesOf, type Repository } from './store.ts';
import { isoOf } from './world.ts';

/** One page of 10, or of `page_size` up to 100; the nameless come only so far. */
function paged<T>(hub: HubWeb, ask: Ask, user: HubUser | undefined, items: readonly T[], row: (item: T) => object) {
  const page = Number(ask.query.get('page') ?? 1);
  const size = Math.min(Number(ask.query.get('page_size') ?? 10), 100);
  if (user === undefined && page * size > hub.manners.anonymousOffset) return json(403, tooFar);
  if (!(page >= 1) || (page > 1 && (page - 1) * size >= items.length)) return notFound();
  const to = (other: number) => {
    const query = new URLSearchParams(ask.query);
    query.set('page', String(other));
    return `${ask.origin}${ask.path}?${query}`;
  };
  return json(200, {
    count: items.length,
    next: page * size < items.length ? to(page + 1) : null,
    previous: page > 1 ? to(page - 1) : null,
    results: items.slice((page - 1) * size, page * size).map(row),
  });
}

/** As reported in goharbor/harbor#23819 and dotCMS/core#37025. */
const tooFar = { message: 'pagination offset too large for anonymous requests; sign in to page further', errinfo: {} };

export function repositories(hub: HubWeb, ask: Ask): Answer {
  const who = visitor(hub, ask);
  if ('status' in who) return who;
  const { namespace = '' } = ask.params;
  const all = [...hub.store.repositories.values()].filter(
    ({ name, isPrivate }) => name.startsWith(`${namespace}/`) && (!isPrivate || isMember(who.user, namespace)),
  );
  const exists = all.length > 0 || hub.users.some(({ username }) => username === namespace);
  if (!exists) return notFound();
  const wanted = all.filter(({ name }) => nameIn(name).includes(ask.query.get('name') ?? ''));
  const ordering = ask.query.get('ordering') ?? '-last_updated';
  const key = ordering.replace('-', '');
  const weight = (one: Repository) => (key === 'name' ? one.name : key === 'pull_count' ? one.pulls : lastUpdated(one));
  const sorted = sortedBy(wanted, weight, ordering.startsWith('-'));
  return paged(hub, ask, who.user, sorted, (repository) => repositoryOf(repository));
}

function repositoryOf(repository: Repository): object {
  const [namespace] = repository.name.split('/');
  const types = [...new Set([...repository.manifests.values()].map(({ mediaType }) => mediaType))];
  return {
    name: nameIn(repository.name),
    namespace,
    repository_type: 'image',
    status: 1,
    status_description: 'active',
    description: repository.description,
    is_private: repository.isPrivate,
    star_count: 0,
    pull_count: repository.pulls,
    last_updated: isoOf(lastUpdated(repository)),
    last_modified: isoOf(lastUpdated(repository)),
    date_registered: isoOf(repository.createdAtMs),
    affiliation: '',
    media_types: types,
    content_types: ['image'],
    categories: [],
    storage_size: [...repository.blobs.values()].reduce((sum, { length }) => sum + length, 0),
  };
}

/** `last_updated` shows the newest first, `-last_updated` the oldest, unlike the repositories. */
export function tags(hub: HubWeb, repository: Repository, ask: Ask): Answer {
  const who = visitor(hub, ask);
  if ('status' in who) return who;
  const names = [...repository.tags.keys()].filter((name) => name.includes(ask.query.get('name') ?? ''));
  const ordering = ask.query.get('ordering') ?? 'last_updated';
  const sorted = ordering.endsWith('name')
    ? sortedBy(names, (name) => name, ordering.startsWith('-'))
    : sortedBy(names, (name) => repository.tags.get(name)?.pushedAtMs ?? 0, !ordering.startsWith('-'));
  return paged(hub, ask, who.user, sorted, (name) => tagOf(hub, repository, name));
}

export function tagOf({ manners }: HubWeb, repository: Repository, name: string): object {
  const { digest = '', pushedAtMs = 0 } = repository.tags.get(name) ?? {};
  const manifest = repository.manifests.get(digest);
  const images = imagesOf(repository, digest);
  const pushed = isoOf(pushedAtMs);
  return {
    creator: 7,
    id: manifest?.id ?? 0,
    images: images.map((image) => ({
      architecture: image.architecture,
      features: '',
      variant: image.variant ?? null,
      digest: image.digest,
      os: image.os,
      os_features: '',
      os_version: image.osVersion ?? null,
      size: image.bytes,
      status: 'active',
      last_pulled: null,
      last_pushed: pushed,
    })),
    last_updated: pushed,
    last_updater: 7,
    last_updater_username: repository.name.split('/')[0],
    name,
    repository: 9,
    full_size: images[0]?.bytes ?? 0,
    v2: true,
    tag_status: 'active',
    tag_last_pulled: null,
    tag_last_pushed: pushed,
    media_type: manifest?.mediaType,
    content_type: 'image',
    ...(manners.digests && { digest }),
  };
}

/** Official images come without `library/`. The end of `next` is the empty string here, not null. */
export function search({ store }: HubWeb, ask: Ask): Answer {
  const term = ask.query.get('query') ?? '';
  const size = Number(ask.query.get('page_size') ?? 25);
  const found = [...store.repositories.values()].filter(({ name, isPrivate }) => !isPrivate && name.includes(term));
  const results = found.slice(0, size).map(({ name, description, pulls }) => ({
    repo_name: name.replace(/^library\//, ''),
    short_description: description,
    star_count: 0,
    pull_count: pulls,
    repo_owner: '',
    is_automated: false,
    is_official: name.startsWith('library/'),
  }));
  return json(200, { count: found.length, next: '', previous: '', results });
}

const nameIn = (name: string) => name.slice(name.indexOf('/') + 1);
const lastUpdated = ({ tags: all, createdAtMs }: Repository) =>
  Math.max(createdAtMs, ...[...all.values()].map(({ pushedAtMs }) => pushedAtMs));

/** Stable, so that what is equal stays in the order in which it was pushed. */
function sortedBy<T>(items: readonly T[], key: (item: T) => string | number, isDescending: boolean): readonly T[] {
  const sign = isDescending ? -1 : 1;
  const compare = (a: string | number, b: string | number) => (a < b ? -sign : a > b ? sign : 0);
  return items
    .map((item) => [key(item), item] as const)
    .sort(([a], [b]) => compare(a, b))
    .map(([, item]) => item);
}
