/**
 * Azure Container Registry: its own lists have digests, dates and locks, and it takes tags away by themselves.
 * Source: azure-rest-api-specs, data-plane/Azure.ContainerRegistry/stable/2021-07-01.
 */
import { isDigest, isRepository, isTag } from '../../../common/reference.ts';
import type { TagRow } from '../../../common/registry.ts';
import { array, fields, text } from '../../util/json.ts';
import { ProblemError } from '../../util/problemError.ts';
import type { Access } from '../auth.ts';
import { expectDone, jsonOf } from '../jsonOf.ts';
import { type ListPage, nextQuery } from '../paging.ts';
import type { RegistryClient } from '../registry.ts';
import { dateOf } from './dateOf.ts';
import type { Product, ProductRoom } from './product.ts';

/** All of Azure's clouds: the public one, China's, and that of the government of the USA. */
const clouds = /^[a-z0-9][a-z0-9-]{3,62}[a-z0-9]\.azurecr\.(?:io|cn|us)$/;

export const acrProduct: Product = {
  kind: 'acr',
  software: 'Azure Container Registry',
  matches: (host) => clouds.test(host),
  recognises: ({ tokenUrl, service = '', header }) =>
    tokenUrl?.pathname === '/oauth2/token' &&
    (clouds.test(service) || header('x-ms-correlation-request-id') !== undefined),
  can: { listRepositories: true, untag: true, deleteImage: true, deleteRepository: true },
  signIn: () => [
    { kind: 'session', provider: 'microsoft' },
    { kind: 'password' },
    { kind: 'token', username: 'required' },
  ],
  adapt: (plain, room) => adapt(plain, room),
};

function adapt(plain: RegistryClient, { host, distribution, now }: ProductRoom): RegistryClient {
  /** Tokens of the registry's own may be good for content alone: then names are all there is. */
  const withoutMetadata = new Set<string>();

  const list = async <T extends { readonly name: string }>(
    { path, field, what, ...access }: Access & { readonly path: string; readonly field: string; readonly what: string },
    read: (item: unknown) => T | undefined,
    signal: AbortSignal,
  ): Promise<ListPage<T>> => {
    const response = await distribution.request({ path, ...access }, signal);
    const rows = fields(jsonOf(response, host, what, now()))[field];
    // An empty list may be null; what has no such field is another thing.
    if (rows === undefined) throw noList(host, what);
    const items = array(rows)
      .map(read)
      .filter((row) => row !== undefined);
    const names = items.map(({ name }) => name);
    const next = nextQuery(response.headers['link'], response.url, names);
    return { items, ...(next !== undefined && { next }) };
  };

  const remove = async (path: string, repository: string, what: string, signal: AbortSignal) => {
    const scope = `repository:${repository}:delete`;
    const response = await distribution.request({ method: 'DELETE', path, scope, repository }, signal);
    if (response.status === 405) throw locked(host, what);
    expectDone(response, host, response.status === 404 ? what : `the deletion of ${what}`, now());
  };

  return {
    ...plain,
    serves: { repositoryFilter: false, tagFilter: false, tagOrders: ['name', 'date'] },

    repositories({ n, cursor }, signal) {
      const path = `/acr/v1/_catalog?${cursor ?? `n=${n}`}`;
      const ask = { path, field: 'repositories', what: 'its list of repositories', scope: 'registry:catalog:*' };
      const read = (name: unknown) => (isRepository(text(name)) ? { name: text(name) } : undefined);
      return list(ask, read, signal);
    },

    async tags(repository, ask, signal) {
      if (!isRepository(repository) || withoutMetadata.has(repository)) return plain.tags(repository, ask, signal);
      const { n, cursor, order } = ask;
      const query = cursor ?? `n=${n}${order === 'date' ? '&orderby=timedesc' : ''}`;
      const path = `/acr/v1/${encodeURIComponent(repository)}/_tags?${query}`;
      const access = { scope: `repository:${repository}:metadata_read`, repository };
      try {
        return await list({ path, field: 'tags', what: `the tags of ${repository}`, ...access }, tagOf, signal);
      } catch (error) {
        if (!(error instanceof ProblemError) || error.problem.kind !== 'denied') throw error;
        const page = await plain.tags(repository, ask, signal).catch(() => {
          signal.throwIfAborted();
          throw error; // what was refused first says more
        });
        withoutMetadata.add(repository);
        return page;
      }
    },

    async untag(repository, tag, signal) {
      check(host, repository, tag, isTag(tag));
      const path = `/acr/v1/${encodeURIComponent(repository)}/_tags/${encodeURIComponent(tag)}`;
      await remove(path, repository, `${repository}:${tag}`, signal);
    },

    async deleteImage(repository, digest, signal) {
      check(host, repository, digest, isDigest(digest));
      await remove(`/v2/${repository}/manifests/${digest}`, repository, `${repository}@${digest}`, signal);
    },

    async deleteRepository(repository, signal) {
      check(host, repository, '', true);
      await remove(`/acr/v1/${encodeURIComponent(repository)}`, repository, repository, signal);
    },
  };
}

/** Its date is the tag's own, not that of what was built; locks keep it from being moved or deleted. */
function tagOf(value: unknown): TagRow | undefined {
  const tag = fields(value);
  const [name, digest] = [text(tag['name']), text(tag['digest'])];
  if (!isTag(name)) return undefined;
  const { deleteEnabled, writeEnabled } = fields(tag['changeableAttributes']);
  const date = dateOf(tag['lastUpdateTime']);
  const isLocked = deleteEnabled === false || writeEnabled === false;
  return {
    name,
    ...(isDigest(digest) && { digest }),
    ...(date !== undefined && { date, dated: 'pushed' }),
    ...(isLocked && { locked: true }),
  };
}

function noList(host: string, what: string): ProblemError {
  return new ProblemError({
    kind: 'badAnswer',
    subject: host,
    message: `${host} answered for ${what} with something that is not a list.`,
    next: 'Check that it is an Azure Container Registry; "kind" in gantry.registries may say what it is.',
  });
}

function locked(host: string, what: string): ProblemError {
  const name = host.split('.', 1)[0];
  const option = /[:@]/.test(what) ? '--image' : '--repository';
  return new ProblemError({
    kind: 'denied',
    subject: host,
    message: `${host} does not let ${what} be deleted: it is locked.`,
    next: `Unlock it: az acr repository update --name ${name} ${option} ${what} --delete-enabled true --write-enabled true`,
  });
}

function check(host: string, repository: string, rest: string, isValid: boolean): void {
  if (isRepository(repository) && isValid) return;
  throw new ProblemError({
    kind: 'notFound',
    subject: host,
    message: `${host} cannot have ${JSON.stringify(`${repository} ${rest}`.trim().slice(0, 200))}: that is not a valid name.`,
    next: 'Check the spelling.',
  });
}
