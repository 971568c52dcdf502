import { ProblemError } from '../util/problemError.ts';

/** Where an engine listens, as docker writes it in DOCKER_HOST. Source: docker/cli opts/hosts.go, connhelper/ssh/ssh.go. */
export type Address =
  | { readonly kind: 'socket'; readonly path: string }
  | {
      readonly kind: 'tcp';
      readonly host: string;
      readonly port: number;
      /** Before every path of the API: `/docker`; usually empty. */
      readonly basePath: string;
      readonly tls?: Tls;
    }
  | {
      readonly kind: 'ssh';
      readonly host: string;
      readonly user?: string;
      readonly port?: number;
      /** The engine's socket on that machine, where it is not its docker's default. */
      readonly socket?: string;
    };

/** PEM texts. Without `ca` the system's authorities decide. */
export interface Tls {
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
  readonly skipVerify: boolean;
}

/** `text` is `unix:///path`, `npipe:////./pipe/name`, `tcp://host[:port]`, `ssh://[user@]host[:port][/socket]` or `host:port`. */
export function parseAddress(text: string, tls: Tls | undefined): Address {
  const scheme = /^([a-z]+):\/\//.exec(text)?.[1] ?? 'tcp';
  const rest = text.replace(/^[a-z]+:\/\//, '');
  if (scheme === 'unix' || scheme === 'npipe') {
    if (rest === '') throw malformed(text, 'it names no socket');
    return { kind: 'socket', path: rest };
  }
  // A port that the address leaves out is the engine's, and http: would swallow a written `:80`: read it by hand.
  const authority = /^(?:([^/@]*)@)?(\[[0-9A-Fa-f:.]+\]|[^/:@]+)(?::(\d{1,5}))?(\/.*)?$/.exec(rest);
  const [, userInfo, bracketed, digits, path = ''] = authority ?? [];
  if (bracketed === undefined) throw malformed(text, 'it names no host');
  const host = bracketed.replace(/^\[|\]$/g, '');
  const port = digits === undefined ? undefined : Number(digits);
  if (port !== undefined && (port < 1 || port > 65535)) throw malformed(text, `there is no port ${digits}`);
  switch (scheme) {
    case 'ssh':
      return sshAddress(text, host, userInfo, port, path);
    case 'tcp':
    case 'http':
    case 'https': {
      if (!URL.canParse(`http://${bracket(host)}`)) throw malformed(text, 'the host has characters that no host has');
      const secured = tls ?? (scheme === 'https' ? { skipVerify: false } : undefined);
      const basePath = path.replace(/\/+$/, '');
      const common = { kind: 'tcp', host, port: port ?? (secured ? 2376 : 2375), basePath } as const;
      return secured ? { ...common, tls: secured } : common;
    }
    default:
      throw malformed(text, `Gantry does not know ${scheme}://`);
  }
}

/** Without user information of tcp addresses, where somebody may have put a password. */
export function formatAddress(address: Address): string {
  switch (address.kind) {
    case 'socket':
      return /^[\\/]{2}/.test(address.path) ? `npipe://${address.path}` : `unix://${address.path}`;
    case 'tcp':
      return `tcp://${bracket(address.host)}:${address.port}${address.basePath}`;
    case 'ssh': {
      const user = address.user === undefined ? '' : `${address.user}@`;
      const port = address.port === undefined ? '' : `:${address.port}`;
      return `ssh://${user}${bracket(address.host)}${port}${address.socket ?? ''}`;
    }
  }
}

/**
 * Everything of an ssh address becomes an argument of ssh, and `socket` a word of a command in the remote user's shell:
 * only what can be neither an option nor shell syntax passes.
 */
function sshAddress(text: string, host: string, user: string | undefined, port: number | undefined, path: string) {
  if (!/^[A-Za-z0-9_][A-Za-z0-9_.:-]*$/.test(host)) throw malformed(text, 'the host has characters that no host has');
  if (user?.includes(':')) throw malformed(text, 'ssh takes no password from an address', 'Set up an ssh key.');
  if (user !== undefined && !/^[A-Za-z0-9_][A-Za-z0-9_.-]*$/.test(user)) throw malformed(text, 'the user is malformed');
  const socket = path === '' || path === '/' ? undefined : path;
  if (socket !== undefined && !/^\/[\w./-]+$/.test(socket)) throw malformed(text, 'the socket path is malformed');
  return {
    kind: 'ssh',
    host,
    ...(user === undefined ? {} : { user }),
    ...(port === undefined ? {} : { port }),
    ...(socket === undefined ? {} : { socket }),
  } as const;
}

function bracket(host: string): string {
  return host.includes(':') ? `[${host}]` : host;
}

function malformed(text: string, reason: string, next?: string): ProblemError {
  return new ProblemError({
    kind: 'unreachable',
    // Whatever stands before an @ may hold a password.
    subject: text.replace(/^([a-z]+:\/\/)?.*@/s, '$1'),
    message: `This is not an address of a container engine: ${reason}.`,
    next: next ?? 'Write it like unix:///var/run/docker.sock, tcp://host:2375 or ssh://user@host.',
  });
}
