import type { Socket } from 'node:net';
import { untilAborted } from '../../util/signal.ts';

/** So long a name, a connection or a handshake may take. */
export const patienceMs = 10_000;

/** Waits for a socket to be open. Rejects with its error, with `ETIMEDOUT`, or with the signal's reason. */
export function opened(socket: Socket, event: 'connect' | 'secureConnect', signal: AbortSignal): Promise<void> {
  const late = AbortSignal.timeout(patienceMs);
  const either = AbortSignal.any([signal, late]);
  const open = new Promise<void>((resolve, reject) => {
    socket.once(event, resolve);
    socket.on('error', reject); // also what comes when nobody waits any more
    socket.once('close', () => reject(Object.assign(new Error('it closed'), { code: 'ECONNRESET' })));
  });
  return untilAborted(open, either).catch((error: unknown) => {
    socket.destroy();
    throw late.aborted && !signal.aborted ? Object.assign(new Error('no answer'), { code: 'ETIMEDOUT' }) : error;
  });
}

export const hostOf = ({ hostname }: URL): string => hostname.replace(/^\[(.*)\]$/, '$1');
export const portOf = ({ port, protocol }: URL): number => Number(port || (protocol === 'https:' ? 443 : 80));
