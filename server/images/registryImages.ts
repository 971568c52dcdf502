/** What registries know about images, answered at the pace of typing. */
import { setTimeout as wait } from 'node:timers/promises';
import { failed, type Known, known, type Problem, pending } from '../../common/known.ts';
import type { ImageReference } from '../../common/reference.ts';
import type { Images, Log } from '../language/host.ts';
import type { Registries } from '../registries/registries.ts';
import type { Learned } from '../util/cache.ts';
import { isAbort, problemOf } from '../util/problemError.ts';

/** The part of {@link Images} that registries answer. */
export interface RegistryImages extends Pick<Images, 'repositories' | 'tags' | 'onDidChange'> {
  dispose(): void;
}

/** How long somebody who types is kept waiting where something else can be shown in the meantime. */
const patienceMs = 300;
/** And where nothing can: editors ask again at the next key only, so a list that comes late is better than none. */
const firstPatienceMs = 3000;
/** A failure that nobody was there to hear is told to the next who asks, if that is soon. */
const lateFailureMs = 30_000;

export interface RegistryImagesWorld {
  readonly registries: Registries;
  readonly log: Log;
  readonly now?: () => number;
  /** Resolves after the time, for tests without a clock. */
  readonly patience?: (ms: number) => Promise<unknown>;
}

export function createRegistryImages(world: RegistryImagesWorld): RegistryImages {
  const { registries, log, now = Date.now, patience = (ms) => wait(ms, undefined, { ref: false }) } = world;
  const listeners = new Set<() => void>();
  const lateFailures = new Map<string, { readonly problem: Problem; readonly at: number }>();
  /** What the log says already; each key that is typed may run into it again. */
  const logged = new Map<string, string>();
  const tellAll = () => {
    for (const listener of [...listeners]) listener();
  };
  const stop = registries.onDidChange(() => {
    lateFailures.clear();
    tellAll();
  });

  /**
   * Known within `ms`, else what was known before, else pending. The question then goes on without its asker, and
   * `onDidChange` tells when it is over; an abort before that ends it.
   */
  const soon = async <T>(
    key: string,
    ask: (signal: AbortSignal) => Promise<Learned<T>>,
    before: Learned<T> | undefined,
    ms: number,
    signal: AbortSignal,
  ): Promise<Known<T>> => {
    signal.throwIfAborted();
    const late = lateFailures.get(key);
    lateFailures.delete(key);
    if (late !== undefined && now() - late.at < lateFailureMs) return failed(late.problem);

    const asker = new AbortController();
    const onAbort = () => asker.abort(signal.reason);
    signal.addEventListener('abort', onAbort, { once: true });
    const answer = settle(ask(asker.signal), key);
    const inTime = await Promise.race([answer, patience(ms).then(() => undefined)]);
    signal.removeEventListener('abort', onAbort);
    signal.throwIfAborted();
    if (inTime !== undefined) return inTime;
    void answer.then((known) => {
      if (known.state === 'failed') {
        lateFailures.set(key, { problem: known.problem, at: now() });
      }
      tellAll();
    });
    return before === undefined ? pending : known(before.value, before.at);
  };

  const settle = async <T>(
    work: Promise<Learned<T>>,
    subject: string,
  ): Promise<Exclude<Known<T>, { state: 'pending' }>> => {
    try {
      const { value, at } = await work;
      logged.delete(subject);
      return { state: 'known', value, at };
    } catch (error) {
      if (isAbort(error)) return { state: 'failed', problem: { kind: 'internal', subject, message: 'Cancelled.' } };
      const problem = problemOf(error, subject);
      if (problem.kind !== 'unsupported' && logged.get(subject) !== problem.message) {
        log.warn('images: registry failed', { ...problem });
      }
      logged.set(subject, problem.message);
      return { state: 'failed', problem };
    }
  };

  return {
    async repositories(registry, prefix, signal) {
      const ask = (asker: AbortSignal) => registries.allRepositories(registry, asker);
      // The engine's own images are offered with them.
      const answer = await soon(registry, ask, registries.lastRepositories(registry), patienceMs, signal);
      if (answer.state !== 'known') return answer;
      return known(
        answer.value.filter(({ name }) => name.startsWith(prefix)),
        answer.at,
      );
    },
    tags({ registry, repository }: ImageReference, signal) {
      const ask = (asker: AbortSignal) => registries.allTags(registry, repository, asker);
      const before = registries.lastTags(registry, repository);
      const ms = before === undefined ? firstPatienceMs : patienceMs;
      return soon(`${registry}/${repository}`, ask, before, ms, signal);
    },
    onDidChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    dispose: stop,
  };
}
