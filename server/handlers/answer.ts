/** Where the protocol's ways become the house's: a cancellation token an AbortSignal, a thrown error an answer. */
import type { CancellationToken, Connection, GenericRequestHandler } from 'vscode-languageserver';
import { CancellationTokenSource, LSPErrorCodes, ResponseError } from 'vscode-languageserver';
import { failed, type Known, known, type Problem } from '../../common/known.ts';
import type {
  ClientNotifications,
  ClientRequests,
  ServerNotifications,
  ServerRequests,
} from '../../common/protocol.ts';
import { isAbort, problemOf } from '../util/problemError.ts';
import { untilAborted } from '../util/signal.ts';

/** Answers one of our own requests. A throw becomes a ResponseError with the problem as data, an abort RequestCancelled. */
export function answer<M extends keyof ClientRequests>(
  connection: Connection,
  method: M,
  handler: (params: ClientRequests[M]['params'], signal: AbortSignal) => Promise<ClientRequests[M]['result']>,
): void {
  const handle: GenericRequestHandler<unknown, Problem> = (params: ClientRequests[M]['params'], token) =>
    cancellable(token, (signal) => handler(params, signal), method);
  connection.onRequest(method, handle);
}

/** Runs `work` with a signal that follows `token`; for the LSP's own requests. */
export async function cancellable<T>(
  token: CancellationToken,
  work: (signal: AbortSignal) => Promise<T> | T,
  subject: string,
): Promise<T> {
  const controller = new AbortController();
  const subscription = token.onCancellationRequested(() => controller.abort());
  try {
    if (token.isCancellationRequested) controller.abort();
    return await work(controller.signal);
  } catch (error) {
    if (isAbort(error)) throw new ResponseError(LSPErrorCodes.RequestCancelled, 'cancelled');
    const problem: Problem = problemOf(error, subject);
    throw new ResponseError(LSPErrorCodes.RequestFailed, problem.message, problem);
  } finally {
    subscription.dispose();
  }
}

/** What a list request answers: failures become data, so that a view can show them as a node. Aborts stay aborts. */
export async function asKnown<T>(work: Promise<T>, subject: string): Promise<Known<T>> {
  try {
    return known(await work, Date.now());
  } catch (error) {
    if (isAbort(error)) throw error;
    return failed(problemOf(error, subject));
  }
}

export function onNotification<M extends keyof ClientNotifications>(
  connection: Connection,
  method: M,
  handler: (params: ClientNotifications[M]) => void,
): void {
  connection.onNotification(method, handler);
}

/** Tells the client. Does nothing once it is gone: what it would hear, nobody is left to see. */
export function tell<M extends keyof ServerNotifications>(
  connection: Connection,
  method: M,
  params: ServerNotifications[M],
): void {
  try {
    connection.sendNotification(method, params).catch(() => {}); // the channel broke off under it
  } catch {} // the connection is closed: the library throws at once
}

/** Asks the client, and stops waiting when aborted; the client hears of that. Throws what it answers in place of a result. */
export async function askClient<M extends keyof ServerRequests>(
  connection: Connection,
  method: M,
  params: ServerRequests[M]['params'],
  signal: AbortSignal,
): Promise<ServerRequests[M]['result']> {
  signal.throwIfAborted();
  const source = new CancellationTokenSource();
  const cancel = () => source.cancel();
  signal.addEventListener('abort', cancel, { once: true });
  try {
    return await untilAborted(
      connection.sendRequest<ServerRequests[M]['result']>(method, params, source.token),
      signal,
    );
  } finally {
    signal.removeEventListener('abort', cancel);
    source.dispose();
  }
}
