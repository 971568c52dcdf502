/** The connection on which the engine calls us back during a build: for files of the context and for credentials. */
import { createHash, randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { dockerHub, dockerHubAddress, dockerHubHosts } from '../../../common/reference.ts';
import type { Credential, Credentials } from '../../util/credential.ts';
import type { Transport } from '../transport.ts';
import { dialDetached } from './connection.ts';
import { diffCopy } from './diffCopy.ts';
import { GrpcError, grpcStatus } from './grpcError.ts';
import { type CallHandler, serveGrpc } from './grpcServer.ts';
import type { Codec } from './proto.ts';

export interface SessionOptions {
  /** Folders by the name the frontend asks for: `context`, `dockerfile`. */
  readonly folders: ReadonlyMap<string, string>;
  readonly credentials: Pick<Credentials, 'find'>;
}

export interface Session {
  readonly id: string;
  /** The first thing that went wrong on our side, with its own words; the engine's report of it says less. */
  readonly failure: unknown;
  close(): void;
}

/** Opens a session. Source: moby/buildkit session/session.go, session/grpc.go; docker's daemon/server/router/session. */
export async function openSession(
  transport: Pick<Transport, 'dial'>,
  codec: Codec,
  options: SessionOptions,
  signal: AbortSignal,
): Promise<Session> {
  const id = randomUUID().replaceAll('-', '');
  const handlers = new Map<string, CallHandler>([
    ['/grpc.health.v1.Health/Check', (call) => call.send(codec.encode('HealthCheckResponse', { status: 1 }))],
    ['/moby.filesync.v1.FileSync/DiffCopy', (call) => sendFolder(call, options.folders, codec)],
    ['/moby.filesync.v1.Auth/Credentials', (call) => sendCredentials(call, options.credentials, codec)],
  ]);
  const { socket, end: hangUp } = await dialDetached(
    transport,
    '/session',
    {
      'X-Docker-Expose-Session-Uuid': id,
      'X-Docker-Expose-Session-Name': 'gantry',
      'X-Docker-Expose-Session-Sharedkey': sharedKey(options.folders),
      // The engine checks here what it may call; without it file sync is "not supported by the client".
      'X-Docker-Expose-Session-Grpc-Method': [...handlers.keys()],
    },
    signal,
  );
  let failure: unknown;
  const end = serveGrpc(socket, handlers, (_path, error) => {
    failure ??= error;
  });
  return {
    id,
    get failure() {
      return failure;
    },
    close() {
      end();
      hangUp();
    },
  };
}

/** The same for every build of a context from this machine, so that the engine sends only for what changed. */
function sharedKey(folders: ReadonlyMap<string, string>): string {
  return createHash('sha256')
    .update(JSON.stringify([hostname(), folders.get('context')]))
    .digest('hex');
}

const sendFolder = async (call: Parameters<CallHandler>[0], folders: ReadonlyMap<string, string>, codec: Codec) => {
  const name = call.metadata('dir-name')[0] ?? '';
  const folder = folders.get(name);
  if (folder === undefined) throw new GrpcError(grpcStatus.notFound, `no folder "${name}" is part of this build`, []);
  await diffCopy(call, folder, codec);
};

const sendCredentials = async (
  call: Parameters<CallHandler>[0],
  credentials: Pick<Credentials, 'find'>,
  codec: Codec,
) => {
  for await (const message of call.messages) {
    const { Host } = codec.decode<{ Host: string }>('CredentialsRequest', message);
    const found = await credentials.find(registryOf(Host), undefined, call.signal);
    return call.send(codec.encode('CredentialsResponse', found ? secretOf(found) : {}));
  }
};

/** An identity token goes without a name. A registry token cannot be handed on this way. Source: moby/buildkit authprovider.go. */
function secretOf(credential: Credential): { Username?: string; Secret?: string } {
  switch (credential.kind) {
    case 'basic':
      return { Username: credential.username, Secret: credential.password };
    case 'identityToken':
      return { Secret: credential.token };
    case 'registryToken':
      return {};
  }
}

/** Docker Hub answers under several names, and docker's own config.json knows it by an address. */
function registryOf(host: string): string {
  return host === dockerHubAddress || dockerHubHosts.has(host) ? dockerHub : host;
}
