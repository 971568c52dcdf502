/** Whether the engine gets to the registry, with a network and a list of trusted authorities of its own. */
import { engineAdvice } from '../../util/engineAdvice.ts';
import { isAbort, ProblemError, problemOf } from '../../util/problemError.ts';
import { type Finding, ok, skipped } from './steps.ts';

/**
 * Asks the engine what an image is at its registry. Rejects with the reason where it does not get there; resolves to a
 * sentence that says why where there is no engine to ask.
 */
export type AskEngine = (reference: string, signal: AbortSignal) => Promise<string | undefined>;

export async function engineFinding(
  host: string,
  reference: string | undefined,
  askEngine: AskEngine,
  signal: AbortSignal,
): Promise<Finding> {
  if (reference === undefined) {
    return skipped('The engine can be asked about a repository only: diagnose one of them.');
  }
  try {
    const notAsked = await askEngine(reference, signal);
    return notAsked === undefined ? ok('The engine gets there too.') : skipped(notAsked);
  } catch (error) {
    if (isAbort(error)) throw error;
    return explained(error, host);
  }
}

function explained(error: unknown, host: string): Finding {
  const { message } = problemOf(error, 'engine');
  const kind = error instanceof ProblemError ? error.problem.kind : 'internal';
  const said = message.slice(0, 500);
  // It has asked the registry, which is what was to be seen.
  if (kind === 'notFound' || /manifest unknown|name unknown|not found/i.test(said))
    return ok('The engine gets there too.');
  if (kind === 'unauthorized' || kind === 'denied' || /unauthorized|denied|no basic auth/i.test(said)) {
    const next = 'It is sent the same sign-in as the registry is from here; look at the step before.';
    return { state: 'warning', detail: `The engine gets there, and is refused: ${said}`, next };
  }
  const next = engineAdvice(said, host);
  return { state: 'warning', detail: `The engine does not get there: ${said}`, ...(next !== undefined && { next }) };
}
