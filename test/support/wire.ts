import { PassThrough } from 'node:stream';
import { type Connection, createConnection } from 'vscode-languageserver/node';
import {
  createProtocolConnection,
  type ProtocolConnection,
  StreamMessageReader,
  StreamMessageWriter,
} from 'vscode-languageserver-protocol/node';

/** Both ends of a connection as it is between client and server, messages written out and read again. */
export interface Wire {
  readonly server: Connection;
  readonly client: ProtocolConnection;
  close(): void;
}

export function wire(): Wire {
  const toServer = new PassThrough();
  const toClient = new PassThrough();
  const server = createConnection(new StreamMessageReader(toServer), new StreamMessageWriter(toClient));
  const client = createProtocolConnection(new StreamMessageReader(toClient), new StreamMessageWriter(toServer));
  client.listen();
  return {
    server,
    client,
    close() {
      client.dispose();
      server.dispose();
    },
  };
}
