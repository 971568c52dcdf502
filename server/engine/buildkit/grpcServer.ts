/** gRPC's server side over one connection: what the engine calls back on a session. Source: grpc/doc/PROTOCOL-HTTP2.md. */
import { performServerHandshake, type ServerHttp2Stream } from 'node:http2';
import type { Duplex } from 'node:stream';
import { frame, frameReader } from './frames.ts';
import { GrpcError, grpcStatus } from './grpcError.ts';

export interface IncomingCall {
  /** All values of a metadata entry, decoded, in their order. */
  metadata(name: string): readonly string[];
  /** The caller's messages as they come. */
  readonly messages: AsyncIterable<Uint8Array>;
  /** Resolves when the connection can take more. */
  send(message: Uint8Array): Promise<void>;
  /** Aborts when the caller gives up or the connection ends. */
  readonly signal: AbortSignal;
}

/** Answers one call; returning is status OK, throwing is a failure with the error's message. */
export type CallHandler = (call: IncomingCall) => Promise<void>;

/** Serves `handlers`, keyed by `/package.Service/Method`, on `socket`, which it owns from now on. Returns how to end it. */
export function serveGrpc(
  socket: Duplex,
  handlers: ReadonlyMap<string, CallHandler>,
  onFailure: (path: string, error: unknown) => void,
): () => void {
  const session = performServerHandshake(socket);
  session.on('error', () => {}); // Each call hears of it through its own stream.
  session.on('stream', (stream, headers, _flags, rawHeaders) => {
    stream.on('error', () => {}); // Heard through 'close'.
    const path = String(headers[':path']);
    const handler = handlers.get(path);
    if (!handler) return fail(stream, grpcStatus.unimplemented, `${path} is not offered`);
    void serve(stream, handler, rawHeaders as unknown as readonly string[], (error) => onFailure(path, error));
  });
  return () => {
    session.destroy();
    socket.destroy();
  };
}

async function serve(
  stream: ServerHttp2Stream,
  handler: CallHandler,
  rawHeaders: readonly string[],
  onFailure: (error: unknown) => void,
): Promise<void> {
  const controller = new AbortController();
  stream.on('close', () => controller.abort());
  let status: { code: number; message: string } = { code: grpcStatus.ok, message: '' };
  stream.on('wantTrailers', () => stream.sendTrailers(trailers(status.code, status.message)));
  stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true });
  try {
    await handler({
      metadata: (name) => metadataOf(rawHeaders, name),
      messages: messagesOf(stream),
      send: (message) => write(stream, frame(message), controller.signal),
      signal: controller.signal,
    });
  } catch (error) {
    if (!controller.signal.aborted) onFailure(error);
    const code = error instanceof GrpcError ? error.code : grpcStatus.unknown;
    status = { code, message: error instanceof Error ? error.message : String(error) };
  }
  if (!stream.destroyed) stream.end();
}

async function* messagesOf(stream: ServerHttp2Stream): AsyncGenerator<Uint8Array, void, undefined> {
  const frames = frameReader();
  // Leaving the loop early must not end our own half of the stream.
  const chunks = stream.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>;
  for await (const chunk of chunks) yield* frames.push(chunk);
}

async function write(stream: ServerHttp2Stream, bytes: Buffer, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  if (stream.write(bytes)) return;
  await new Promise<void>((resolve, reject) => {
    const settle = () => {
      stream.off('drain', settle);
      signal.removeEventListener('abort', settle);
      if (signal.aborted) reject(signal.reason);
      else resolve();
    };
    stream.on('drain', settle);
    signal.addEventListener('abort', settle, { once: true });
  });
}

/**
 * Node joins a header that is repeated with commas, which patterns may hold themselves, so the raw list is read.
 * Source of `-encoded`: moby/buildkit session/filesync/filesync.go, decodeOpts.
 */
export function metadataOf(rawHeaders: readonly string[], name: string): readonly string[] {
  const values: string[] = [];
  let encoded = false;
  for (let at = 0; at + 1 < rawHeaders.length; at += 2) {
    if (rawHeaders[at] === name) values.push(rawHeaders[at + 1]!);
    if (rawHeaders[at] === `${name}-encoded`) encoded = rawHeaders[at + 1] === '1' || rawHeaders[at + 1] === 'true';
  }
  return encoded ? values.map((value) => decodeURIComponent(value.replaceAll('+', ' '))) : values;
}

function fail(stream: ServerHttp2Stream, code: number, message: string): void {
  stream.respond(
    { ':status': 200, 'content-type': 'application/grpc', ...trailers(code, message) },
    { endStream: true },
  );
}

function trailers(code: number, message: string): Record<string, string> {
  return { 'grpc-status': String(code), ...(message === '' ? {} : { 'grpc-message': encodeURIComponent(message) }) };
}
