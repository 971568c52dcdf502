/** A web server on loopback that remembers what it was asked and can misbehave. */
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';

export interface Seen {
  /** Which origin was asked, as the test named it. */
  readonly origin: string;
  readonly method: string;
  /** With the query. */
  readonly path: string;
  readonly authorization: string | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** Answers a request, or says `usual`: the origin is to answer as always, after a wait or with a header more. */
export type Respond = (request: IncomingMessage, response: ServerResponse, body: string, bytes?: Buffer) => unknown;

export interface Origin {
  /** `127.0.0.1:port` */
  readonly host: string;
  readonly url: string;
  readonly seen: Seen[];
  /** The next `times` requests whose path `matches` get `respond` instead of the usual answer. */
  misbehave(respond: Respond, times?: number, matches?: RegExp): void;
  stop(): Promise<void>;
}

export interface OriginOptions {
  readonly name?: string;
  /** What several origins were asked, in the order of time. */
  readonly log?: Seen[];
  /** Serves https with this pair, in PEM. */
  readonly tls?: { readonly cert: string; readonly key: string };
}

export async function startOrigin(usual: Respond, { name = '', log, tls }: OriginOptions = {}): Promise<Origin> {
  const seen: Seen[] = [];
  const faults: { readonly respond: Respond; readonly matches: RegExp; left: number }[] = [];
  const listen = async (request: IncomingMessage, response: ServerResponse) => {
    const { method = '', url = '', headers } = request;
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const bytes = Buffer.concat(chunks);
    const body = bytes.toString();
    const record = { origin: name, method, path: url, authorization: headers.authorization, headers, body };
    seen.push(record);
    log?.push(record);
    const fault = faults.find(({ matches, left }) => left > 0 && matches.test(url));
    if (fault) fault.left -= 1;
    if (fault && (await fault.respond(request, response, body, bytes)) !== 'usual') return;
    await usual(request, response, body, bytes);
  };
  const server = tls ? createTlsServer(tls, listen) : createServer(listen);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    host,
    url: `${tls ? 'https' : 'http'}://${host}`,
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

/** Hangs up without a word. */
export const hangsUp: Respond = (_, response) => void response.destroy();

export const redirectsTo = (url: string, status = 307): Respond => answers(status, { location: url });

/** Wants to be left alone: for so many seconds, or until a date in the words of HTTP. */
export const tooMany = (retryAfter: number | string): Respond =>
  answers(429, { 'retry-after': String(retryAfter), 'content-type': 'application/json' }, tooManyRequests);

const tooManyRequests = '{"errors":[{"code":"TOOMANYREQUESTS","message":"rate limit exceeded"}]}';

/** What a proxy says when what it stands for is gone. */
export const badGateway = answers(502, { 'content-type': 'text/html' }, '<html><h1>502 Bad Gateway</h1></html>');

/** Begins with `start` and goes on for as long as somebody reads. */
export const endless = (start = '{"tags":["', status = 200): Respond => {
  return (_, response) => {
    response.writeHead(status, { 'content-type': 'application/json' }).write(start);
    const more = () => {
      while (!response.destroyed && response.write('x'.repeat(1 << 16)));
      if (!response.destroyed) response.once('drain', more);
    };
    more();
  };
};

/** Sends `body` a byte at a time, `everyMs` apart. */
export const drips = (body: string, everyMs: number): Respond => {
  return (_, response) => {
    response.writeHead(200, { 'content-type': 'application/json' });
    const bytes = [...body];
    const timer = setInterval(() => {
      const byte = bytes.shift();
      if (byte === undefined) response.end();
      else response.write(byte);
    }, everyMs);
    response.once('close', () => clearInterval(timer));
  };
};

/** Answers as always once `opened` has come to pass: a delay that the test ends. */
export const waitsFor = (opened: Promise<unknown>): Respond => {
  return async () => {
    await opened;
    return 'usual';
  };
};

/** Answers as always, with these headers besides: `warning`, for example. */
export const alsoSends = (headers: Readonly<Record<string, string>>): Respond => {
  return async (_, response) => {
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
    return 'usual';
  };
};

export function sendJson(
  response: ServerResponse,
  status: number,
  value: unknown,
  headers: Record<string, string> = {},
) {
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(value));
}
