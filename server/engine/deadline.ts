import { ProblemError } from '../util/problemError.ts';

/** Runs `work` with a signal that also aborts after `ms`; then this fails with kind `timeout` about `subject`. */
export async function withDeadline<T>(
  ms: number,
  subject: string,
  signal: AbortSignal,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  signal.throwIfAborted();
  const controller = new AbortController();
  const abort = () => controller.abort(signal.reason);
  signal.addEventListener('abort', abort, { once: true });
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    controller.abort();
  }, ms);
  try {
    return await work(controller.signal);
  } catch (error) {
    if (!late) throw error;
    const message = `There was no answer within ${Math.round(ms / 1000)} seconds.`;
    const next = 'Check that it is running and not overloaded, then try again.';
    throw new ProblemError({ kind: 'timeout', subject, message, next }, error);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', abort);
  }
}
