/**
 * gRPC's client side over one connection the engine handed over, on node:http2. What BuildKit needs and no more:
 * one request, one or many answers, status in the trailers. Source: grpc/doc/PROTOCOL-HTTP2.md.
 */
import {
  type ClientHttp2Session,
  type ClientHttp2Stream,
  connect,
  constants,
  type IncomingHttpHeaders,
} from 'node:http2';
import type { Duplex } from 'node:stream';
import { isAbort, ProblemError } from '../../util/problemError.ts';
import { frame, frameReader } from './frames.ts';
import { GrpcError, type StatusDetail } from './grpcError.ts';
import type { Codec, MessageName } from './proto.ts';

export interface Method {
  /** `/package.Service/Method` */
  readonly path: string;
  readonly request: MessageName;
  readonly response: MessageName;
}

export interface Grpc {
  /** The one answer of a call. Throws GrpcError when the status is not 0, AbortError when `signal` says so. */
  call<T>(method: Method, request: object, signal: AbortSignal): Promise<T>;
  /** The answers as they come; leaving the loop resets the stream. Errors as {@link call}. */
  stream<T>(method: Method, request: object, signal: AbortSignal): AsyncGenerator<T, void, undefined>;
  /** Ends the connection; calls under way fail. */
  close(): void;
}

/** gRPC over `socket`, which it owns from now on. */
export function grpcOver(socket: Duplex, codec: Codec): Grpc {
  const session = connect('http://localhost', { createConnection: () => socket });
  // Every call hears of it through its own stream; without a listener here it would end the process.
  session.on('error', () => {});
  const stream = <T>(method: Method, request: object, signal: AbortSignal) =>
    answers<T>(session, codec, method, request, signal);
  return {
    stream,
    async call<T>(method: Method, request: object, signal: AbortSignal) {
      for await (const answer of stream<T>(method, request, signal)) return answer;
      throw new ProblemError({ kind: 'badAnswer', subject: method.path, message: 'BuildKit answered nothing.' });
    },
    close() {
      session.destroy();
      socket.destroy();
    },
  };
}

async function* answers<T>(
  session: ClientHttp2Session,
  codec: Codec,
  method: Method,
  request: object,
  signal: AbortSignal,
): AsyncGenerator<T, void, undefined> {
  signal.throwIfAborted();
  if (session.closed || session.destroyed) throw lost(method);
  const stream = session.request({
    ':method': 'POST',
    ':path': method.path,
    'content-type': 'application/grpc',
    te: 'trailers',
  });
  const reset = () => stream.close(constants.NGHTTP2_CANCEL);
  signal.addEventListener('abort', reset, { once: true });
  let last: IncomingHttpHeaders = {};
  const keep = (headers: IncomingHttpHeaders) => {
    last = { ...last, ...headers };
  };
  stream.on('response', keep);
  stream.on('trailers', keep);
  stream.end(frame(codec.encode(method.request, request)));
  let finished = false;
  try {
    const frames = frameReader();
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      for (const message of frames.push(chunk)) yield codec.decode<T>(method.response, message);
    }
    finished = true;
    signal.throwIfAborted();
    checkStatus(last, method, codec, frames.partial);
  } catch (error) {
    finished = true;
    signal.throwIfAborted();
    if (error instanceof GrpcError || error instanceof ProblemError || isAbort(error)) throw error;
    // A reset by the server comes with the status in the trailers when it had one to give.
    if (last['grpc-status'] !== undefined) checkStatus(last, method, codec, false);
    throw lost(method, error);
  } finally {
    signal.removeEventListener('abort', reset);
    if (!finished) reset();
    endQuietly(stream);
  }
}

/** After the call is settled nothing of its stream may surface as an uncaught error. */
function endQuietly(stream: ClientHttp2Stream): void {
  stream.on('error', () => {});
  if (!stream.closed) stream.close(constants.NGHTTP2_CANCEL);
}

function checkStatus(headers: IncomingHttpHeaders, method: Method, codec: Codec, partial: boolean): void {
  const status = headers['grpc-status'];
  if (status === undefined || partial) throw lost(method);
  if (Number(status) === 0) return;
  const encoded = headers['grpc-status-details-bin'];
  const message = percentDecoded(String(headers['grpc-message'] ?? ''));
  throw new GrpcError(Number(status), message, typeof encoded === 'string' ? detailsOf(encoded, codec) : []);
}

function detailsOf(encoded: string, codec: Codec): readonly StatusDetail[] {
  try {
    return codec.decode<{ details: StatusDetail[] }>('RpcStatus', Buffer.from(encoded, 'base64')).details;
  } catch {
    return []; // The message alone still says what happened.
  }
}

function percentDecoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text; // Not encoded by the rules: shown as it came.
  }
}

function lost(method: Method, cause?: unknown): ProblemError {
  return new ProblemError(
    {
      kind: 'unreachable',
      subject: 'BuildKit',
      message: `The engine closed its BuildKit connection during ${method.path.split('/').at(-1)}.`,
      next: 'Check that the engine is still running, then try again.',
    },
    cause,
  );
}
