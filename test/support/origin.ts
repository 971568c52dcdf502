/** A web server on loopback that remembers what it was asked and can misbehave. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Seen {
  readonly method: string;
  /** With the query. */
  readonly path: string;
  readonly authorization: string | undefined;
  readonly body: string;
}

export type Respond = (request: IncomingMessage, response: ServerResponse, body: string) => void | Promise<void>;

export interface Origin {
  /** `127.0.0.1:port` */
  readonly host: string;
  readonly url: string;
  readonly seen: Seen[];
  /** The next `times` requests whose path `matches` get `respond` instead of the usual answer. */
  misbehave(respond: Respond, times?: number, matches?: RegExp): void;
  stop(): Promise<void>;
}

export async function startOrigin(usual: Respond): Promise<Origin> {
  const seen: Seen[] = [];
  const faults: { readonly respond: Respond; readonly matches: RegExp; left: number }[] = [];
  const server = createServer(async (request, response) => {
    const { method = '', url = '', headers } = request;
    let body = '';
    for await (const chunk of request) body += chunk;
    seen.push({ method, path: url, authorization: headers.authorization, body });
    const fault = faults.find(({ matches, left }) => left > 0 && matches.test(url));
    if (fault) fault.left -= 1;
    await (fault?.respond ?? usual)(request, response, body);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    host,
    url: `http://${host}`,
    seen,
    misbehave: (respond, times = 1, matches = /./) => void faults.unshift({ respond, matches, left: times }),
    async stop() {
      server.close();
      server.closeAllConnections();
      if (server.listening) await once(server, 'close');
    },
  };
}

export const answers = (status: number, headers: Record<string, string> = {}, body = ''): Respond => {
  return (_, response) => void response.writeHead(status, headers).end(body);
};

/** Never says a word. */
export const hangs: Respond = () => {};

/** Promises more than it sends, then hangs up. */
export const truncates: Respond = (_, response) => {
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' });
  response.write('{"tags":["a"', () => response.destroy());
};

export const redirectsTo = (url: string, status = 307): Respond => answers(status, { location: url });

export function sendJson(
  response: ServerResponse,
  status: number,
  value: unknown,
  headers: Record<string, string> = {},
) {
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(value));
}
