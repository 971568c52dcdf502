/** What all services of the emulator share: the time, the log of requests, and whether they speak TLS. */
import { type Origin, type Respond, type Seen, startOrigin } from '../origin.ts';
import { scopesAsked } from './routes.ts';

/** The time of the registries: it stands still until a test moves it, by `clock.nowMs += 300_000`. */
export interface Clock {
  nowMs: number;
}

export interface World {
  readonly clock: Clock;
  /** Every request to any origin, in the order of time. */
  readonly log: Seen[];
  readonly tls?: { readonly cert: string; readonly key: string };
}

export const createWorld = (tls?: World['tls']): World => ({
  clock: { nowMs: Date.parse('2026-01-01T00:00:00Z') },
  log: [],
  ...(tls && { tls }),
});

/** `name` is what the log calls it. */
export const startIn = ({ log, tls }: World, name: string, usual: Respond): Promise<Origin> =>
  startOrigin(usual, { name, log, ...(tls && { tls }) });

export const secondsOf = (ms: number): number => Math.floor(ms / 1000);
export const isoOf = (ms: number): string => new Date(ms).toISOString();

/** `hub.web GET /v2/user/`, one line a request: what a test compares. */
export const linesOf = (log: readonly Seen[]): readonly string[] =>
  log.map(({ origin, method, path }) => `${origin} ${method} ${path}`.trim());

/** Requests for manifests; GETs are what registries count as pulls. */
export const manifestRequests = (log: readonly Seen[], method: 'GET' | 'HEAD' = 'GET'): readonly Seen[] =>
  log.filter((seen) => seen.method === method && /^\/v2\/.+\/manifests\//.test(seen.path));

/** The origins that were told who is asking. */
export const originsTold = (log: readonly Seen[]): readonly string[] =>
  [...new Set(log.flatMap(({ origin, authorization }) => (authorization === undefined ? [] : [origin])))].sort();

/** The scopes that token servers were asked for, one entry a request. */
export const scopesIn = (log: readonly Seen[]): readonly (readonly string[])[] =>
  log.filter(({ path }) => /\/(?:token|jwt\/auth)(?:\?|$)/.test(path)).map(({ path, body }) => scopesAsked(path, body));
