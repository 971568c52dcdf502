import type { ProblemKind } from '../../../common/known.ts';
import { ProblemError } from '../../util/problemError.ts';
import type { Transport } from '../transport.ts';
import type { Grpc } from './grpc.ts';
import { type Codec, loadCodec } from './proto.ts';

export interface BuildkitConnection extends Grpc {
  readonly codec: Codec;
}

/**
 * BuildKit's API on a connection of its own. `signal` ends the dialling only: calls have their own, and {@link Grpc.close} ends it.
 * Throws ProblemError `unsupported` where there is none: {@link lacksBuildkit}.
 */
export async function connectBuildkit(
  transport: Pick<Transport, 'dial'>,
  signal: AbortSignal,
): Promise<BuildkitConnection> {
  const [codec, { grpcOver }] = await Promise.all([loadCodec(), import('./grpc.ts')]);
  const { socket, end } = await dialDetached(transport, '/grpc', {}, signal).catch((error: unknown) => {
    throw notOffered(error);
  });
  const grpc = grpcOver(socket, codec);
  return {
    ...grpc,
    codec,
    close() {
      grpc.close();
      end();
    },
  };
}

/** A transport's signal destroys the connection; here an abort must first tell BuildKit to stop, so dialling gets one of its own. */
export async function dialDetached(
  transport: Pick<Transport, 'dial'>,
  path: string,
  headers: NonNullable<Parameters<Transport['dial']>[1]['headers']>,
  signal: AbortSignal,
) {
  const lifetime = new AbortController();
  const abort = () => lifetime.abort(signal.reason);
  signal.throwIfAborted();
  signal.addEventListener('abort', abort, { once: true });
  try {
    const socket = await transport.dial(
      path,
      { headers: { Upgrade: 'h2c', ...headers }, subject: 'BuildKit' },
      lifetime.signal,
    );
    return { socket, end: () => lifetime.abort() };
  } finally {
    signal.removeEventListener('abort', abort);
  }
}

/** Old engines and Podman answer 404 to /grpc, proxies in front of an engine's socket 403 or what they please. */
const refusals: readonly ProblemKind[] = ['notFound', 'denied', 'unsupported', 'badAnswer', 'internal'];

/** What a refused dial means; anything else stays as it is. */
function notOffered(error: unknown): unknown {
  if (!(error instanceof ProblemError) || !refusals.includes(error.problem.kind)) return error;
  return new ProblemError(
    {
      kind: 'unsupported',
      subject: 'BuildKit',
      message: 'This engine does not offer the API of BuildKit.',
      next: 'Use Docker Engine 23 or newer, and let a proxy before it pass POST /grpc and /session.',
    },
    error,
  );
}

/** Whether the engine, or what stands before it, has no BuildKit for us. */
export function lacksBuildkit(error: unknown): boolean {
  return error instanceof ProblemError && error.problem.subject === 'BuildKit' && error.problem.kind === 'unsupported';
}
