import { request } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Dial } from '../../server/engine/buildkit/grpc.ts';

/** A dial that knows unix sockets only. */
export function dialUnix(socketPath: string): Dial {
  return (path, headers, signal) =>
    new Promise<Duplex>((resolve, reject) => {
      const outgoing = request({
        socketPath,
        path,
        method: 'POST',
        signal,
        headers: { Connection: 'Upgrade', Upgrade: 'h2c', ...(headers as Record<string, string | string[]>) },
      });
      outgoing.on('upgrade', (_response, socket, head) => {
        if (head.length > 0) socket.unshift(head);
        resolve(socket);
      });
      outgoing.on('response', (response) => reject(new Error(`${path}: ${response.statusCode}`)));
      outgoing.on('error', reject);
      outgoing.end();
    });
}
