import { LRUCache } from 'lru-cache';
import { untilAborted } from './signal.ts';

/** A value with the moment it was learned, milliseconds since 1970. */
export interface Learned<T> {
  readonly value: T;
  readonly at: number;
}

export interface CacheOptions<T> {
  /** How long a value is fresh, milliseconds; or what the value itself says. */
  readonly ttlMs: number | ((value: T) => number);
  /** How many values are kept; the one unused for longest goes first. */
  readonly maximum: number;
  readonly now?: () => number;
}

interface Entry<T> extends Learned<T> {
  readonly freshUntil: number;
}

interface Flight<T> {
  readonly result: Promise<Learned<T>>;
  readonly controller: AbortController;
  callers: number;
}

/**
 * What every read of something remote goes through. Callers of one key share one flight; a failure reaches those who wait
 * for it and is not kept. A caller's abort detaches that caller; when the last one is gone the flight is aborted too.
 */
export class Cache<T> {
  readonly #entries: LRUCache<string, Entry<T>>;
  readonly #flights = new Map<string, Flight<T>>();
  readonly #ttlMs: (value: T) => number;
  readonly #now: () => number;

  constructor({ ttlMs, maximum, now = Date.now }: CacheOptions<T>) {
    this.#entries = new LRUCache({ max: maximum });
    this.#ttlMs = typeof ttlMs === 'number' ? () => ttlMs : ttlMs;
    this.#now = now;
  }

  /** The value while it is fresh, else what `load` answers. Throws what `load` throws, or the signal's reason. */
  async get(key: string, load: (signal: AbortSignal) => Promise<T>, signal: AbortSignal): Promise<Learned<T>> {
    signal.throwIfAborted();
    const entry = this.#entries.get(key);
    if (entry !== undefined && this.#now() < entry.freshUntil) return entry;
    const flight = this.#flights.get(key) ?? this.#start(key, load);
    flight.callers += 1;
    try {
      return await untilAborted(flight.result, signal);
    } finally {
      flight.callers -= 1;
      if (flight.callers === 0) this.#end(key, flight, signal.reason);
    }
  }

  /** The last value learned, fresh or not. Asks nobody. */
  last(key: string): Learned<T> | undefined {
    return this.#entries.get(key);
  }

  /** Whether {@link get} would answer at once. */
  isFresh(key: string): boolean {
    const entry = this.#entries.peek(key);
    return entry !== undefined && this.#now() < entry.freshUntil;
  }

  /** Forgets the keys that `matches` picks. What is in flight for them is still answered, but not kept. */
  forget(matches: (key: string) => boolean = () => true): void {
    for (const key of [...this.#entries.keys()]) if (matches(key)) this.#entries.delete(key);
    for (const key of [...this.#flights.keys()]) if (matches(key)) this.#flights.delete(key);
  }

  /** As {@link forget}, but what is in flight is kept when it comes: it was asked for just now. */
  outdate(matches: (key: string) => boolean): void {
    for (const key of [...this.#entries.keys()]) if (matches(key)) this.#entries.delete(key);
  }

  #start(key: string, load: (signal: AbortSignal) => Promise<T>): Flight<T> {
    const controller = new AbortController();
    const flight: Flight<T> = { result: this.#load(key, load, controller.signal), controller, callers: 0 };
    flight.result.catch(() => {}); // each caller hears of it through its own await
    this.#flights.set(key, flight);
    return flight;
  }

  async #load(key: string, load: (signal: AbortSignal) => Promise<T>, signal: AbortSignal): Promise<Learned<T>> {
    const value = await load(signal);
    const at = this.#now();
    const entry = { value, at, freshUntil: at + this.#ttlMs(value) };
    // Only the flight that is still the key's own may keep its value: it could have been forgotten, and asked anew.
    if (this.#flights.get(key)?.controller.signal === signal) this.#entries.set(key, entry);
    return entry;
  }

  #end(key: string, flight: Flight<T>, reason: unknown): void {
    if (this.#flights.get(key) === flight) this.#flights.delete(key);
    flight.controller.abort(reason);
  }
}
