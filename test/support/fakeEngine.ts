import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export type Route = (request: IncomingMessage, response: ServerResponse) => void;

/** A server on a Unix socket that behaves like an engine's API as far as a test tells it to, and misbehaves the same way. */
export interface FakeEngine {
  /** As in DOCKER_HOST. */
  readonly host: string;
  /** `METHOD /path?query` of every request, in order. */
  readonly calls: readonly string[];
  /** How many event streams are open now. */
  readonly eventStreams: number;
  /** Answers `METHOD /path` (without the query) from now on. */
  on(route: string, answer: Route): void;
  /** Sends an event to all who listen. */
  emit(event: object | string): void;
  /** How often `METHOD /path` was asked. */
  count(route: string): number;
  /** Breaks all connections and refuses new ones until {@link start}. */
  stop(): Promise<void>;
  start(): Promise<void>;
  close(): Promise<void>;
}

export async function startFakeEngine(): Promise<FakeEngine> {
  const folder = await mkdtemp(join(tmpdir(), 'gantry-fake-'));
  const path = join(folder, 'engine.sock');
  const calls: string[] = [];
  const sockets = new Set<Socket>();
  const listening = new Set<ServerResponse>();
  const routes = new Map<string, Route>([
    ['GET /_ping', (_, response) => response.setHeader('Builder-Version', '2').end('OK')],
    ['GET /version', (_, response) => json(response, version)],
    ['GET /containers/json', (_, response) => json(response, [])],
    ['GET /images/json', (_, response) => json(response, [])],
    [
      'GET /events',
      (_, response) => {
        response.writeHead(200, { 'Content-Type': 'application/json' }).flushHeaders();
        listening.add(response);
        response.on('close', () => listening.delete(response));
      },
    ],
  ]);
  const server = createServer((request, response) => {
    calls.push(`${request.method} ${request.url}`);
    const route = routes.get(`${request.method} ${request.url?.split('?')[0]}`);
    if (route === undefined) json(response, { message: 'page not found' }, 404);
    else route(request, response);
  });
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });

  const start = () => new Promise<void>((resolve) => server.listen(path, resolve));
  const stop = async () => {
    if (!server.listening) return;
    const closed = new Promise((resolve) => server.close(resolve));
    for (const socket of sockets) socket.destroy();
    await closed;
  };
  await start();
  return {
    host: `unix://${path}`,
    calls,
    get eventStreams() {
      return listening.size;
    },
    on: (route, answer) => void routes.set(route, answer),
    emit: (event) => {
      const line = typeof event === 'string' ? event : JSON.stringify(event);
      for (const response of listening) response.write(`${line}\n`);
    },
    count: (route) => calls.filter((call) => call.split('?')[0] === route).length,
    start,
    stop,
    async close() {
      await stop();
      await rm(folder, { recursive: true });
    },
  };
}

export function json(response: ServerResponse, body: unknown, status = 200): void {
  response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(body));
}

const version = {
  Version: '27.0.1',
  ApiVersion: '1.46',
  Os: 'linux',
  Arch: 'amd64',
  Components: [{ Name: 'Engine', Version: '27.0.1' }],
};
