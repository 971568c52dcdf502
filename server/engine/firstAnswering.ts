import type { Problem } from '../../common/known.ts';
import type { EngineStatus } from '../../common/protocol.ts';
import { ProblemError, problemOf } from '../util/problemError.ts';
import { formatAddress } from './address.ts';
import type { Endpoint, Endpoints } from './endpoint.ts';
import { probe } from './probe.ts';
import { ModemTransport } from './transport.ts';

export interface Connected {
  readonly endpoint: Endpoint;
  readonly transport: ModemTransport;
  readonly status: EngineStatus;
  /** Whether it is still there, and still the same. Throws ProblemError when not. */
  check(signal: AbortSignal): Promise<void>;
}

/** The first candidate that answers as an engine does. When none does, the problem lists what was tried, with each reason. */
export async function connectFirst({ candidates, notes }: Endpoints, signal: AbortSignal): Promise<Connected> {
  const failures: { readonly endpoint: Endpoint; readonly problem: Problem; readonly absent: boolean }[] = [];
  for (const endpoint of candidates) {
    const transport = await ModemTransport.to(endpoint.address);
    try {
      return connectedTo(endpoint, transport, await probe(endpoint, transport, signal));
    } catch (error) {
      transport.dispose();
      signal.throwIfAborted();
      const problem = problemOf(error, formatAddress(endpoint.address));
      failures.push({ endpoint, problem, absent: isAbsent(error) });
    }
  }
  const tried = [...notes, ...failures.map(({ endpoint, problem }) => `${describe(endpoint)}: ${problem.message}`)];
  // A socket that is there and refuses tells more than all those that are not.
  const telling = failures.find(({ absent }) => !absent) ?? (candidates.length === 1 ? failures[0] : undefined);
  const problem: Problem = {
    kind: telling?.problem.kind ?? 'unreachable',
    subject: telling === undefined ? 'engine' : describe(telling.endpoint),
    message: telling?.problem.message ?? 'No container engine was found.',
    next: telling?.problem.next ?? 'Start Docker or Podman, or say where it is with the setting gantry.engine.host.',
    tried,
  };
  throw new ProblemError(problem);
}

function connectedTo(endpoint: Endpoint, transport: ModemTransport, status: EngineStatus): Connected {
  return {
    endpoint,
    transport,
    status,
    async check(signal) {
      const now = await probe(endpoint, transport, signal);
      if (now.version === status.version && now.product === status.product) return;
      const message = `The engine is now ${now.product} ${now.version}.`;
      throw new ProblemError({ kind: 'unreachable', subject: status.address, message });
    },
  };
}

function describe({ origin, address }: Endpoint): string {
  const written = formatAddress(address);
  return written.endsWith(origin) ? written : `${origin} (${written})`;
}

function isAbsent(error: unknown): boolean {
  return (
    error instanceof Error && error.cause instanceof Error && 'code' in error.cause && error.cause.code === 'ENOENT'
  );
}
