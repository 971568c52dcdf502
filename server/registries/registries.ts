/** All registries the user has: one client each, one cache for all, and the list of them. */
import { dockerHub, isRegistryHost } from '../../common/reference.ts';
import type {
  ListQuery,
  Page,
  Registry,
  RegistryKind,
  RegistrySetting,
  RepositoryRow,
  TagDetails,
  TagOrder,
  TagRow,
} from '../../common/registry.ts';
import { Cache, type Learned } from '../util/cache.ts';
import type { Account, Credentials } from '../util/credential.ts';
import { ProblemError } from '../util/problemError.ts';
import { Clients } from './clients.ts';
import type { Http } from './http.ts';
import { allPages, type ListPage } from './paging.ts';
import type { Product } from './products/product.ts';
import type { RegistryClient } from './registry.ts';

export interface RegistriesWorld {
  readonly http: Http;
  readonly credentials: Credentials;
  readonly now?: () => number;
  /** Told of what keeps the list from being complete. */
  readonly onProblem?: (error: unknown) => void;
}

const listTtlMs = 5 * 60_000;
/** The most that every registry accepts, for whole lists; what a tree shows at once. */
const wholeListPage = 1000;
const treePage = 100;

/** What everybody has. */
const builtin: readonly RegistrySetting[] = [{ host: dockerHub }, { host: 'mcr.microsoft.com' }];

export class Registries {
  readonly #world: RegistriesWorld;
  readonly #now: () => number;
  readonly #repositoryPages: Cache<ListPage<RepositoryRow>>;
  readonly #tagPages: Cache<ListPage<TagRow>>;
  readonly #repositories: Cache<readonly RepositoryRow[]>;
  readonly #tags: Cache<readonly TagRow[]>;
  readonly #details: Cache<TagDetails>;
  readonly #clients: Clients;
  readonly #listeners = new Set<(host: string | undefined) => void>();
  #settings: readonly RegistrySetting[] = [];

  constructor(world: RegistriesWorld) {
    this.#world = world;
    this.#now = world.now ?? Date.now;
    const { http, credentials } = world;
    this.#clients = new Clients({ http, credentials, now: this.#now, onRecognised: (host) => this.#tell(host) });
    this.#repositoryPages = new Cache({ ttlMs: listTtlMs, maximum: 500, now: this.#now });
    this.#tagPages = new Cache({ ttlMs: listTtlMs, maximum: 500, now: this.#now });
    this.#repositories = new Cache({ ttlMs: listTtlMs, maximum: 50, now: this.#now });
    this.#tags = new Cache({ ttlMs: listTtlMs, maximum: 200, now: this.#now });
    this.#details = new Cache({ ttlMs: listTtlMs, maximum: 500, now: this.#now });
  }

