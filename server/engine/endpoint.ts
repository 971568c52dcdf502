import { createHash } from 'node:crypto';
import { posix, win32 } from 'node:path';
import { fields } from '../util/json.ts';
import { ProblemError } from '../util/problemError.ts';
import { type Address, parseAddress, type Tls } from './address.ts';

/** What finding the engine depends on. */
export interface EndpointWorld {
  /** The setting `gantry.engine.host`; empty like absent. */
  readonly host: string | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly platform: string;
  readonly home: string;
  /** The text of a file, undefined when there is none. */
  readonly readFile: (path: string) => Promise<string | undefined>;
}

export interface Endpoint {
  /** How it was found, for people: `DOCKER_HOST`, `context colima`, `/var/run/docker.sock`. */
  readonly origin: string;
  readonly address: Address;
}

export interface Endpoints {
  /** To be tried in this order; several only where nobody chose one. */
  readonly candidates: readonly Endpoint[];
  /** What was found broken on the way and passed over, for people. */
  readonly notes: readonly string[];
}

/**
 * Where the engine may be. What somebody chose is the only candidate, in docker's own order: our setting, DOCKER_HOST,
 * DOCKER_CONTEXT, the current context of docker's config.json. Otherwise the sockets where engines usually listen.
 * Throws ProblemError when the choice cannot be followed. Source: docker/cli cli/command/cli.go, resolveContextName.
 */
export async function findEndpoints(world: EndpointWorld): Promise<Endpoints> {
  const { env, host } = world;
  for (const [origin, chosen] of [
    ['setting gantry.engine.host', host],
    ['DOCKER_HOST', env['DOCKER_HOST']],
  ] as const) {
    if (chosen) return only({ origin, address: parseAddress(chosen, await tlsOfEnvironment(world)) });
  }
  const notes: string[] = [];
  const context = env['DOCKER_CONTEXT'] || (await currentContext(world, notes));
  if (context !== undefined && context !== 'default') return only(await endpointOfContext(context, world));
  const candidates = defaultSockets(world).map((path) => ({
    origin: path,
    address: { kind: 'socket', path } as const,
  }));
  return { candidates, notes };
}

function only(endpoint: Endpoint): Endpoints {
  return { candidates: [endpoint], notes: [] };
}

function defaultSockets({ env, home, platform }: EndpointWorld): readonly string[] {
  if (platform === 'win32') {
    return ['docker_engine', 'dockerDesktopLinuxEngine', 'podman-machine-default'].map((pipe) => `//./pipe/${pipe}`);
  }
  const runtime = env['XDG_RUNTIME_DIR'];
  return [
    '/var/run/docker.sock',
    `${home}/.docker/run/docker.sock`,
    ...(runtime ? [`${runtime}/docker.sock`, `${runtime}/podman/podman.sock`] : []),
    ...(platform === 'darwin' ? [`${home}/.local/share/containers/podman/machine/podman.sock`] : []),
    '/run/podman/podman.sock',
  ];
}

/** docker goes on without its config.json when that is broken; so do we, and say so. */
async function currentContext(world: EndpointWorld, notes: string[]): Promise<string | undefined> {
  const file = inConfig(world, 'config.json');
  try {
    const text = await world.readFile(file);
    const context = text === undefined ? undefined : fields(JSON.parse(text))['currentContext'];
    return typeof context === 'string' && context !== '' ? context : undefined;
  } catch (error) {
    notes.push(`${file}: ${error instanceof Error ? error.message : error}`);
    return undefined;
  }
}

/** Source: docker/cli cli/context/store. */
async function endpointOfContext(name: string, world: EndpointWorld): Promise<Endpoint> {
  const origin = `context ${name}`;
  const id = createHash('sha256').update(name).digest('hex');
  const broken = (message: string, cause?: unknown) =>
    new ProblemError(
      { kind: 'unreachable', subject: origin, message, next: 'Choose another with docker context use.' },
      cause,
    );
  const text = await world.readFile(inConfig(world, 'contexts', 'meta', id, 'meta.json'));
  if (text === undefined) throw broken('docker has no context of this name.');
  let docker: unknown;
  try {
    docker = fields(fields(JSON.parse(text))['Endpoints'])['docker'];
  } catch (error) {
    throw broken('The file of this context is not JSON.', error);
  }
  const host = fields(docker)['Host'];
  if (typeof host !== 'string' || host === '') throw broken('This context names no docker endpoint.');
  const skipVerify = fields(docker)['SkipTLSVerify'] === true;
  const pem = await readPem(inConfig(world, 'contexts', 'tls', id, 'docker'), world);
  const tls = skipVerify || Object.keys(pem).length > 0 ? { ...pem, skipVerify } : undefined;
  return { origin, address: parseAddress(host, tls) };
}

/** Source: docker/cli cli/flags/options.go. */
async function tlsOfEnvironment(world: EndpointWorld): Promise<Tls | undefined> {
  const { env } = world;
  const verify = Boolean(env['DOCKER_TLS_VERIFY']);
  if (!verify && !env['DOCKER_TLS']) return undefined;
  const folder = env['DOCKER_CERT_PATH'] || inConfig(world);
  const pem = await readPem(folder, world);
  if (verify && pem.ca === undefined) {
    throw new ProblemError({
      kind: 'certificate',
      subject: folder,
      message: 'DOCKER_TLS_VERIFY is set, but there is no ca.pem in this folder.',
      next: 'Set DOCKER_CERT_PATH to the folder with ca.pem, cert.pem and key.pem.',
    });
  }
  return { ...pem, skipVerify: !verify };
}

async function readPem(folder: string, world: EndpointWorld): Promise<Omit<Tls, 'skipVerify'>> {
  const names = ['ca', 'cert', 'key'] as const;
  const join = pathOf(world).join;
  const texts = await Promise.all(names.map(async (name) => [name, await world.readFile(join(folder, `${name}.pem`))]));
  return Object.fromEntries(texts.filter(([, text]) => text !== undefined));
}

function inConfig(world: EndpointWorld, ...parts: readonly string[]): string {
  const { join } = pathOf(world);
  return join(world.env['DOCKER_CONFIG'] || join(world.home, '.docker'), ...parts);
}

function pathOf({ platform }: EndpointWorld): typeof posix {
  return platform === 'win32' ? win32 : posix;
}
