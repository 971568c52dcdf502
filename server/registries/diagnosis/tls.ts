/** The certificate of a registry, and who stands behind it. */
import { X509Certificate } from 'node:crypto';
import { connect, isIP, type Socket } from 'node:net';
import { connect as connectTls, type DetailedPeerCertificate, type SecureContext, type TLSSocket } from 'node:tls';
import type { RegistrySetting } from '../../../common/registry.ts';
import { problemOf } from '../../util/problemError.ts';
import { readAuthorities, trusting } from '../authorities.ts';
import { networkProblem } from '../networkProblem.ts';
import { hostOf, opened, portOf } from './sockets.ts';
import { type Finding, plain } from './steps.ts';
import { openTunnel } from './tunnel.ts';

export interface TlsLook {
  readonly proxy: URL | undefined;
  readonly setting: Pick<RegistrySetting, 'caFile' | 'insecure'>;
  readonly env: NodeJS.ProcessEnv;
  readonly now: () => number;
}

/** A certificate that ends so soon is worth a word. */
const soonMs = 14 * 24 * 3600_000;
/** Longer chains are nobody's. */
const maximumChain = 8;

/** Through the proxy where there is one. Throws what the connection throws, or a ProblemError about `caFile` or the proxy. */
export async function tlsFinding(base: URL, look: TlsLook, signal: AbortSignal): Promise<Finding> {
  const { proxy, setting, env } = look;
  const own = setting.caFile === undefined ? [] : await readAuthorities(setting.caFile);
  const over = proxy && (await tunnelTo(base, proxy, env, signal));
  const socket = secure(base, { over, trust: await trusting(env, own), verify: false });
  try {
    await opened(socket, 'secureConnect', signal);
    return describe(socket, base, look, own);
  } finally {
    socket.destroy();
    over?.destroy();
  }
}

/** A way to the registry through the proxy, which may want TLS itself. */
async function tunnelTo(base: URL, proxy: URL, env: NodeJS.ProcessEnv, signal: AbortSignal): Promise<Socket> {
  const isSecure = proxy.protocol === 'https:';
  const socket = isSecure
    ? secure(proxy, { over: undefined, trust: await trusting(env), verify: true })
    : connect(portOf(proxy), hostOf(proxy));
  await opened(socket, isSecure ? 'secureConnect' : 'connect', signal);
  return openTunnel(socket, base, proxy, signal);
}

function secure(
  target: URL,
  how: {
    /** An open connection; a new one where it is undefined. */
    readonly over: Socket | undefined;
    readonly trust: SecureContext | undefined;
    readonly verify: boolean;
  },
): TLSSocket {
  const host = hostOf(target);
  return connectTls({
    ...{ host, port: portOf(target), rejectUnauthorized: how.verify },
    ...(isIP(host) === 0 && { servername: host }),
    ...(how.over && { socket: how.over }),
    ...(how.trust && { secureContext: how.trust }),
  });
}

function describe(socket: TLSSocket, base: URL, look: TlsLook, own: readonly string[]): Finding {
  const chain = chainOf(socket.getPeerCertificate(true));
  const [leaf] = chain;
  const protocol = socket.getProtocol() ?? 'TLS';
  if (leaf === undefined) return { state: 'failed', detail: `${protocol}; ${base.host} shows no certificate.` };
  const about = `${protocol}; ${chain.map(nameOf).join(' < ')}; until ${leaf.valid_to}.`;
  if (socket.authorized) {
    const ends = Date.parse(leaf.valid_to) - look.now() < soonMs;
    const detail = `${about} ${trustOf(chain, own, look.setting.caFile)}`;
    if (!ends) return { state: 'ok', detail };
    return { state: 'warning', detail, next: 'It ends soon: tell whoever runs the registry.' };
  }
  const error: unknown = socket.authorizationError;
  const code = plain(error instanceof Error ? ((error as NodeJS.ErrnoException).code ?? error.message) : error);
  const finding = untrusted(code, leaf, chain, base, look.now());
  if (!look.setting.insecure) return { state: 'failed', ...finding, detail: `${about} ${finding.detail}` };
  return { state: 'warning', detail: `${about} ${finding.detail} The settings allow that ("insecure").` };
}

