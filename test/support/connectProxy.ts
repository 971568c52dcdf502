import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** A proxy on loopback that takes everybody who asks for a way to one place. */
export interface ConnectProxy {
  readonly url: string;
  /** The heads of what it was asked, in order. */
  readonly asked: readonly string[];
  /** What it says instead of making a way, from now on. */
  refuse(statusLine: string): void;
  stop(): Promise<void>;
}

export async function startConnectProxy(target: { readonly port: number }): Promise<ConnectProxy> {
  const asked: string[] = [];
  const sockets = new Set<Socket>();
  let refusal: string | undefined;
  const server = createServer((client) => {
    sockets.add(client);
    client.on('error', () => {});
    client.once('data', (head) => {
      asked.push(head.toString('latin1'));
      if (refusal !== undefined) return client.end(`${refusal}\r\n\r\n`);
      const upstream = connect(target.port, '127.0.0.1', () => {
        client.write('HTTP/1.1 200 Connection established\r\n\r\n');
        client.pipe(upstream).pipe(client);
      });
      sockets.add(upstream);
      return upstream.on('error', () => client.destroy());
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    refuse: (statusLine) => {
      refusal = statusLine;
    },
    async stop() {
      server.close();
      for (const socket of sockets) socket.destroy();
      await once(server, 'close');
    },
  };
}