  /** The user's own registries, from the settings; everything is asked anew under the new ones. */
  configure(settings: readonly RegistrySetting[]): void {
    if (JSON.stringify(settings) === JSON.stringify(this.#settings)) return;
    this.#settings = settings;
    this.#clients.configure(settings);
    this.refresh();
  }

  /** What the tree shows at its root. Broken credential files shorten it, and are told to `onProblem`; they never empty it. */
  async list(signal: AbortSignal): Promise<readonly Registry[]> {
    const accounts = await this.#accounts(signal);
    const rows = new Map<string, Registry>();
    for (const setting of this.#settings) rows.set(setting.host, this.#row(setting, 'settings'));
    for (const setting of builtin) if (!rows.has(setting.host)) rows.set(setting.host, this.#row(setting, 'builtin'));
    for (const { registry: host, username, origin } of accounts) {
      if (!isRegistryHost(host)) continue;
      const row = rows.get(host) ?? this.#row({ host }, origin);
      const signedIn = row.origin === 'builtin' ? { ...row, origin } : row;
      rows.set(host, { ...signedIn, ...(username !== undefined && { account: username }) });
    }
    return [...rows.values()];
  }

  /** One page of what is below `path` of a registry. */
  repositories(
    host: string,
    { path, filter, cursor }: ListQuery & { readonly path?: string },
    signal: AbortSignal,
  ): Promise<Learned<Page<RepositoryRow>>> {
    return this.ask(host, async (client, kind) => {
      const load = (flight: AbortSignal) =>
        client.repositories({ n: treePage, ...defined({ path, filter, cursor }) }, flight);
      return pageOf(await this.#repositoryPages.get(keyOf(host, kind, path, filter, cursor), load, signal), cursor);
    });
  }

  /** One page of a repository's tags, in the registry's order. Asks for no manifests. */
  tags(
    host: string,
    repository: string,
    { filter, order, cursor }: ListQuery & { readonly order?: TagOrder },
    signal: AbortSignal,
  ): Promise<Learned<Page<TagRow>>> {
    return this.ask(host, async (client, kind) => {
      const load = (flight: AbortSignal) =>
        client.tags(repository, { n: treePage, ...defined({ filter, order, cursor }) }, flight);
      return pageOf(
        await this.#tagPages.get(keyOf(host, kind, repository, filter, order, cursor), load, signal),
        cursor,
      );
    });
  }

  /** All repositories of a registry, for completion. */
  allRepositories(host: string, signal: AbortSignal): Promise<Learned<readonly RepositoryRow[]>> {
    return this.ask(host, (client, kind) => {
      const load = (flight: AbortSignal) =>
        allPages((cursor) => client.repositories({ n: wholeListPage, ...defined({ cursor }) }, flight), host);
      return this.#repositories.get(keyOf(host, kind), load, signal);
    });
  }

  /** All tags of a repository, for completion. */
  allTags(host: string, repository: string, signal: AbortSignal): Promise<Learned<readonly TagRow[]>> {
    return this.ask(host, (client, kind) => {
      const load = (flight: AbortSignal) =>
        client.allTags?.(repository, flight) ??
        allPages((cursor) => client.tags(repository, { n: wholeListPage, ...defined({ cursor }) }, flight), host);
      return this.#tags.get(keyOf(host, kind, repository), load, signal);
    });
  }

  /** What {@link allRepositories} answered last, however long ago. Asks nobody. */
  lastRepositories(host: string): Learned<readonly RepositoryRow[]> | undefined {
    return this.#repositories.last(keyOf(host, this.#clients.productOf(host).kind));
  }

  /** What {@link allTags} answered last, however long ago. Asks nobody. */
  lastTags(host: string, repository: string): Learned<readonly TagRow[]> | undefined {
    return this.#tags.last(keyOf(host, this.#clients.productOf(host).kind, repository));
  }

  /** What a tag or digest holds, one row a platform. */
  platforms(host: string, repository: string, tag: string, signal: AbortSignal): Promise<Learned<TagDetails>> {
    return this.ask(host, (client, kind) => {
      const load = (flight: AbortSignal) => client.details(repository, tag, flight);
      return this.#details.get(keyOf(host, kind, repository, tag), load, signal);
    });
  }

  /** Asks a registry's own client: for what changes something there, or is kept by somebody else. */
  async ask<T>(host: string, question: (client: RegistryClient, kind: RegistryKind) => Promise<T>): Promise<T> {
    if (!isRegistryHost(host)) throw notAHost(host);
    return this.#clients.ask(host, question);
  }

  /** The product of a registry, as far as it is known by now. */
  productOf(host: string): Product {
    return this.#clients.productOf(host);
  }

  /** Forgets what is cached of `host`, or of all registries, sign-ins included. */
  refresh(host?: string): void {
    const matches = (key: string) => host === undefined || key.startsWith(`["${host}"`);
    for (const cache of [this.#repositoryPages, this.#tagPages, this.#repositories, this.#tags, this.#details]) {
      cache.forget(matches);
    }
    this.#clients.forget(host);
    this.#world.credentials.forget();
    this.#tell(host);
  }

  /** Says which registry (undefined: all) is to be asked again. Returns how to stop listening. */
  onDidChange(listener: (host: string | undefined) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #row(setting: RegistrySetting, origin: Registry['origin']): Registry {
    return rowOf(setting, this.#clients.productOf(setting.host), origin);
  }

  #tell(host: string | undefined): void {
    for (const listener of [...this.#listeners]) listener(host);
  }

  async #accounts(signal: AbortSignal): Promise<readonly Account[]> {
    try {
      return await this.#world.credentials.accounts(signal);
    } catch (error) {
      if (!(error instanceof ProblemError)) throw error;
      this.#world.onProblem?.(error); // one broken file must not blank the tree; asking a registry tells of it too
      return [];
    }
  }
}

function rowOf(setting: RegistrySetting, product: Product, origin: Registry['origin']): Registry {
  const { host } = setting;
  const webUrl = setting.webUrl ?? product.webUrl?.(host);
  const { kind, can, software } = product;
  return {
    host,
    name: setting.name ?? product.name ?? host,
    origin,
    kind,
    can,
    ...(software !== undefined && { software }),
    ...(webUrl !== undefined && { webUrl }),
  };
}

const keyOf = (host: string, ...rest: readonly (string | undefined)[]) => JSON.stringify([host, ...rest]);

/** Only what is there. */
function defined<T extends Readonly<Record<string, string | undefined>>>(
  values: T,
): { [K in keyof T]?: NonNullable<T[K]> } {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: NonNullable<T[K]>;
  };
}

/** The total is known where the registry tells, or the whole list came at once. */
function pageOf<T>({ value, at }: Learned<ListPage<T>>, cursor: string | undefined): Learned<Page<T>> {
  const { items, next, total = cursor === undefined && next === undefined ? items.length : undefined } = value;
  return {
    value: { items, ...(next !== undefined && { cursor: next }), ...(total !== undefined && { total }) },
    at,
  };
}

function notAHost(host: string): ProblemError {
  const subject = host.slice(0, 100);
  return new ProblemError({
    kind: 'notFound',
    subject,
    message: `${JSON.stringify(subject)} is not the address of a registry.`,
    next: 'Write its host, and a port where it has one: registry.example:5000.',
  });
}
