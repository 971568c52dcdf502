import type { Problem, ProblemKind } from '../../common/known.ts';
import { isAbort, ProblemError } from '../util/problemError.ts';

/** What node says when a connection fails or breaks, by error code. */
const connectionProblems: Readonly<Record<string, { kind: ProblemKind; message: string; next?: string }>> = {
  ENOENT: { kind: 'unreachable', message: 'There is no such socket.', next: 'Start the container engine.' },
  ENOTSOCK: { kind: 'unreachable', message: 'This is not a socket.' },
  ECONNREFUSED: { kind: 'unreachable', message: 'Nothing listens there.', next: 'Start the container engine.' },
  EACCES: {
    kind: 'unreachable',
    message: 'You are not allowed to use this socket.',
    next: 'Join its group (sudo usermod -aG docker "$USER"), then sign out and in again.',
  },
  ENOTFOUND: { kind: 'unreachable', message: 'No such host is known.', next: 'Check the name of the host.' },
  EAI_AGAIN: { kind: 'unreachable', message: 'The name of the host cannot be looked up now.' },
  EHOSTUNREACH: { kind: 'unreachable', message: 'There is no way to this host.' },
  ENETUNREACH: { kind: 'unreachable', message: 'There is no way to this network.' },
  ETIMEDOUT: { kind: 'timeout', message: 'The host did not answer in time.' },
  ECONNRESET: { kind: 'unreachable', message: 'The engine closed the connection.' },
  EPIPE: { kind: 'unreachable', message: 'The engine closed the connection.' },
  EPROTO: {
    kind: 'badAnswer',
    message: 'What answers does not speak TLS.',
    next: 'Check DOCKER_TLS_VERIFY and the port.',
  },
};

const pipeGroup = 'Join the group docker-users, then sign out and in again.';

/** Whatever a connection to an engine threw, as a {@link ProblemError}; an abort stays what it is. */
export function connectionError(error: unknown, subject: string): Error {
  if (error instanceof ProblemError || isAbort(error)) return error as Error;
  return new ProblemError(connectionProblem(error, subject), error);
}

export function connectionProblem(error: unknown, subject: string): Problem {
  const { code, message } = { code: '', message: String(error), ...partsOf(error) };
  const plain = connectionProblems[code === 'EPERM' ? 'EACCES' : code];
  if (plain !== undefined) {
    const pipe = subject.startsWith('npipe:') && (code === 'EACCES' || code === 'EPERM');
    return { subject, ...plain, ...(pipe && { next: pipeGroup }) };
  }
  if (code === 'ESSH') {
    return {
      kind: 'unreachable',
      subject,
      message: `ssh says: ${message}`,
      next: 'Check that ssh to this host works without a question.',
    };
  }
  if (code.startsWith('HPE_')) {
    return {
      kind: 'badAnswer',
      subject,
      message: 'What answers does not speak HTTP.',
      next: 'Check the address of the engine.',
    };
  }
  if (/CERT|UNABLE_TO_|SELF_SIGNED|CRL_/.test(code)) {
    return {
      kind: 'certificate',
      subject,
      message: `Its certificate is not trusted: ${message}.`,
      next: 'Check ca.pem in DOCKER_CERT_PATH or in the context.',
    };
  }
  return { kind: 'unreachable', subject, message: `The connection failed: ${message}.` };
}

const kindOfStatus: Readonly<Record<number, ProblemKind>> = {
  401: 'unauthorized',
  403: 'denied',
  404: 'notFound',
  409: 'conflict',
  501: 'unsupported',
};

export type NextSteps = Readonly<Partial<Record<ProblemKind, string>>>;

/** An answer of the engine with an error status. `body` is the engine's `{"message"}`, or whatever a proxy put there. */
export function statusError(status: number, body: string, subject: string, nextSteps: NextSteps = {}): ProblemError {
  // The words of Go's net/http; the only plain text that is worth reading.
  if (status === 400 && body.startsWith('Client sent an HTTP request to an HTTPS server')) {
    const next = 'Set DOCKER_TLS_VERIFY=1 and DOCKER_CERT_PATH, or use a docker context.';
    return new ProblemError({ kind: 'certificate', subject, message: 'The engine wants TLS.', next });
  }
  const said = messageOf(body);
  const kind = kindOfStatus[status] ?? 'internal';
  const next = nextSteps[kind];
  return new ProblemError({
    kind,
    subject,
    message: said === undefined ? `The engine answered with status ${status}.` : sentence(said),
    ...(next === undefined ? {} : { next }),
  });
}

export function badAnswer(subject: string, reason: string, cause?: unknown): ProblemError {
  return new ProblemError(
    { kind: 'badAnswer', subject, message: `The engine's answer makes no sense: ${reason}.` },
    cause,
  );
}

function messageOf(body: string): string | undefined {
  try {
    const parsed: unknown = JSON.parse(body);
    const message = typeof parsed === 'object' && parsed !== null && 'message' in parsed ? parsed.message : undefined;
    return typeof message === 'string' && message !== '' ? message.slice(0, 2000) : undefined;
  } catch {
    return undefined; // not the engine's JSON: a page of a proxy, of no use to anybody
  }
}

function sentence(text: string): string {
  const trimmed = text.trim();
  return /[.!?]$/.test(trimmed) ? trimmed : `${trimmed}.`;
}

function partsOf(error: unknown): { code?: string; message?: string } {
  if (!(error instanceof Error)) return {};
  // Happy eyeballs: one error for each address that was tried, all about the same host.
  const inner: unknown = error instanceof AggregateError ? error.errors[0] : error;
  const code = inner instanceof Error && 'code' in inner && typeof inner.code === 'string' ? inner.code : '';
  return { code, message: inner instanceof Error ? inner.message : error.message };
}
