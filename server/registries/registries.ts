/** All registries the user has: one client each, one cache for all, and the list of them. */
import type { Problem } from '../../common/known.ts';
import { isRegistryHost } from '../../common/reference.ts';
import {
  builtinHosts,
  type ListQuery,
  type Page,
  type Registry,
  type RegistryKind,
  type RegistryList,
  type RegistrySetting,
  type RepositoryRow,
  type TagDetails,
  type TagOrder,
  type TagRow,
} from '../../common/registry.ts';
import { pageOf } from '../../common/registryPage.ts';
import { Cache, type Learned } from '../util/cache.ts';
import type { Accounts, Credentials } from '../util/credential.ts';
import { ProblemError } from '../util/problemError.ts';
import { inside, sorted, withText } from './arrange.ts';
import { Clients } from './clients.ts';
import type { Distribution } from './distribution.ts';
import type { Http, HttpResponse } from './http.ts';
import { defined, isAt, Lists, listTtlMs, wholeAsk } from './lists.ts';
import { meet } from './meet.ts';
import { pageAt } from './pages.ts';
import type { Presence } from './presence.ts';
import type { Product } from './products/product.ts';
import type { RegistryClient } from './registry.ts';
import { rowOf } from './registryRow.ts';
import { notAHost, settingProblem } from './settings.ts';

export interface RegistriesWorld {
  readonly http: Http;
  readonly credentials: Credentials;
  readonly now?: () => number;
}

/** So many tags are waited for, to sort them all together, where a registry sends a hundred at a time. */
const fewTags = 300;

/** What is missing may be pushed any moment; what is there stays, as a rule. */
const presenceMs = { present: 3600_000, absent: 120_000, noRepository: 120_000, unknown: 600_000 };

const builtin: readonly RegistrySetting[] = builtinHosts.map((host) => ({ host }));

/**
 * `refreshed`: the user wants everything anew, or is somebody else now. `changed`: there is more to be known. `emptied`: what
 * somebody took away is gone, as whoever did it knows.
 */
type Change = 'refreshed' | 'changed' | 'emptied';

/** `host` undefined: all registries. `repository`: that one only. */
type Listener = (host: string | undefined, why: Change, repository: string | undefined) => void;

export class Registries {
  readonly #world: RegistriesWorld;
  readonly #now: () => number;
  readonly #lists: Lists;
  readonly #details: Cache<TagDetails>;
  readonly #presence: Cache<Presence>;
  readonly #clients: Clients;
  readonly #listeners = new Set<Listener>();
  #settings: readonly RegistrySetting[] = [];
  #settingProblems: readonly Problem[] = [];

