/** One HTTP exchange over undici: no redirects, no retries, no meaning. `http.ts` has those. */
import type { SecureContext } from 'node:tls';
import type { Dispatcher } from 'undici';
import { ProblemError } from '../util/problemError.ts';
import { isLoopback } from './address.ts';
import type { HttpRequest, HttpResponse } from './http.ts';
import { networkProblem } from './networkProblem.ts';

export interface Timeouts {
  /** To open the connection, TLS included. */
  readonly connectMs: number;
  /** From the request to the end of the answer's headers. */
  readonly headersMs: number;
  /** Between two parts of the body. */
  readonly bodyMs: number;
}

export interface Transport {
  exchange(request: HttpRequest, signal: AbortSignal): Promise<HttpResponse>;
  close(): Promise<void>;
}

/** What is read of an answer that says no; the rest is dropped. */
const maximumErrorBytes = 64 * 1024;

interface Agents {
  readonly direct: Dispatcher;
  readonly proxied: Dispatcher;
  readonly request: typeof import('undici').request;
}

export function createTransport(env: NodeJS.ProcessEnv, timeouts: Timeouts): Transport {
  let agents: Promise<Agents> | undefined;
  return {
    async exchange(request, signal) {
      agents ??= createAgents(env, timeouts);
      const { direct, proxied, request: send } = await agents;
      signal.throwIfAborted();
      const { method, url, headers, body } = request;
      try {
        const response = await send(url, {
          method,
          headers: { 'user-agent': 'gantry', ...headers },
          ...(body !== undefined && { body }),
          // Like docker, which never asks a proxy for this machine.
          dispatcher: isLoopback(url.hostname) ? direct : proxied,
          headersTimeout: timeouts.headersMs,
          bodyTimeout: timeouts.bodyMs,
          signal,
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
        throw error instanceof ProblemError ? error : networkProblem(error, url);
      }
    },
    async close() {
      const opened = await agents;
      await Promise.all([opened?.direct.destroy(), opened?.proxied.destroy()]);
    },
  };
}

async function createAgents(env: NodeJS.ProcessEnv, { connectMs }: Timeouts): Promise<Agents> {
  const { Agent, EnvHttpProxyAgent, request } = await import('undici');
  const secureContext = await trustedCertificates();
  const connect = { timeout: connectMs, ...(secureContext && { secureContext }) };
  const direct = new Agent({ connect });
  const httpProxy = env['http_proxy'] ?? env['HTTP_PROXY'] ?? '';
  const httpsProxy = env['https_proxy'] ?? env['HTTPS_PROXY'] ?? '';
  const noProxy = env['no_proxy'] ?? env['NO_PROXY'] ?? '';
  if (!httpProxy && !httpsProxy) return { direct, proxied: direct, request };
  // All three are given, empty or not: what is left out would be read from this process's own environment.
  return {
    direct,
    proxied: new EnvHttpProxyAgent({ connect, requestTls: connect, httpProxy, httpsProxy, noProxy }),
    request,
  };
}

/**
 * Node's own roots with the system's, where this Node can read them (22.15 and later): a company's root lives there. Read
 * once for all connections, since it takes longer than a handshake.
 */
async function trustedCertificates(): Promise<SecureContext | undefined> {
  const tls = await import('node:tls');
  if (typeof tls.getCACertificates !== 'function') return undefined;
  const ca = [...new Set([...tls.getCACertificates('default'), ...tls.getCACertificates('system')])];
  return tls.createSecureContext({ ca });
}

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
