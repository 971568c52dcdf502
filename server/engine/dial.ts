import { Agent, type ClientRequest } from 'node:http';
import { connect as connectSocket } from 'node:net';
import type { Duplex } from 'node:stream';
import { connect as connectTls } from 'node:tls';
import { inspect } from 'node:util';
import type { Address } from './address.ts';
import { dialSsh } from './sshStream.ts';

/** One connection to the engine. Errors come as its 'error' event. */
export function dialAddress(address: Address): Duplex {
  switch (address.kind) {
    case 'socket':
      return connectSocket({ path: address.path });
    case 'tcp': {
      const { host, port, tls } = address;
      if (tls === undefined) return connectSocket({ host, port, keepAlive: true, keepAliveInitialDelay: 30_000 });
      const { skipVerify, ...pem } = tls;
      const socket = connectTls({ host, port, ...pem, rejectUnauthorized: !skipVerify });
      return socket.setKeepAlive(true, 30_000);
    }
    case 'ssh':
      return dialSsh(address);
  }
}

/** What @types/node leaves out; node's documentation of `http.Agent` names it only in passing. */
const inherited = Agent.prototype as Agent & { addRequest(this: Agent, request: ClientRequest, options: object): void };

/**
 * node:http over {@link dialAddress}, whatever the kind of address. Connections are kept only over ssh, where each costs a
 * log-in; on a socket keeping them brings nothing and risks writing to one that is being closed.
 */
export class AddressAgent extends Agent {
  private readonly address: Address;
  private readonly open = new Set<Duplex>();

  constructor(address: Address) {
    super({ keepAlive: address.kind === 'ssh', maxFreeSockets: 2 });
    this.address = address;
  }

  override createConnection(): Duplex {
    const connection = dialAddress(this.address);
    this.open.add(connection);
    return connection.once('close', () => this.open.delete(connection));
  }

  /**
   * Node hands each request to its agent here. The modem would follow a redirect, to whatever URL the answer names and with
   * errors outside of any promise (docker-modem 5.0.7, lib/http.js). An engine has no reason to send one but a bad path.
   */
  addRequest(request: ClientRequest, options: object): void {
    request.prependListener('response', (answer) => delete answer.headers.location);
    inherited.addRequest.call(this, request, options);
  }

  /** docker-modem prints its options for a debug log at each request, read or not, with all that hangs on them: milliseconds. */
  [inspect.custom](): string {
    return 'AddressAgent';
  }

  /** Also what was switched to a raw connection, which node's own agent no longer knows. */
  override destroy(): void {
    super.destroy();
    for (const connection of this.open) connection.destroy();
  }
}
