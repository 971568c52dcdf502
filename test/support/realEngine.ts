import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer, type Socket } from 'node:net';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { promisify } from 'node:util';
import { pack } from 'tar-stream';
import { dialAddress } from '../../server/engine/dial.ts';
import { type Endpoint, findEndpoints } from '../../server/engine/endpoint.ts';
import { createEngine, type Engine } from '../../server/engine/engine.ts';
import { ProblemError } from '../../server/util/problemError.ts';
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

/** An image with busybox and links to a few of its tools, imported: no registry is needed. */
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

/** An image with nothing in it but one program, which is no shell. */
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
  for (const { list, one } of [
    { list: '/containers/json', one: '/containers' },
    { list: '/images/json', one: '/images' },
  ]) {
    const entries = await engine.json({ method: 'GET', path: list, query: { all: true, filters } }, never);
    for (const { Id } of entries as { Id: string }[]) {
      const request = { method: 'DELETE', path: `${one}/${Id}`, query: { force: true } } as const;
      await engine.json(request, never).catch((error) => {
        // It is being removed already, or was another tag of an image that is gone.
        if (!(error instanceof ProblemError && /^(conflict|notFound)$/.test(error.problem.kind))) throw error;
      });
    }
  }
}

/** A door in front of the real engine that a test can shut: what is behind it goes on. */
export interface Door {
  readonly host: string;
  /** How often anything was said to the engine through it. */
  readonly asked: number;
  shut(): Promise<void>;
  open(): Promise<void>;
  close(): Promise<void>;
}

export async function doorTo(engine: Engine): Promise<Door> {
  const { address } = await engine.status(never);
  const endpoint = await endpointOf(address);
  const folder = await mkdtemp(join(tmpdir(), 'gantry-door-'));
  const path = join(folder, 'engine.sock');
  const sockets = new Set<Socket>();
  let asked = 0;
  const server = createServer((socket) => {
    const behind = dialAddress(endpoint.address);
    sockets.add(socket);
    socket.on('error', () => {}).on('close', () => behind.destroy());
    behind.on('error', () => {}).on('close', () => socket.destroy());
    socket.on('close', () => sockets.delete(socket));
    socket.on('data', () => asked++);
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
    get asked() {
      return asked;
    },
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
