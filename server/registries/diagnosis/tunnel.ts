import type { Socket } from 'node:net';
import { ProblemError } from '../../util/problemError.ts';
import { untilAborted } from '../../util/signal.ts';
import { patienceMs, portOf } from './sockets.ts';

const maximumHeadBytes = 16 * 1024;

/** Asks a proxy for a way to `target`. Throws a ProblemError where it says no. Source: RFC 9110, 9.3.6. */
export async function openTunnel(socket: Socket, target: URL, proxy: URL, signal: AbortSignal): Promise<Socket> {
  const authority = `${target.hostname}:${portOf(target)}`;
  const { username, password } = proxy;
  const secret = `${decoded(username)}:${decoded(password)}`;
  const signIn =
    username === '' && password === ''
      ? ''
      : `Proxy-Authorization: Basic ${Buffer.from(secret).toString('base64')}\r\n`;
  socket.write(`CONNECT ${authority} HTTP/1.1\r\nHost: ${authority}\r\n${signIn}\r\n`);
  const late = AbortSignal.timeout(patienceMs);
  try {
    const head = await untilAborted(headOf(socket), AbortSignal.any([signal, late]));
    const status = /^HTTP\/1\.[01] (\d{3})/.exec(head)?.[1];
    if (status?.startsWith('2')) return socket;
    throw refused(proxy, target, status);
  } catch (error) {
    socket.destroy();
    throw late.aborted && !signal.aborted ? Object.assign(new Error('no answer'), { code: 'ETIMEDOUT' }) : error;
  }
}

/** As the address has it where that is no encoding. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text; // a bare `%` in a password
  }
}

function headOf(socket: Socket): Promise<string> {
  return new Promise((resolve, reject) => {
    let head = '';
    const onData = (chunk: Buffer) => {
      head += chunk.toString('latin1');
      if (!head.includes('\r\n\r\n') && head.length < maximumHeadBytes) return;
      socket.off('data', onData);
      socket.pause();
      resolve(head);
    };
    socket.on('data', onData);
    socket.once('error', reject);
    socket.once('close', () => reject(Object.assign(new Error('it closed'), { code: 'ECONNRESET' })));
  });
}

function refused(proxy: URL, target: URL, status: string | undefined): ProblemError {
  const subject = proxy.host;
  if (status === undefined) {
    return new ProblemError({ kind: 'badAnswer', subject, message: `${subject} does not answer as a proxy does.` });
  }
  const next =
    status === '407'
      ? 'It wants a sign-in: write it into the address of the proxy, http://name:password@host:port.'
      : 'Ask whoever runs the proxy, or except the registry from it with no_proxy.';
  return new ProblemError({
    kind: status === '407' ? 'unauthorized' : 'denied',
    subject,
    message: `The proxy ${subject} does not let us through to ${target.host} (status ${status}).`,
    next,
  });
}
