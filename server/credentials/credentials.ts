/**
 * Who we are at a registry, as docker and podman know it. For each question, in order:
 * 1. `DOCKER_AUTH_CONFIG`, which the docker CLI puts before its file,
 * 2. docker's config.json: the helper of that host (`credHelpers`), the helper for all (`credsStore`), `auths`,
 * 3. podman's files: `REGISTRY_AUTH_FILE`, `XDG_RUNTIME_DIR/containers/auth.json`, `~/.config/containers/auth.json`.
 * A source that cannot be read stops the search: going on without it would be anonymous where the user is not.
 */
import { homedir } from 'node:os';
import path from 'node:path';
import { Cache } from '../util/cache.ts';
import type { Account, Credential, Credentials } from '../util/credential.ts';
import { ProblemError } from '../util/problemError.ts';
import { type AuthFile, parseAuthFile } from './authFile.ts';
import { askHelper } from './helper.ts';
import { entryFor, longestEntryFor, registryOfKey, serverAddress } from './serverAddress.ts';
import { WatchedFile } from './watchedFile.ts';

export interface CredentialsWorld {
  readonly env?: NodeJS.ProcessEnv;
  readonly platform?: NodeJS.Platform;
  readonly home?: string;
  readonly now?: () => number;
  readonly helperTimeoutMs?: number;
}

interface Source {
  readonly origin: Account['origin'];
  read(): Promise<AuthFile | undefined>;
}

/** An unlocked keychain is not asked again within a minute. */
const helperTtlMs = 60_000;

export function createCredentials(world: CredentialsWorld = {}): Credentials {
  const { env = process.env, platform = process.platform, home = homedir(), helperTimeoutMs = 10_000 } = world;
  const helpers = new Cache<Credential | undefined>({
    ttlMs: helperTtlMs,
    maximum: 100,
    ...(world.now && { now: world.now }),
  });
  const sources = sourcesOf(env, home);
  const helperWorld = { env, platform, timeoutMs: helperTimeoutMs };

  const ask = async (helper: string, registry: string, signal: AbortSignal) => {
    const address = serverAddress(registry);
    const load = (flight: AbortSignal) => askHelper(helper, address, helperWorld, flight);
    return (await helpers.get(`${helper} ${address}`, load, signal)).value;
  };

  return {
    async find(registry, repository, signal) {
      for (const source of sources) {
        const file = await source.read();
        if (file === undefined) continue;
        const helper = entryFor(file.credHelpers, registry) ?? file.credsStore;
        const entry =
          source.origin === 'podman'
            ? longestEntryFor(file.auths, registry, repository)
            : entryFor(file.auths, registry);
        const found = (helper && (await ask(helper, registry, signal))) || entry;
        if (found) return found;
      }
      return undefined;
    },

    async accounts(signal) {
      const accounts = new Map<string, Account>();
      for (const { origin, read } of sources) {
        const { auths, credHelpers } = (await read()) ?? { auths: new Map(), credHelpers: new Map() };
        signal.throwIfAborted();
        for (const key of [...auths.keys(), ...credHelpers.keys()]) {
          const registry = registryOfKey(key);
          const credential = entryFor(auths, registry);
          const username = credential?.kind === 'basic' ? credential.username : undefined;
          if (!accounts.has(registry)) accounts.set(registry, { registry, origin, ...(username && { username }) });
        }
      }
      return [...accounts.values()];
    },

    forget: () => helpers.forget(),
  };
}

function sourcesOf(env: NodeJS.ProcessEnv, home: string): readonly Source[] {
  const dockerConfig = path.join(env['DOCKER_CONFIG'] || path.join(home, '.docker'), 'config.json');
  const runtimeFolder = env['XDG_RUNTIME_DIR'];
  const podmanFiles = [
    env['REGISTRY_AUTH_FILE'],
    runtimeFolder && path.join(runtimeFolder, 'containers', 'auth.json'),
    path.join(env['XDG_CONFIG_HOME'] || path.join(home, '.config'), 'containers', 'auth.json'),
  ];
  const inline = env['DOCKER_AUTH_CONFIG'];
  return [
    ...(inline ? [{ origin: 'docker' as const, read: async () => parse('DOCKER_AUTH_CONFIG', inline) }] : []),
    fileSource('docker', dockerConfig),
    ...podmanFiles.flatMap((file) => (file ? [fileSource('podman', file)] : [])),
  ];
}

function fileSource(origin: Account['origin'], file: string): Source {
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
  return { origin, read };
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
