import { access } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import Docker from 'dockerode';
import { PartMissing } from './command.ts';

/** A client of the engine at this address, a unix socket's or any other that DOCKER_HOST may hold. */
export function dockerAt(dockerHost: string, options: Docker.DockerOptions = {}): Docker {
  const socketPath = /^unix:\/\/(.+)$/.exec(dockerHost)?.[1];
  // Other addresses, with TLS or over SSH, are read from the environment: it is where this one came from.
  return new Docker(socketPath ? { ...options, socketPath } : options);
}

export interface Engine {
  /** What DOCKER_HOST is to be for its clients. */
  readonly dockerHost: string;
  readonly version: string;
  stop(): Promise<void>;
}

/** The engine that answers on DOCKER_HOST or, without one, on a usual socket. Throws PartMissing with what was tried. */
export async function reachableEngine(env: NodeJS.ProcessEnv = process.env): Promise<Engine> {
  const usual = ['/var/run/docker.sock', join(homedir(), '.docker/run/docker.sock')];
  if (env['XDG_RUNTIME_DIR']) usual.push(join(env['XDG_RUNTIME_DIR'], 'docker.sock'));
  const hosts = env['DOCKER_HOST'] ? [env['DOCKER_HOST']] : usual.map((path) => `unix://${path}`);
  const tried: string[] = [];
  for (const dockerHost of hosts) {
    try {
      if (dockerHost.startsWith('unix://')) await access(dockerHost.slice('unix://'.length));
      const { Version: version } = await dockerAt(dockerHost, { timeout: 10_000 }).version();
      return { dockerHost, version, stop: async () => {} };
    } catch (error) {
      tried.push(`${dockerHost} (${(error as NodeJS.ErrnoException).code ?? (error as Error).message})`);
    }
  }
  throw new PartMissing(`No Docker Engine answers on ${tried.join(', ')}.`);
}
