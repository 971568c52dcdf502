/** The places where docker and podman write down who we are where, in the order in which they are asked. Only read. */
import path from 'node:path';
import type { Credential } from '../util/credential.ts';
import { ProblemError } from '../util/problemError.ts';
import { type AuthFile, parseAuthFile } from './authFile.ts';
import { entryFor, longestEntryFor } from './serverAddress.ts';
import { WatchedFile } from './watchedFile.ts';

export interface Source {
  readonly origin: 'docker' | 'podman';
  /** In words: `docker's config.json`. */
  readonly name: string;
  /** Undefined where there is no such file. Throws a ProblemError `credentials` when it cannot be read. */
  read(): Promise<AuthFile | undefined>;
}

export interface Sources {
  readonly all: readonly Source[];
  /** The one whose helpers `docker login` writes to. */
  readonly dockerFile: Source;
}

/**
 * 1. `DOCKER_AUTH_CONFIG`, which the docker CLI puts before its file,
 * 2. docker's config.json, in `DOCKER_CONFIG` or `~/.docker`,
 * 3. podman's files: `REGISTRY_AUTH_FILE`, `XDG_RUNTIME_DIR/containers/auth.json`, `~/.config/containers/auth.json`.
 */
export function sourcesOf(env: NodeJS.ProcessEnv, home: string): Sources {
  const dockerConfig = path.join(env['DOCKER_CONFIG'] || path.join(home, '.docker'), 'config.json');
  const runtimeFolder = env['XDG_RUNTIME_DIR'];
  const podmanFiles = [
    env['REGISTRY_AUTH_FILE'],
    runtimeFolder && path.join(runtimeFolder, 'containers', 'auth.json'),
    path.join(env['XDG_CONFIG_HOME'] || path.join(home, '.config'), 'containers', 'auth.json'),
  ];
  const inline = env['DOCKER_AUTH_CONFIG'];
  const variable = 'DOCKER_AUTH_CONFIG';
  const dockerFile = fileSource('docker', "docker's config.json", dockerConfig);
  return {
    dockerFile,
    all: [
      ...(inline ? [{ origin: 'docker' as const, name: variable, read: async () => parse(variable, inline) }] : []),
      dockerFile,
      ...podmanFiles.flatMap((file) => (file ? [fileSource('podman', "podman's auth.json", file)] : [])),
    ],
  };
}

/** The helper that keeps a registry's credentials, where the file names one: that of the host before that for all. */
export function helperFor({ credHelpers, credsStore }: AuthFile, registry: string): string | undefined {
  return entryFor(credHelpers, registry) ?? credsStore;
}

/** What stands in the file itself. Podman's keys may go down to a repository. */
export function entryIn(
  { auths }: AuthFile,
  origin: Source['origin'],
  registry: string,
  repository: string | undefined,
): Credential | undefined {
  return origin === 'podman' ? longestEntryFor(auths, registry, repository) : entryFor(auths, registry);
}

function fileSource(origin: Source['origin'], name: string, file: string): Source {
  const watched = new WatchedFile(file);
  const read = async () => {
    let text: string | undefined;
    try {
      text = await watched.read();
    } catch (cause) {
      const { code } = cause as NodeJS.ErrnoException;
      throw broken(file, code === 'EISDIR' ? 'it is a folder' : `the system says ${code ?? 'no'}`, cause);
    }
    return text === undefined ? undefined : parse(file, text);
  };
  return { origin, name, read };
}

function parse(name: string, text: string): AuthFile {
  try {
    return parseAuthFile(text);
  } catch (error) {
    throw broken(name, (error as Error).message, undefined);
  }
}

function broken(name: string, reason: string, cause: unknown): ProblemError {
  return new ProblemError(
    {
      kind: 'credentials',
      subject: name,
      message: `The credentials in ${name} cannot be read: ${reason}.`,
      next: 'Repair or remove it; docker login (or podman login) writes it anew.',
    },
    cause,
  );
}
