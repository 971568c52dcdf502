/** Name, connection and certificate of a registry, each looked at by itself. */
import { lookup } from 'node:dns/promises';
import { connect } from 'node:net';
import { connect as connectTls, type PeerCertificate, type TLSSocket } from 'node:tls';
import type { DiagnoseStep, RegistrySetting } from '../../../common/registry.ts';
import { problemOf } from '../../util/problemError.ts';
import { readAuthorities, trusting } from '../authorities.ts';
import { networkProblem } from '../networkProblem.ts';

const patienceMs = 10_000;
/** A certificate that ends so soon is worth a word. */
const soonMs = 14 * 24 * 3600_000;

/** DNS, TCP and TLS in order, up to the first that fails. `proxy`: the connection goes there, and the proxy looks up the name. */
export async function* connectSteps(
  base: URL,
  { caFile, insecure = false }: Pick<RegistrySetting, 'caFile' | 'insecure'>,
  proxy: URL | undefined,
  env: NodeJS.ProcessEnv,
  signal: AbortSignal,
): AsyncGenerator<DiagnoseStep> {
  const next = proxy ?? base;
  const hostname = next.hostname.replace(/^\[(.*)\]$/, '$1');
  const port = Number(next.port || (next.protocol === 'https:' ? 443 : 80));

  const dns = await step('DNS', next, signal, async () => {
    const addresses = await lookup(hostname, { all: true });
    return { state: 'ok', detail: `${hostname} is ${addresses.map(({ address }) => address).join(', ')}.` };
  });
  yield dns;
  if (dns.state === 'failed') return;

  const tcp = await step('TCP', next, signal, async () => {
    const socket = connect({ host: hostname, port, timeout: patienceMs });
    await settled(socket, 'connect', signal);
    socket.destroy();
    return { state: 'ok', detail: `${hostname} accepts connections at port ${port}.` };
  });
  yield tcp;
  if (tcp.state === 'failed') return;

  if (base.protocol === 'http:') {
    yield { name: 'TLS', state: 'warning', detail: 'None: what is sent can be read on the way.' };
  } else if (proxy !== undefined) {
    yield {
      name: 'TLS',
      state: 'skipped',
      detail: 'Seen through the proxy only; the next step shows whether it works.',
    };
  } else {
    yield await step('TLS', base, signal, async () => {
      const secureContext = await trusting(env, caFile === undefined ? [] : await readAuthorities(caFile));
      const socket = connectTls({
        ...{ host: hostname, port, timeout: patienceMs, rejectUnauthorized: false },
        ...(/^[\d.]+$|:/.test(hostname) ? {} : { servername: hostname }),
        ...(secureContext && { secureContext }),
      });
      await settled(socket, 'secureConnect', signal);
      const said = tlsStep(socket, base, insecure);
      socket.destroy();
      return said;
    });
  }
}

function tlsStep(socket: TLSSocket, base: URL, insecure: boolean): Omit<DiagnoseStep, 'name' | 'ms'> {
  const certificate = socket.getPeerCertificate();
  const about = `${socket.getProtocol() ?? 'TLS'}; ${describe(certificate)}`;
  if (!socket.authorized) {
    const code = String(socket.authorizationError);
    const { message, next } = problemOf(networkProblem(Object.assign(new Error(code), { code }), base), base.host);
    if (insecure)
      return { state: 'warning', detail: `${about} Nobody vouches for it (${code}), which the settings allow.` };
    return { state: 'failed', detail: `${about} ${message}`, ...(next !== undefined && { next }) };
  }
  const until = Date.parse(certificate.valid_to);
  const ends = until - Date.now() < soonMs;
  return {
    state: ends ? 'warning' : 'ok',
    detail: about,
    ...(ends && { next: 'It ends soon: tell whoever runs the registry.' }),
  };
}

function describe({ subject, issuer, valid_to }: PeerCertificate): string {
  const name = text(subject?.CN) || 'somebody';
  const by = text(issuer?.CN) || text(issuer?.O) || 'somebody';
  const self = name === by ? 'vouched for by itself' : `vouched for by ${by}`;
  return `the certificate is of ${name}, ${self}, until ${valid_to}.`;
}

/** Names in certificates are whatever somebody wrote. */
const text = (value: unknown): string => String(Array.isArray(value) ? value[0] : (value ?? '')).slice(0, 100);

function settled(
  socket: ReturnType<typeof connect>,
  event: 'connect' | 'secureConnect',
  signal: AbortSignal,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const fail = (error: Error) => {
      socket.destroy();
      reject(error);
    };
    const onAbort = () => fail(signal.reason as Error);
    signal.addEventListener('abort', onAbort, { once: true });
    socket.once(event, () => {
      signal.removeEventListener('abort', onAbort);
      resolve();
    });
    socket.once('timeout', () => fail(Object.assign(new Error('no answer'), { code: 'ETIMEDOUT' })));
    socket.once('error', fail);
    if (signal.aborted) onAbort();
  });
}

async function step(
  name: string,
  target: URL,
  signal: AbortSignal,
  work: () => Promise<Omit<DiagnoseStep, 'name' | 'ms'>>,
): Promise<DiagnoseStep> {
  const from = performance.now();
  const took = () => Math.round(performance.now() - from);
  try {
    return { name, ...(await work()), ms: took() };
  } catch (error) {
    signal.throwIfAborted();
    const { message, next } = problemOf(networkProblem(error, target), target.host);
    return { name, state: 'failed', detail: message, ...(next !== undefined && { next }), ms: took() };
  }
}
