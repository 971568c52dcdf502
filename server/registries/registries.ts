/** All registries the user has: one client each, one cache for all, and the list of them. */
import type { Page, Registry, TagDetails } from '../../common/protocol.ts';
import { dockerHub, isRegistryHost } from '../../common/reference.ts';
import { Cache, type Learned } from '../util/cache.ts';
import type { Account, Credentials } from '../util/credential.ts';
import { ProblemError } from '../util/problemError.ts';
import { Auth } from './auth.ts';
import { Distribution } from './distribution.ts';
import type { Http } from './http.ts';
import { allPages, type ListPage } from './paging.ts';
import { productOf } from './products/product.ts';
import { distributionRegistry, type RegistryClient } from './registry.ts';
import type { RegistrySetting } from './settings.ts';

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

const builtin: readonly Registry[] = [
  { host: dockerHub, name: 'Docker Hub', origin: 'builtin' },
  { host: 'mcr.microsoft.com', name: 'Microsoft Artifact Registry', origin: 'builtin' },
];

export class Registries {
  readonly #world: RegistriesWorld;
  readonly #now: () => number;
  readonly #pages: Cache<ListPage>;
  readonly #lists: Cache<readonly string[]>;
  readonly #details: Cache<TagDetails>;
  readonly #clients = new Map<string, RegistryClient>();
  readonly #listeners = new Set<(host: string | undefined) => void>();
  #settings: readonly RegistrySetting[] = [];

  constructor(world: RegistriesWorld) {
    this.#world = world;
    this.#now = world.now ?? Date.now;
    this.#pages = new Cache({ ttlMs: listTtlMs, maximum: 500, now: this.#now });
    this.#lists = new Cache({ ttlMs: listTtlMs, maximum: 200, now: this.#now });
    this.#details = new Cache({ ttlMs: listTtlMs, maximum: 500, now: this.#now });
  }

  /** The user's own registries, from the settings; everything is asked anew under the new ones. */
  configure(settings: readonly RegistrySetting[]): void {
    if (JSON.stringify(settings) === JSON.stringify(this.#settings)) return;
    this.#settings = settings;
    this.refresh();
  }

  /** What the tree shows at its root. Broken credential files shorten it, and are told to `onProblem`; they never empty it. */
  async list(signal: AbortSignal): Promise<readonly Registry[]> {
    const accounts = await this.#accounts(signal);
    const rows = new Map<string, Registry>();
    for (const { host, name = host } of this.#settings) rows.set(host, { host, name, origin: 'settings' });
    for (const row of builtin) if (!rows.has(row.host)) rows.set(row.host, row);
    for (const { registry: host, username, origin } of accounts) {
      if (!isRegistryHost(host)) continue;
      const row = rows.get(host) ?? { host, name: host, origin };
      const signedIn = row.origin === 'builtin' ? { ...row, origin } : row;
      rows.set(host, { ...signedIn, ...(username !== undefined && { account: username }) });
    }
    return [...rows.values()];
  }

  /** One page of a registry's repositories. */
  async repositories(host: string, cursor: string | undefined, signal: AbortSignal): Promise<Learned<Page<string>>> {
    const load = (flight: AbortSignal) => this.#client(host).repositories(cursor, treePage, flight);
    return pageOf(await this.#pages.get(keyOf(host, 'repositories', cursor), load, signal), cursor);
  }

  /** One page of a repository's tags, in the registry's order. Asks for no manifests. */
  async tags(
    host: string,
    repository: string,
    cursor: string | undefined,
    signal: AbortSignal,
  ): Promise<Learned<Page<string>>> {
    const load = (flight: AbortSignal) => this.#client(host).tags(repository, cursor, treePage, flight);
    return pageOf(await this.#pages.get(keyOf(host, 'tags', repository, cursor), load, signal), cursor);
  }

  /** All repositories of a registry, for completion. */
  allRepositories(host: string, signal: AbortSignal): Promise<Learned<readonly string[]>> {
    const load = (flight: AbortSignal) =>
      allPages((query) => this.#client(host).repositories(query, wholeListPage, flight), host);
    return this.#lists.get(keyOf(host, 'repositories'), load, signal);
  }

  /** All tags of a repository, for completion. */
  allTags(host: string, repository: string, signal: AbortSignal): Promise<Learned<readonly string[]>> {
    const load = (flight: AbortSignal) =>
      allPages((query) => this.#client(host).tags(repository, query, wholeListPage, flight), host);
    return this.#lists.get(keyOf(host, 'tags', repository), load, signal);
  }

  /** What {@link allRepositories} answered last, however long ago. Asks nobody. */
  lastRepositories(host: string): Learned<readonly string[]> | undefined {
    return this.#lists.last(keyOf(host, 'repositories'));
  }

  /** What {@link allTags} answered last, however long ago. Asks nobody. */
  lastTags(host: string, repository: string): Learned<readonly string[]> | undefined {
    return this.#lists.last(keyOf(host, 'tags', repository));
  }

  /** What a tag or digest holds, one row a platform. */
  platforms(host: string, repository: string, tag: string, signal: AbortSignal): Promise<Learned<TagDetails>> {
    const load = (flight: AbortSignal) => this.#client(host).details(repository, tag, flight);
    return this.#details.get(keyOf(host, 'details', repository, tag), load, signal);
  }

  /** Forgets what is cached of `host`, or of all registries, sign-ins included. */
  refresh(host?: string): void {
    const matches = (key: string) => host === undefined || key.startsWith(`["${host}",`);
    for (const cache of [this.#pages, this.#lists, this.#details]) cache.forget(matches);
    for (const name of [...this.#clients.keys()]) if (host === undefined || name === host) this.#clients.delete(name);
    this.#world.credentials.forget();
    for (const listener of [...this.#listeners]) listener(host);
  }

  /** Says which registry (undefined: all) is to be asked again. Returns how to stop listening. */
  onDidChange(listener: (host: string | undefined) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #client(host: string): RegistryClient {
    if (!isRegistryHost(host)) throw notAHost(host);
    const existing = this.#clients.get(host);
    if (existing) return existing;
    const { http, credentials } = this.#world;
    const product = productOf(host);
    const insecure = this.#settings.some((setting) => setting.host === host.toLowerCase() && setting.insecure);
    const auth = new Auth(host, http, credentials, insecure, this.#now);
    const endpoint = { host, address: product.address ?? host, insecure };
    const distribution = new Distribution(endpoint, http, auth, this.#now);
    const registry = product.adapt(distributionRegistry(host, distribution, this.#now), host);
    this.#clients.set(host, registry);
    return registry;
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

const keyOf = (host: string, ...rest: readonly (string | undefined)[]) => JSON.stringify([host, ...rest]);

/** The total is known where the whole list came at once. */
function pageOf({ value, at }: Learned<ListPage>, cursor: string | undefined): Learned<Page<string>> {
  const { items, next } = value;
  if (next !== undefined) return { value: { items, cursor: next }, at };
  return { value: cursor === undefined ? { items, total: items.length } : { items }, at };
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
