/** What registries know about images, answered at the pace of typing. */
import { setTimeout as wait } from 'node:timers/promises';
import { type Known, known, pending } from '../../common/known.ts';
import { dockerHub, type ImageReference, isRepository } from '../../common/reference.ts';
import type { RepositoryRow, TagRow } from '../../common/registry.ts';
import type { Images, Log } from '../language/host.ts';
import { sorted } from '../registries/arrange.ts';
import type { Registries } from '../registries/registries.ts';
import { searchHub } from '../registries/searchHub.ts';
import { Cache } from '../util/cache.ts';
import { problemOf } from '../util/problemError.ts';
import type { KeptLists } from './keptLists.ts';
import { Patience, type Question } from './patience.ts';

/** The part of {@link Images} that registries answer. */
export interface RegistryImages
  extends Pick<Images, 'repositories' | 'tags' | 'details' | 'registries' | 'onDidChange'> {
  /** Resolves when what was learned is kept. */
  dispose(): Promise<void>;
}

/** With fewer letters a search finds everything. */
const searchedFrom = 3;
const searchTtlMs = 10 * 60_000;
/** How long the rest of a list is waited for when its first page is there. */
const restMs = 100;
/** How long somebody who looks at one tag waits to hear more of it. */
const detailsPatienceMs = 3000;

export interface RegistryImagesWorld {
  readonly registries: Registries;
  readonly log: Log;
  /** What was known when the last server ended. */
  readonly kept?: KeptLists;
  /** Resolves when it is known which registries the user has; none is asked before. */
  readonly configured?: Promise<void>;
  readonly now?: () => number;
  /** Resolves after the time, for tests without a clock. */
  readonly patience?: (ms: number) => Promise<unknown>;
}

export function createRegistryImages(world: RegistryImagesWorld): RegistryImages {
  const { registries, log, kept, configured = Promise.resolve(), now = Date.now } = world;
  const { patience = (ms) => wait(ms, undefined, { ref: false }) } = world;
  const listeners = new Set<() => void>();
  const tellAll = () => {
    for (const listener of [...listeners]) listener();
  };
  const searches = new Cache<readonly RepositoryRow[]>({ ttlMs: searchTtlMs, maximum: 200, now });
  const lists = new Patience({ log, now, patience, onArrival: tellAll });
  const stop = registries.onDidChange((host, why) => {
    lists.forget();
    searches.forget();
    if (why === 'refreshed') kept?.forget(host);
    tellAll();
  });

  const repositoriesIn = (host: string, path: string | undefined): Question<readonly RepositoryRow[]> => ({
    key: `${host}/${path ?? ''}`,
    ask: async (signal) => {
      await configured;
      return registries.allRepositories(host, signal, path);
    },
    before: {
      last: () => (path === undefined ? registries.lastRepositories(host) : undefined),
      kept: kept?.repositories(host, path),
    },
  });

  /** Nobody can list Docker Hub, so it is searched for what is typed. */
  const foundBy = (text: string): Question<readonly RepositoryRow[]> => ({
    key: `${dockerHub}?${text}`,
    ask: async (signal) => {
      await configured;
      return searches.get(text, (flight) => foundAtHub(registries, text, flight), signal);
    },
    before: { last: () => searches.last(text), kept: undefined },
  });

  /** Into the folders that are typed, all of it in the time that one question has. */
  const listed = async (host: string, typed: string, signal: AbortSignal): Promise<Known<readonly RepositoryRow[]>> => {
    const outOfTime = lists.outOfTime();
    let found = await lists.get(repositoriesIn(host, undefined), signal, outOfTime);
    for (let path = ''; found.state === 'known'; ) {
      const folder = found.value.find(
        ({ name, folder }) => folder && typed.startsWith(`${name}/`) && name.length > path.length,
      );
      if (folder === undefined) break;
      path = folder.name;
      found = await lists.get(repositoriesIn(host, path), signal, outOfTime);
    }
    if (found.state !== 'known') return found;
    const wanted = typed.toLowerCase();
    return { ...found, value: found.value.filter(({ name }) => name.toLowerCase().includes(wanted)) };
  };

  return {
    async repositories(host, typed, signal) {
      const isSearched = host === dockerHub && typed.length >= searchedFrom;
      const [own, found] = await Promise.all([
        listed(host, typed, signal),
        isSearched ? lists.get(foundBy(typed.toLowerCase()), signal) : undefined,
      ]);
      if (found === undefined) return own;
      if (own.state !== 'known') return found.state === 'known' ? { ...found, stale: true } : own;
      if (found.state !== 'known') return { ...own, stale: true };
      const names = new Set(own.value.map(({ name }) => name));
      return { ...own, value: [...own.value, ...found.value.filter(({ name }) => !names.has(name))] };
    },
    async tags({ registry, repository }: ImageReference, signal) {
      let onFirstPage = () => {};
      const firstPage = new Promise<void>((resolve) => {
        onFirstPage = resolve;
      }).then(() => patience(restMs));
      const outOfTime = Promise.race([lists.outOfTime(), firstPage.then(() => undefined)]);
      const listed = await lists.get<readonly TagRow[]>(
        {
          key: `${registry}/${repository}:`,
          ask: async (asker) => {
            await configured;
            return registries.allTags(registry, repository, asker, onFirstPage);
          },
          before: {
            last: () => registries.lastTags(registry, repository),
            kept: kept?.tags(registry, repository),
          },
        },
        signal,
        outOfTime,
      );
      if (listed.state === 'pending') {
        const first = registries.firstTags(registry, repository);
        if (first === undefined) return listed;
        return { ...known(await sorted(first.value, 'version', signal), first.at), partial: true };
      }
      if (listed.state !== 'known') return listed;
      // In turns, and once a list: thousands of names would hold up whoever types.
      return { ...listed, value: await sorted(listed.value, 'version', signal) };
    },
    async details({ registry, repository, tag = 'latest', digest }, signal) {
      signal.throwIfAborted();
      const late = new AbortController();
      const asking = AbortSignal.any([signal, late.signal]);
      const work = configured.then(() => registries.platforms(registry, repository, digest ?? tag, asking));
      const answer = work.then(
        ({ value, at }): Known<typeof value> => known(value, at),
        (error: unknown): Known<never> => ({
          state: 'failed',
          problem: problemOf(error, `${registry}/${repository}:${digest ?? tag}`),
        }),
      );
      const inTime = await Promise.race([answer, patience(detailsPatienceMs).then(() => undefined)]);
      late.abort();
      signal.throwIfAborted();
      return inTime ?? pending;
    },
    registries: (signal) => {
      const ask = async (asking: AbortSignal) => {
        await configured;
        return { value: (await registries.list(asking)).map(({ host }) => host), at: now() };
      };
      const before = { last: () => undefined, kept: undefined };
      return lists.get({ key: 'the list of registries', ask, before }, signal);
    },
    onDidChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    async dispose() {
      stop();
      lists.dispose();
      await kept?.flush();
    },
  };
}

async function foundAtHub(
  registries: Registries,
  text: string,
  signal: AbortSignal,
): Promise<readonly RepositoryRow[]> {
  const { items } = await searchHub(registries, text, undefined, signal);
  return items
    .map(({ name, description }) => ({ name: name.includes('/') ? name : `library/${name}`, description }))
    .filter(({ name }) => isRepository(name));
}
