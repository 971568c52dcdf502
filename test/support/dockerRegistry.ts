/** A real docker-registry on loopback, with or without a password. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { ImageContents } from './imageContents.ts';

export interface DockerRegistry {
  /** `127.0.0.1:port` */
  readonly host: string;
  push(repository: string, tag: string, contents: ImageContents): Promise<void>;
  stop(): Promise<void>;
}

export interface Login {
  readonly username: string;
  readonly password: string;
}

/** Why there can be no docker-registry here; undefined when there can. */
export function missing(...programs: readonly string[]): string | undefined {
  for (const program of programs) {
    try {
      execFileSync(program, ['--help'], { stdio: 'ignore' });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return `${program} is not installed`;
    }
  }
  return undefined;
}

export async function startDockerRegistry(login?: Login, address = '127.0.0.1:0'): Promise<DockerRegistry> {
  const folder = await mkdtemp(path.join(tmpdir(), 'gantry-registry-'));
  const config = {
    version: 0.1,
    log: { level: 'info', accesslog: { disabled: true } },
    storage: { filesystem: { rootdirectory: path.join(folder, 'data') }, delete: { enabled: true } },
    http: { addr: address, secret: 'test' },
    ...(login && { auth: { htpasswd: { realm: 'test', path: path.join(folder, 'htpasswd') } } }),
  };
  if (login) {
    const line = execFileSync('htpasswd', ['-niB', login.username], { input: login.password });
    await writeFile(path.join(folder, 'htpasswd'), line);
  }
  const file = path.join(folder, 'config.yml');
  await writeFile(file, JSON.stringify(config)); // JSON is YAML
  const process = spawn('docker-registry', ['serve', file], { stdio: ['ignore', 'ignore', 'pipe'] });
  const stop = async () => {
    if (process.exitCode === null && process.kill()) await once(process, 'exit');
    await rm(folder, { recursive: true, force: true });
  };
  try {
    const host = await addressOf(process);
    return { host, stop, push: (repository, tag, contents) => push(host, login, repository, tag, contents) };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** It chooses a free port and says which in its log. */
async function addressOf(process: ChildProcess): Promise<string> {
  let log = '';
  process.stderr?.on('data', (chunk: Buffer) => {
    if (log.length < 100_000) log += chunk.toString();
  });
  const ended = once(process, 'exit').then(() => {
    throw new Error(`docker-registry ended: ${log}`);
  });
  for (;;) {
    const address = /listening on (127\.0\.0\.1:\d+)/.exec(log)?.[1];
    if (address) {
      ended.catch(() => {});
      return address;
    }
    if (process.stderr) await Promise.race([once(process.stderr, 'data'), ended]);
  }
}

async function push(
  host: string,
  login: Login | undefined,
  repository: string,
  tag: string,
  { blobs, manifests, root }: ImageContents,
) {
  const authorization = login && `Basic ${Buffer.from(`${login.username}:${login.password}`).toString('base64')}`;
  const send = async (method: string, url: string, contentType: string, body: Buffer) => {
    const headers = { 'content-type': contentType, ...(authorization && { authorization }) };
    const response = await fetch(url, { method, headers, body: new Uint8Array(body) });
    if (!response.ok) throw new Error(`${method} ${url}: ${response.status} ${await response.text()}`);
    return response;
  };
  const base = `http://${host}/v2/${repository}`;
  for (const [digest, bytes] of blobs) {
    const started = await send('POST', `${base}/blobs/uploads/`, 'application/octet-stream', Buffer.alloc(0));
    const upload = new URL(started.headers.get('location') ?? '', base);
    upload.searchParams.set('digest', digest);
    await send('PUT', upload.href, 'application/octet-stream', bytes);
  }
  for (const { digest, mediaType, bytes } of manifests) {
    await send('PUT', `${base}/manifests/${digest}`, mediaType, bytes);
  }
  await send('PUT', `${base}/manifests/${tag}`, root.mediaType, root.bytes);
}
