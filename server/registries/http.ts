/** Requests to registries, token servers and their storage: redirects, retries and the pace at which we ask. */
import { setTimeout as wait } from 'node:timers/promises';
import { Limiter } from '../util/limiter.ts';
import { ProblemError } from '../util/problemError.ts';
import { refusal } from './address.ts';
import { isTransient } from './networkProblem.ts';
import { retryAfterMs } from './retryAfter.ts';
import { createTransport, type Timeouts } from './transport.ts';

export interface HttpRequest {
  readonly method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'DELETE';
  readonly url: URL;
  /** Lower-case names. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** An answer with a longer body is an error. */
  readonly maximumBytes: number;
  /** What the user said of this origin; it holds for no other, also where a redirect leads to one. */
  readonly origin?: OriginTerms;
  /** How often a GET or HEAD is sent again after a broken connection or a 5xx; 2 when absent. */
  readonly retries?: number;
}

/** How one origin is to be met, by the user's word. */
export interface OriginTerms {
  /** Any certificate will do. */
  readonly unverified?: boolean;
  /** Path of a PEM file with authorities to trust beside those of the system. */
  readonly caFile?: string;
  /** Sent along. Lower-case names. */
  readonly headers?: Readonly<Record<string, string>>;
}

export interface HttpResponse {
  /** Where the answer came from, after redirects. */
  readonly url: URL;
  /** Whether a redirect led to another origin on the way: then it does not speak for the one that was asked. */
  readonly foreign: boolean;
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Buffer;
}

export interface Http {
  /** Any answer but a redirect is returned, errors included. Throws a ProblemError when there was none. */
  send(request: HttpRequest, signal: AbortSignal): Promise<HttpResponse>;
  /** Hangs up. What is under way fails. */
  close(): Promise<void>;
}

export interface HttpWorld {
  readonly env?: NodeJS.ProcessEnv;
  readonly now?: () => number;
  readonly random?: () => number;
  readonly timeouts?: Partial<Timeouts>;
  /** The first pause before a retry; it doubles. */
  readonly retryDelayMs?: number;
}

const maximumRedirects = 5;
const requestsAtOnce = 6;

export function createHttp(world: HttpWorld = {}): Http {
  const { env = process.env, now = Date.now, random = Math.random, retryDelayMs = 300 } = world;
  const timeouts = { connectMs: 10_000, headersMs: 15_000, bodyMs: 15_000, wholeMs: 120_000, ...world.timeouts };
  const transport = createTransport(env, timeouts);
  const limiter = new Limiter({ concurrency: requestsAtOnce, now });

  const exchange = (request: HttpRequest, signal: AbortSignal) =>
    limiter.run(
      request.url.origin,
      async () => {
        const response = await transport.exchange(request, signal);
        if (response.status === 429) limiter.pause(request.url.origin, retryAfterMs(response.headers, now()) ?? 0);
        return response;
      },
      signal,
    );

  const persist = async (request: HttpRequest, signal: AbortSignal): Promise<HttpResponse> => {
    const retries = isSafe(request) ? (request.retries ?? 2) : 0;
    for (let attempt = 0; ; attempt += 1) {
      try {
        const response = await exchange(request, signal);
        if (attempt >= retries || response.status < 500 || response.status === 501) return response;
      } catch (error) {
        if (attempt >= retries || !isTransient(error)) throw error;
      }
      await wait(retryDelayMs * 2 ** attempt * (0.5 + random()), undefined, { signal });
    }
  };

  const send = async (request: HttpRequest, signal: AbortSignal): Promise<HttpResponse> => {
    let current = request;
    let foreign = false;
    for (let redirects = 0; redirects <= maximumRedirects; redirects += 1) {
      const response = await persist(current, signal);
      const target = redirectOf(response);
      if (target === undefined) return { ...response, foreign };
      foreign ||= target.origin !== request.url.origin;
      current = redirected(current, target, request.url);
    }
    throw astray(request.url, 'it redirects in circles');
  };

  return { send, close: transport.close };
}

function redirectOf({ status, headers, url }: HttpResponse): URL | undefined {
  const location = headers['location'];
  if (![301, 302, 303, 307, 308].includes(status) || typeof location !== 'string') return undefined;
  if (!URL.canParse(location, url.href)) throw astray(url, 'it redirects to something that is not an address');
  return new URL(location, url);
}

/** The request for the next hop. Who we are is told to the first origin only, and stays untold once it was dropped. */
function redirected(request: HttpRequest, target: URL, first: URL): HttpRequest {
  if (!isSafe(request)) throw astray(first, 'it redirects what must not be sent on');
  const reason = refusal(target, first);
  if (reason !== undefined) throw astray(first, `it redirects to ${target.origin}, and ${reason}`);
  if (target.origin === request.url.origin) return { ...request, url: target };
  const { origin: _, ...rest } = request;
  const { authorization: __, ...headers } = request.headers ?? {};
  return { ...rest, url: target, headers };
}

/** Changes nothing at the other side, so that it may be sent twice. */
const isSafe = ({ method }: HttpRequest): boolean => method === 'GET' || method === 'HEAD';

function astray(url: URL, reason: string): ProblemError {
  return new ProblemError({
    kind: 'badAnswer',
    subject: url.host,
    message: `The answer of ${url.host} was not followed: ${reason}.`,
    next: 'Check the address of the registry.',
  });
}
