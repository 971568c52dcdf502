/** One HTTP exchange over undici: no redirects, no retries, no meaning. `http.ts` has those. */
import type { SecureContext } from 'node:tls';
import { LRUCache } from 'lru-cache';
import type { Dispatcher } from 'undici';
import { ProblemError } from '../util/problemError.ts';
import { isLoopback } from './address.ts';
import { readAuthorities, trusting } from './authorities.ts';
import type { HttpRequest, HttpResponse } from './http.ts';
import { networkProblem } from './networkProblem.ts';
import { proxiesIn } from './proxy.ts';

export interface Timeouts {
  /** To open the connection, TLS included. */
  readonly connectMs: number;
  /** From the request to the end of the answer's headers. */
  readonly headersMs: number;
  /** Between two parts of the body. */
  readonly bodyMs: number;
  /** From the request to the end of the answer: one that only drips ends, too. */
  readonly wholeMs: number;
}

export interface Transport {
  exchange(request: HttpRequest, signal: AbortSignal): Promise<HttpResponse>;
  close(): Promise<void>;
}

/** What is read of an answer that says no; the rest is dropped. */
const maximumErrorBytes = 64 * 1024;

interface Agents {
  /** Like docker, which never asks a proxy for this machine. */
  readonly direct: Dispatcher;
  /** Or why there is none: registries on this machine do without. */
  readonly proxied: Dispatcher | ProblemError;
}

interface Opened {
  readonly verified: Agents;
  readonly unverified: Agents;
  /** That also trust these authorities. */
  readonly trusting: (certificates: readonly string[]) => Promise<Agents>;
  readonly request: typeof import('undici').request;
  readonly close: () => Promise<void>;
}

export function createTransport(env: NodeJS.ProcessEnv, timeouts: Timeouts): Transport {
  let opened: Promise<Opened> | undefined;
  return {
    async exchange(request, signal) {
      opened ??= open(env, timeouts);
      const { request: send, ...agents } = await opened;
      const { method, url, headers, body } = request;
      const { direct, proxied } = await agentsFor(request, agents);
      signal.throwIfAborted();
      const dispatcher = isLoopback(url.hostname) ? direct : proxied;
      if (dispatcher instanceof ProblemError) throw dispatcher;
      const late = AbortSignal.timeout(timeouts.wholeMs);
      try {
        const response = await send(url, {
          method,
          headers: { 'user-agent': 'gantry', ...request.origin?.headers, ...headers },
          ...(body !== undefined && { body }),
          dispatcher,
          headersTimeout: timeouts.headersMs,
          bodyTimeout: timeouts.bodyMs,
          signal: AbortSignal.any([signal, late]),
        });
        return {
          url,
          foreign: false,
          status: response.statusCode,
          headers: response.headers,
          body: await readBody(response, request),
        };
      } catch (error) {
        signal.throwIfAborted();
        if (error instanceof ProblemError) throw error;
        throw networkProblem(late.aborted ? Object.assign(new Error('late'), { code: 'ETIMEDOUT' }) : error, url);
      }
    },
    async close() {
      await (await opened)?.close();
    },
  };
}

async function agentsFor({ url, origin }: HttpRequest, agents: Omit<Opened, 'request' | 'close'>): Promise<Agents> {
  if (url.protocol === 'http:') return agents.verified;
  if (origin?.unverified) return agents.unverified;
  // Read each time: who has just corrected the file need not start anything anew.
  return origin?.caFile === undefined ? agents.verified : agents.trusting(await readAuthorities(origin.caFile));
}

/** What was made for the contents that a file had before is not kept for ever. */
const maximumAuthorities = 32;

async function open(env: NodeJS.ProcessEnv, { connectMs }: Timeouts): Promise<Opened> {
  const { Agent, EnvHttpProxyAgent, request } = await import('undici');
  const secureContext = await trusting(env);
  const { http, https, exceptions: noProxy } = proxiesIn(env);
  const agents = (tls: TlsOptions): Agents => {
    const connect = { timeout: connectMs, ...tls };
    const direct = new Agent({ connect });
    if (http === undefined && https === undefined) return { direct, proxied: direct };
    if (http && 'problem' in http) return { direct, proxied: http.problem };
    if (https && 'problem' in https) return { direct, proxied: https.problem };
    const [httpProxy, httpsProxy] = [http, https].map((each) => each?.address.href ?? '') as [string, string];
    // All three are given, empty or not: what is left out would be read from this process's own environment.
    return { direct, proxied: new EnvHttpProxyAgent({ connect, requestTls: connect, httpProxy, httpsProxy, noProxy }) };
  };
  const verified = agents(secureContext ? { secureContext } : {});
  const unverified = agents({ rejectUnauthorized: false });
  const withMore = new LRUCache<string, Promise<Agents>>({
    max: maximumAuthorities,
    dispose: (made) => void made.then(retire).catch(() => {}), // there is nobody left to tell
  });
  return {
    verified,
    unverified,
    trusting(certificates) {
      const key = certificates.join();
      const made = withMore.get(key) ?? trusting(env, certificates).then((secureContext) => agents({ secureContext }));
      withMore.set(key, made);
      return made;
    },
    request,
    async close() {
      await Promise.all([verified, unverified, ...(await Promise.all(withMore.values()))].map(hangUp));
    },
  };
}

const dispatchersOf = ({ direct, proxied }: Agents): readonly Dispatcher[] =>
  proxied instanceof ProblemError ? [direct] : [direct, proxied];

const hangUp = (agents: Agents) => Promise.all(dispatchersOf(agents).map((each) => each.destroy()));

/** What is under way is still answered. */
const retire = (agents: Agents) => Promise.all(dispatchersOf(agents).map((each) => each.close()));

type TlsOptions = { readonly secureContext?: SecureContext | undefined; readonly rejectUnauthorized?: boolean };

async function readBody({ statusCode, body }: Dispatcher.ResponseData, request: HttpRequest): Promise<Buffer> {
  const isError = statusCode >= 400;
  const maximum = isError ? maximumErrorBytes : request.maximumBytes;
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    size += chunk.length;
    if (size <= maximum) continue;
    if (isError) break;
    throw new ProblemError({
      kind: 'badAnswer',
      subject: request.url.host,
      message: `${request.url.host} answered with more than ${maximum / (1 << 20)} MiB, which nothing asked of it needs.`,
    });
  }
  return Buffer.concat(chunks).subarray(0, maximum);
}
