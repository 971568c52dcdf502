/** Whether the engine gets to the registry, with a network and a list of trusted authorities of its own. */
import { isAbort, ProblemError, problemOf } from '../../util/problemError.ts';
import { type Finding, ok, skipped } from './steps.ts';

/** Asks the engine what an image is at its registry. Rejects with the reason. */
export type AskEngine = (reference: string, signal: AbortSignal) => Promise<void>;

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
    await askEngine(reference, signal);
    return ok('The engine gets there too.');
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
  return { state: 'warning', detail: `The engine does not get there: ${said}`, ...advice(said, host) };
}

function advice(message: string, host: string): { readonly next?: string } {
  if (/x509|certificate/i.test(message)) {
    return { next: `Give the engine the authority's certificate: /etc/docker/certs.d/${host}/ca.crt on its machine.` };
  }
  if (/HTTP response to HTTPS client/i.test(message)) {
    return { next: `Add ${host} to insecure-registries in the engine's configuration (daemon.json).` };
  }
  if (/no such host|connection refused|timeout|unreachable|deadline exceeded|did not answer/i.test(message)) {
    return { next: "Check the network and the proxy of the engine's machine: they are not those of VS Code." };
  }
  return {};
}
