/** Proxy, name, connection and certificate of a registry, each looked at by itself. */
import { lookup } from 'node:dns/promises';
import { connect } from 'node:net';
import type { DiagnoseStep, RegistrySetting } from '../../../common/registry.ts';
import { ProblemError } from '../../util/problemError.ts';
import { untilAborted } from '../../util/signal.ts';
import { networkProblem } from '../networkProblem.ts';
import { type NamedProxy, type Proxies, proxyFor } from '../proxy.ts';
import { hostOf, opened, patienceMs, portOf } from './sockets.ts';
import { type Finding, failed, ok, skipped, timed } from './steps.ts';
import { tlsFinding } from './tls.ts';

export interface Connecting {
  readonly setting: Pick<RegistrySetting, 'caFile' | 'insecure'>;
  readonly proxies: Proxies;
  readonly env: NodeJS.ProcessEnv;
  readonly now: () => number;
}

/** Proxy, DNS, TCP and TLS in order, up to the first that fails. The connection goes to the proxy where there is one. */
export async function* connectSteps(base: URL, world: Connecting, signal: AbortSignal): AsyncGenerator<DiagnoseStep> {
  const named = proxyFor(world.proxies, base);
  const proxy = typeof named === 'object' && 'address' in named ? named.address : undefined;
  const step = { name: 'Proxy', ...proxyFinding(base, named, world.proxies.exceptions) };
  yield step;
  if (step.state === 'failed') return;

  const next = proxy ?? base;
  const explain = (error: unknown) =>
    failed(error instanceof ProblemError ? error : networkProblem(error, next), next.host);
  const dns = await timed('DNS', signal, () => dnsFinding(hostOf(next), signal), explain);
  yield dns;
  if (dns.state === 'failed') return;
  yield* connectionSteps(base, proxy, world, signal);
}

/** TCP and TLS alone: what is left to be looked at where another port of the same host is tried. */
export async function* connectionSteps(
  base: URL,
  proxy: URL | undefined,
  { setting, env, now }: Connecting,
  signal: AbortSignal,
): AsyncGenerator<DiagnoseStep> {
  const next = proxy ?? base;
  const explain = (error: unknown) =>
    failed(error instanceof ProblemError ? error : networkProblem(error, next), next.host);
  const tcp = await timed('TCP', signal, () => tcpFinding(next, signal), explain);
  yield tcp;
  if (tcp.state === 'failed') return;
  if (base.protocol === 'http:') {
    yield { name: 'TLS', state: 'warning', detail: 'None: what is sent can be read on the way.' };
  } else if (proxy?.protocol.startsWith('socks')) {
    yield { name: 'TLS', ...skipped('Not looked at through a SOCKS proxy; the next step shows whether it works.') };
  } else {
    const look = () => tlsFinding(base, { proxy, setting, env, now }, signal);
    yield await timed('TLS', signal, look, explain);
  }
}

function proxyFinding(base: URL, named: ReturnType<typeof proxyFor>, exceptions: string): Finding {
  if (named === undefined) return ok('None: no environment variable names one.');
  if (named === 'thisMachine') return ok('None: the registry is on this machine.');
  if (named === 'exceptions')
    return ok(`None: ${base.hostname} is excepted by no_proxy (${exceptions.slice(0, 200)}).`);
  if ('problem' in named) return failed(named.problem, named.variable);
  return ok(`${proxyName(named)}.`);
}

/** Without the password, which is only said to be there. */
function proxyName({ variable, address }: Extract<NamedProxy, { readonly address: URL }>): string {
  const secret = address.password === '' && address.username === '' ? '' : ', with a sign-in';
  return `${address.protocol}//${address.host}, named by ${variable}${secret}`;
}

async function dnsFinding(host: string, signal: AbortSignal): Promise<Finding> {
  const late = AbortSignal.timeout(patienceMs);
  try {
    const found = await untilAborted(lookup(host, { all: true }), AbortSignal.any([signal, late]));
    const addresses = [...new Set(found.map(({ address }) => address))];
    return ok(addresses.includes(host) ? `${host} is an address.` : `${host} is ${addresses.join(', ')}.`);
  } catch (error) {
    throw late.aborted ? Object.assign(new Error('no answer'), { code: 'EAI_AGAIN' }) : error;
  }
}

async function tcpFinding(to: URL, signal: AbortSignal): Promise<Finding> {
  const socket = connect({ host: hostOf(to), port: portOf(to) });
  try {
    await opened(socket, 'connect', signal);
    return ok(`${to.hostname} accepts connections at port ${portOf(to)}.`);
  } finally {
    socket.destroy();
  }
}