/** The registry's own first, as far up as it or our list of authorities goes. */
function chainOf(first: DetailedPeerCertificate): readonly DetailedPeerCertificate[] {
  const chain: DetailedPeerCertificate[] = [];
  const seen = new Set<string>();
  for (let at = first; at?.fingerprint256 !== undefined && chain.length < maximumChain; at = at.issuerCertificate) {
    if (seen.has(at.fingerprint256)) break;
    seen.add(at.fingerprint256);
    chain.push(at);
  }
  return chain;
}

const nameOf = ({ subject }: DetailedPeerCertificate): string => plain(subject?.CN) || plain(subject?.O) || 'somebody';
const issuerOf = ({ issuer }: DetailedPeerCertificate): string => plain(issuer?.CN) || plain(issuer?.O) || 'somebody';

function trustOf(chain: readonly DetailedPeerCertificate[], own: readonly string[], caFile: string | undefined) {
  const named = new Set(own.map((pem) => new X509Certificate(pem).fingerprint256));
  const top = chain.at(-1);
  const by = top === undefined ? 'somebody' : nameOf(top);
  if (!chain.some(({ fingerprint256 }) => named.has(fingerprint256))) return `The system or Node trusts ${by}.`;
  return `Trusted because of ${caFile}.`;
}

function untrusted(
  code: string,
  leaf: DetailedPeerCertificate,
  chain: readonly DetailedPeerCertificate[],
  base: URL,
  now: number,
): Omit<Finding, 'state'> {
  const top = chain.at(-1) ?? leaf;
  const caFile = 'as "caFile" of this registry in gantry.registries';
  switch (code) {
    case 'ERR_TLS_CERT_ALTNAME_INVALID': {
      const names = plain(leaf.subjectaltname?.replaceAll(/DNS:|IP Address:/g, '')) || nameOf(leaf);
      const detail = `It is not for ${hostOf(base)}, but for ${names}.`;
      return { detail, next: 'Use a name that it is for, or tell whoever runs the registry.' };
    }
    case 'CERT_HAS_EXPIRED': {
      const ended = chain.find(({ valid_to }) => Date.parse(valid_to) < now) ?? leaf;
      return {
        detail: `The certificate of ${nameOf(ended)} has ended on ${ended.valid_to}.`,
        next: "Check this machine's clock; if it is right, whoever runs the registry has to renew the certificate.",
      };
    }
    case 'CERT_NOT_YET_VALID':
      return { detail: `It begins on ${leaf.valid_from}.`, next: "Check this machine's clock." };
    case 'DEPTH_ZERO_SELF_SIGNED_CERT':
      return {
        detail: 'It is vouched for by itself alone.',
        next: `Name it as a PEM file ${caFile}, after comparing it with whoever runs the registry.`,
      };
    case 'SELF_SIGNED_CERT_IN_CHAIN':
      return {
        detail: `Nobody here knows the authority ${nameOf(top)}.`,
        next: `Name the PEM file of ${nameOf(top)} ${caFile}. A proxy that reads along has an authority of its own.`,
      };
    case 'UNABLE_TO_GET_ISSUER_CERT':
    case 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY':
    case 'UNABLE_TO_VERIFY_LEAF_SIGNATURE':
      return {
        detail: `Nobody here knows ${issuerOf(top)}, who vouches for ${nameOf(top)}.`,
        next: `Name the PEM file of ${issuerOf(top)} ${caFile}, or let the registry send the certificates in between.`,
      };
    default: {
      const { message, next } = problemOf(networkProblem(Object.assign(new Error(code), { code }), base), base.host);
      return { detail: message, ...(next !== undefined && { next }) };
    }
  }
}
