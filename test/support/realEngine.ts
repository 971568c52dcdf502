import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer, type Socket } from 'node:net';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { promisify } from 'node:util';
import { pack } from 'tar-stream';
import { dialAddress } from '../../server/engine/dial.ts';
import { type Endpoint, findEndpoints } from '../../server/engine/endpoint.ts';
import { createEngine, type Engine } from '../../server/engine/engine.ts';
import { listImages } from '../../server/engine/images.ts';
import { path as apiPath } from '../../server/engine/transport.ts';
import { silentLog } from './changes.ts';

const never = new AbortController().signal;
/** On everything these tests make; only what has it is ever removed. */
export const testLabel = { 'gantry.test': `engine-${process.pid}` };

/** The engine of this machine, or the reason why there is none. */
export async function realEngine(): Promise<Engine | string> {
  const engine = createEngine({ log: silentLog });
  try {
    await engine.status(never);
    return engine;
  } catch (error) {
    engine.dispose();
    return error instanceof Error ? error.message : String(error);
  }
}

/** Skips a suite without an engine and says why; where CI is set, a missing engine is a failure. */
export async function engineOrSkip(context: Mocha.Context): Promise<Engine> {
  const engine = await realEngine();
  if (typeof engine !== 'string') return engine;
  if (process.env['CI']) throw new Error(`no container engine: ${engine}`);
  console.log(`      skipped, no container engine: ${engine}`);
  return context.skip();
}

/** An image with busybox and links to a few of its tools, imported: no registry is needed. `file` is a static busybox. */
export async function busyboxImage(engine: Engine, reference: string): Promise<void> {
  const { stdout } = await promisify(execFile)('sh', ['-c', 'command -v busybox']);
  const tar = pack();
  tar.entry({ name: 'bin/busybox', mode: 0o755 }, await readFile(stdout.trim()));
  for (const tool of ['sh', 'ash', 'httpd', 'sleep', 'cat', 'echo', 'kill', 'stty', 'ps', 'seq', 'nc', 'true']) {
    tar.entry({ name: `bin/${tool}`, type: 'symlink', linkname: 'busybox' });
  }
  tar.entry({ name: 'www/index.html' }, 'hello from the container\n');
  tar.finalize();
  await importImage(engine, reference, Readable.from(tar));
}

/** An image without anything in it but one file that nobody can execute. */
export async function shellessImage(engine: Engine, reference: string): Promise<void> {
  const { stdout } = await promisify(execFile)('sh', ['-c', 'command -v busybox']);
  const tar = pack();
  tar.entry({ name: 'sleeper/sleep', mode: 0o755 }, await readFile(stdout.trim()));
  tar.finalize();
  await importImage(engine, reference, Readable.from(tar));
}

async function importImage(engine: Engine, reference: string, tar: Readable): Promise<void> {
  const [repo, tag] = reference.split(':');
  const changes = [
    ...Object.entries(testLabel).map(([name, value]) => `LABEL ${name}=${value}`),
    'ENV PATH=/bin:/sleeper',
  ];
  const query = { fromSrc: '-', repo, tag, changes };
  await engine.json({ method: 'POST', path: '/images/create', query, body: tar }, never);
}

/** Removes what has {@link testLabel}: containers, then images. */
export async function removeTestThings(engine: Engine): Promise<void> {
  const filters = JSON.stringify({ label: Object.entries(testLabel).map(([name, value]) => `${name}=${value}`) });
  const list = (path: string) => engine.json({ method: 'GET', path, query: { all: true, filters } }, never);
  for (const { Id } of (await list('/containers/json')) as { Id: string }[]) {
    await engine.json({ method: 'DELETE', path: apiPath`/containers/${Id}`, query: { force: true, v: true } }, never);
  }
  const images = (await list('/images/json')) as { Id: string }[];
  const there = new Set((await listImages(engine, never)).map(({ id }) => id));
  for (const { Id } of images.filter(({ Id }) => there.has(Id))) {
    await engine.json({ method: 'DELETE', path: apiPath`/images/${Id}`, query: { force: true } }, never);
  }
}

/** A door in front of the real engine that a test can shut: what is behind it goes on. */
export interface Door {
  readonly host: string;
  shut(): Promise<void>;
  open(): Promise<void>;
  close(): Promise<void>;
}

export async function doorTo(engine: Engine): Promise<Door> {
  const { address } = await engine.status(never);
  const endpoint = await endpointOf(address);
  const folder = await mkdtemp(join(tmpdir(), 'gantry-door-'));
  await mkdir(folder, { recursive: true });
  const path = join(folder, 'engine.sock');
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    const behind = dialAddress(endpoint.address);
    sockets.add(socket);
    socket.on('error', () => {}).on('close', () => behind.destroy());
    behind.on('error', () => {}).on('close', () => socket.destroy());
    socket.on('close', () => sockets.delete(socket));
    socket.pipe(behind).pipe(socket);
  });
  const open = () => new Promise<void>((resolve) => server.listen(path, resolve));
  const shut = async () => {
    if (!server.listening) return;
    const closed = new Promise((resolve) => server.close(resolve));
    for (const socket of sockets) socket.destroy();
    await closed;
  };
  await open();
  return {
    host: `unix://${path}`,
    open,
    shut,
    async close() {
      await shut();
      await rm(folder, { recursive: true });
    },
  };
}

async function endpointOf(host: string): Promise<Endpoint> {
  const readText = (path: string) => readFile(path, 'utf8').catch(() => undefined);
  const world = { host, env: process.env, platform: process.platform, home: homedir(), readFile: readText };
  return (await findEndpoints(world)).candidates[0]!;
}
