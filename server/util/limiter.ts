import pLimit, { type LimitFunction } from 'p-limit';
import { ProblemError } from './problemError.ts';
import { untilAborted } from './signal.ts';

export interface LimiterOptions {
  /** How many requests may run at once at one origin. */
  readonly concurrency: number;
  readonly now?: () => number;
}

/**
 * Keeps us a polite guest: few requests at once at each origin, and none at one that asked us to wait. Meanwhile its
 * requests fail at once with the time that is left, so that nobody hangs on a timer; other origins are not touched.
 */
export class Limiter {
  readonly #concurrency: number;
  readonly #now: () => number;
  readonly #limits = new Map<string, LimitFunction>();
  readonly #pausedUntil = new Map<string, number>();

  constructor({ concurrency, now = Date.now }: LimiterOptions) {
    this.#concurrency = concurrency;
    this.#now = now;
  }

  /** Runs `work` when it is its turn. Throws a {@link ProblemError} `rateLimited` while the origin is paused. */
  async run<T>(origin: string, work: () => Promise<T>, signal: AbortSignal): Promise<T> {
    this.#throwIfPaused(origin);
    const turn = this.#limitOf(origin)(() => {
      signal.throwIfAborted();
      this.#throwIfPaused(origin);
      return work();
    });
    return untilAborted(turn, signal);
  }

  /** Sends nothing more to `origin` for `ms` milliseconds. */
  pause(origin: string, ms: number): void {
    this.#pausedUntil.set(origin, Math.max(this.#pausedUntil.get(origin) ?? 0, this.#now() + ms));
  }

  #limitOf(origin: string): LimitFunction {
    const limit = this.#limits.get(origin) ?? pLimit(this.#concurrency);
    this.#limits.set(origin, limit);
    return limit;
  }

  #throwIfPaused(origin: string): void {
    const leftMs = (this.#pausedUntil.get(origin) ?? 0) - this.#now();
    if (leftMs <= 0) this.#pausedUntil.delete(origin);
    else throw new ProblemError(rateLimited(new URL(origin).host, leftMs));
  }
}

/** The problem of a host that asked us to come back later. */
export function rateLimited(host: string, retryAfterMs: number | undefined) {
  const wait = retryAfterMs === undefined ? 'a while' : forPeople(retryAfterMs);
  return {
    kind: 'rateLimited' as const,
    subject: host,
    message: `${host} has had too many requests from this address or account.`,
    next: `Wait ${wait} and try again; signing in usually raises the limit.`,
    ...(retryAfterMs !== undefined && { retryAfterMs }),
  };
}

function forPeople(ms: number): string {
  const seconds = Math.max(1, Math.ceil(ms / 1000));
  if (seconds < 120) return seconds === 1 ? '1 second' : `${seconds} seconds`;
  const minutes = Math.ceil(seconds / 60);
  return minutes < 120 ? `${minutes} minutes` : `${Math.ceil(minutes / 60)} hours`;
}