  constructor(world: RegistriesWorld) {
    this.#world = world;
    this.#now = world.now ?? Date.now;
    const { http, credentials } = world;
    this.#clients = new Clients({
      http,
      credentials,
      now: this.#now,
      onRecognised: (host) => this.#tell(host, 'changed'),
    });
    this.#lists = new Lists(this.#now);
    this.#details = new Cache({ ttlMs: listTtlMs, maximum: 500, now: this.#now });
    this.#presence = new Cache({ ttlMs: (one) => presenceMs[one.kind], maximum: 1000, now: this.#now });
  }

  /**
   * The user's own registries, from the settings; everything is asked anew under the new ones. `problems`: what of the settings
   * means nothing, a sentence each.
   */
  configure(settings: readonly RegistrySetting[], problems: readonly string[] = []): void {
    const wasSaid = this.#settingProblems.map(({ message }) => message);
    this.#settingProblems = problems.map(settingProblem);
    if (JSON.stringify(settings) === JSON.stringify(this.#settings)) {
      if (JSON.stringify(problems) !== JSON.stringify(wasSaid)) this.#tell(undefined, 'changed');
      return;
    }
    this.#settings = settings;
    this.#clients.configure(settings);
    this.#forget(undefined);
    this.#tell(undefined, 'changed');
  }

  /** All registries, as {@link listed} has them. */
  async list(signal: AbortSignal): Promise<readonly Registry[]> {
    return (await this.listed(signal)).registries;
  }

  /** What the tree shows at its root. Settings that mean nothing and broken files of sign-ins shorten it; they never empty it. */
  async listed(signal: AbortSignal): Promise<RegistryList> {
    const settings = this.#settings;
    const { accounts, problems } = await this.#accounts(
      [...settings, ...builtin].map(({ host }) => host),
      signal,
    );
    if (this.#settings !== settings) return this.listed(signal);
    const rows = new Map<string, Registry>();
    for (const setting of settings) rows.set(setting.host, this.#row(setting, 'settings'));
    for (const setting of builtin) if (!rows.has(setting.host)) rows.set(setting.host, this.#row(setting, 'builtin'));
    for (const { registry: host, username, origin } of accounts) {
      if (!isRegistryHost(host)) continue;
      const row = rows.get(host) ?? this.#row({ host }, origin);
      const signedIn = row.origin === 'builtin' ? { ...row, origin } : row;
      rows.set(host, { ...signedIn, signedInBy: origin, ...(username !== undefined && { account: username }) });
    }
    return { registries: [...rows.values()], problems: [...this.#settingProblems, ...problems] };
  }

  /** One page of what is below `path` of a registry. */
  repositories(
    host: string,
    query: ListQuery & { readonly path?: string },
    signal: AbortSignal,
  ): Promise<Learned<Page<RepositoryRow>>> {
    const { path, cursor } = query;
    const filter = query.filter || undefined;
    return this.ask(host, async (client, kind) => {
      const { repositoryFilter, paths = false } = client.serves;
      const { prefix } = this.#clients.settingOf(host);
      const passed = defined({ path: paths ? path : undefined, filter: repositoryFilter ? filter : undefined });
      const within = paths || path === undefined ? undefined : `${path}/`;
      const page = await pageAt<RepositoryRow>(
        {
          page: (at) =>
            this.#lists.repositoryPage(client, { host, kind }, { ...passed, ...defined({ cursor: at }) }, signal),
          all: () => this.#lists.allRepositories(client, { host, kind }, passed.path, signal),
          needsAll: within !== undefined || prefix !== undefined || (filter !== undefined && !repositoryFilter),
          arrange: async (rows) => withText(inside(inside(rows, prefix), within), filter),
        },
        cursor,
      );
      return { ...page, value: { ...page.value, items: withRetired(page.value.items, client) } };
    });
  }

  /**
   * One page of a repository's tags, sorted where an order is asked for. What the registry neither sorts so nor sends at once is
   * sorted page by page, for the first to be there at once: nobody can say which tag is the newest before all are there. Asks for no
   * manifests.
   */
  tags(
    host: string,
    repository: string,
    query: ListQuery & { readonly order?: TagOrder },
    signal: AbortSignal,
  ): Promise<Learned<Page<TagRow>>> {
    const { order, cursor } = query;
    const filter = query.filter || undefined;
    return this.ask(host, async (client, kind) => {
      const { tagFilter, tagOrders } = client.serves;
      const key = { host, kind };
      const filters = filter === undefined || tagFilter;
      const sorts = order === undefined || tagOrders.includes(order);
      const passes = filters && sorts;
      const ask = passes
        ? defined({ filter, order })
        : { ...wholeAsk(client), ...(filters ? defined({ filter }) : {}) };
      const hasAllSoon = client.allTags !== undefined || this.#lists.hasAllTags(key, repository);
      // A handful of its pages is worth waiting for: then it is all there, and sorted as a whole.
      const few =
        passes || hasAllSoon || tagOrders.length === 0
          ? undefined
          : await this.#lists.fewTags(client, key, repository, ask, fewTags, signal);
      const page = await pageAt<TagRow>(
        {
          page: (at) => this.#lists.tagPage(client, key, repository, { ...ask, ...defined({ cursor: at }) }, signal),
          all: async () => few ?? this.#lists.allTags(client, key, repository, signal),
          needsAll: !filters || (!sorts && hasAllSoon) || few !== undefined,
          arrange: async (rows) => (passes ? rows : sorted(withText(rows, filter), order, signal)),
        },
        cursor,
      );
      const items = page.value.items.map((row) => this.#withKind(row, host, kind, repository));
      return { ...page, value: { ...page.value, items } };
    });
  }

  /** Most lists have names only: what turned out to be no image when somebody looked is one no more. */
  #withKind(row: TagRow, host: string, kind: RegistryKind, repository: string): TagRow {
    const looked = row.kind === undefined ? this.#details.last(keyOf(host, kind, repository, row.name)) : undefined;
    return looked?.value.kind === 'artifact' ? { ...row, kind: 'artifact' } : row;
  }

  /** All that is below `path` of a registry, or below its root, for completion: repositories, and folders where it has them. */
  allRepositories(host: string, signal: AbortSignal, path?: string): Promise<Learned<readonly RepositoryRow[]>> {
    return this.ask(host, async (client, kind) => {
      const passed = client.serves.paths ? path : undefined;
      const { value, at } = await this.#lists.allRepositories(client, { host, kind }, passed, signal);
      const within = passed === path || path === undefined ? undefined : `${path}/`;
      return { value: inside(inside(value, this.#clients.settingOf(host).prefix), within), at };
    });
  }

  /** All tags of a repository, for completion. `onFirstPage`: told when {@link firstTags} has an answer and others are to follow. */
  allTags(
    host: string,
    repository: string,
    signal: AbortSignal,
    onFirstPage?: () => void,
  ): Promise<Learned<readonly TagRow[]>> {
    return this.ask(host, (client, kind) =>
      this.#lists.allTags(client, { host, kind }, repository, signal, onFirstPage),
    );
  }

  /** What {@link allRepositories} answered last, however long ago. Asks nobody. */
  lastRepositories(host: string): Learned<readonly RepositoryRow[]> | undefined {
    const last = this.#lists.lastRepositories({ host, kind: this.productOf(host).kind });
    return last && { value: inside(last.value, this.#clients.settingOf(host).prefix), at: last.at };
  }

  /** What {@link allTags} answered last, however long ago. Asks nobody. */
  lastTags(host: string, repository: string): Learned<readonly TagRow[]> | undefined {
    return this.#lists.lastTags({ host, kind: this.productOf(host).kind }, repository);
  }

  /** What is there already of what {@link allTags} is being asked for. Asks nobody. */
  firstTags(host: string, repository: string): Learned<readonly TagRow[]> | undefined {
    return this.#lists.firstTags({ host, kind: this.productOf(host).kind }, repository);
  }

  /** What a tag or digest holds, one row a platform. */
  platforms(host: string, repository: string, tag: string, signal: AbortSignal): Promise<Learned<TagDetails>> {
    return this.ask(host, (client, kind) => {
      const load = (flight: AbortSignal) => client.details(repository, tag, flight);
      return this.#details.get(keyOf(host, kind, repository, tag), load, signal);
    });
  }

  /** As {@link platforms}, where the registry tells it by a request that counts as no pull; else undefined, and nobody is asked. */
  freePlatforms(host: string, repository: string, tag: string, signal: AbortSignal): Promise<TagDetails | undefined> {
    return this.ask(host, async (client, kind) => {
      const known = this.knownPlatforms(host, repository, tag);
      const told = known ?? (await client.freeDetails?.(repository, tag, signal));
      if (told !== undefined && known === undefined)
        await this.#details.get(keyOf(host, kind, repository, tag), async () => told, signal);
      return told;
    });
  }

  /** What {@link platforms} answered last, however long ago. Asks nobody. */
  lastPlatforms(host: string, repository: string, tag: string): TagDetails | undefined {
    return this.#details.last(keyOf(host, this.productOf(host).kind, repository, tag))?.value;
  }

  /**
   * Whether a tag or digest is there, by requests that count as no pull; asked again after a while. Where the setting has us ask
   * elsewhere than at the host itself, that may be a mirror of a part: what it lacks may be there.
   */
  async presence(host: string, repository: string, tagOrDigest: string, signal: AbortSignal): Promise<Presence> {
    return this.ask(host, async (client, kind) => {
      const isElsewhere = this.#clients.settingOf(host).url !== undefined;
      const load = async (flight: AbortSignal): Promise<Presence> => {
        const presence = await client.presence(repository, tagOrDigest, flight);
        return isElsewhere && presence.kind !== 'present' ? { kind: 'unknown' } : presence;
      };
      return (await this.#presence.get(keyOf(host, kind, repository, tagOrDigest), load, signal)).value;
    });
  }

  /** What {@link platforms} would answer at once. Asks nobody. */
  knownPlatforms(host: string, repository: string, tag: string): TagDetails | undefined {
    const key = keyOf(host, this.productOf(host).kind, repository, tag);
    return this.#details.isFresh(key) ? this.#details.last(key)?.value : undefined;
  }

  /** Asks a registry's own client: for what changes something there, or is kept by somebody else. */
  async ask<T>(host: string, question: (client: RegistryClient, kind: RegistryKind) => Promise<T>): Promise<T> {
    if (!isRegistryHost(host)) throw notAHost(host);
    return this.#clients.ask(host, question);
  }

  /** As the user's settings have it. */
  settingOf(host: string): RegistrySetting {
    return this.#clients.settingOf(host);
  }

  /** A registry as others would find it: on the terms of `setting`, with other credentials, and nothing remembered. */
  meet(setting: RegistrySetting, credentials: Credentials, onAnswer?: (response: HttpResponse) => void): Distribution {
    if (!isRegistryHost(setting.host)) throw notAHost(setting.host);
    const meeting = { http: this.#world.http, credentials, now: this.#now, ...(onAnswer && { onAnswer }) };
    return meet(setting, this.productOf(setting.host), meeting).distribution;
  }

  /** The user signed in there or out: all that was learned as somebody else is asked anew. */
  signedAnew(host: string): void {
    this.#clients.forgetRealm(host);
    this.refresh(host);
  }

  /** The product of a registry, as far as it is known by now. */
  productOf(host: string): Product {
    return this.#clients.productOf(host);
  }

  /** The page for people of a repository or of one of its tags, or that of the registry. Asks nobody. */
  pageOf(host: string, repository: string, tag: string | undefined): string | undefined {
    return pageOf(this.#row(this.#clients.settingOf(host), 'builtin'), repository, tag);
  }

  /** Forgets what is cached of `host`, or of all registries, sign-ins included. */
  refresh(host?: string): void {
    this.#forget(host);
    this.#tell(host, 'refreshed');
  }

  /** All tags of a repository as they are now, for what cannot be undone. */
  tagsOfNow(host: string, repository: string, signal: AbortSignal): Promise<Learned<readonly TagRow[]>> {
    this.#lists.outdateTags(host, repository);
    return this.allTags(host, repository, signal);
  }

  #forgetRepository(host: string, repository: string): void {
    this.#lists.forgetTags(host, repository);
    const isOfIt = (key: string) => {
      const [of, , name]: readonly unknown[] = JSON.parse(key);
      return of === host && name === repository;
    };
    this.#details.forget(isOfIt);
    this.#presence.forget(isOfIt);
  }

  /**
   * We changed what a repository holds. `emptied`: whoever did it asks again for what it shows. `filled`: who shows the
   * repository is told, and the repository may be a new one.
   */
  contentsChanged(host: string, repository: string, how: 'emptied' | 'filled' | 'gone'): void {
    this.#forgetRepository(host, repository);
    if (how !== 'emptied') this.#lists.forgetRepositories(host);
    this.#tell(host, how === 'filled' ? 'changed' : 'emptied', repository);
  }

  #forget(host: string | undefined): void {
    this.#lists.forget(host);
    this.#details.forget(isAt(host));
    this.#presence.forget(isAt(host));
    this.#clients.forget(host);
    this.#world.credentials.forget();
  }

  /** Says what is to be asked again. Returns how to stop listening. */
  onDidChange(listener: Listener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #row(setting: RegistrySetting, origin: Registry['origin']): Registry {
    return rowOf(setting, this.#clients.productOf(setting.host), origin);
  }

  #tell(host: string | undefined, why: Change, repository?: string): void {
    for (const listener of [...this.#listeners]) listener(host, why, repository);
  }

  async #accounts(among: readonly string[], signal: AbortSignal): Promise<Accounts> {
    try {
      return await this.#world.credentials.accounts(among, signal);
    } catch (error) {
      if (!(error instanceof ProblemError)) throw error;
      return { accounts: [], problems: [error.problem] }; // one broken file must not blank the tree
    }
  }
}

/** Of what one tag or digest is known to be. */
const keyOf = (host: string, kind: RegistryKind, repository: string, tag: string): string =>
  JSON.stringify([host, kind, repository, tag]);

const withRetired = (rows: readonly RepositoryRow[], client: RegistryClient): readonly RepositoryRow[] =>
  client.isRetired === undefined
    ? rows
    : rows.map((row) => (client.isRetired?.(row.name) ? { ...row, retired: true } : row));
