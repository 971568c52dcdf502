import type { Connection } from 'vscode-languageserver';
import type { EngineStatus } from '../../common/protocol.ts';
import { inspectAtRegistry } from '../engine/distribution.ts';
import type { Engine } from '../engine/engine.ts';
import { type DiagnosisWorld, diagnose } from '../registries/diagnosis/diagnose.ts';
import type { AskEngine } from '../registries/diagnosis/engine.ts';
import { ProblemError } from '../util/problemError.ts';
import { answer, tell } from './answer.ts';

/** An engine that cannot reach a registry tries for long; by then the rest has been said. */
const engineMs = 20_000;
/** One that is there has answered by then. */
const connectMs = 3000;

export function registerDiagnose(
  connection: Connection,
  world: Omit<DiagnosisWorld, 'askEngine'>,
  engine: Pick<Engine, 'knownStatus' | 'status' | 'json'>,
): void {
  const engineFor =
    (host: string): AskEngine =>
    async (reference, signal) => {
      const status = engine.knownStatus() ?? (await statusSoon(engine, signal));
      if (status === undefined) return 'No engine is there to ask.';
      if (status.product === 'podman') return 'Podman cannot be asked about a registry.';
      const credential = await world.credentials.find(host, undefined, signal).catch(() => undefined); // told before
      const late = AbortSignal.timeout(engineMs);
      const limited = AbortSignal.any([signal, late]);
      await inspectAtRegistry(engine, reference, { registry: host, credential }, limited).catch((error) => {
        throw late.aborted && !signal.aborted ? tooLate(reference) : error;
      });
      return undefined;
    };
  answer(connection, 'gantry/registries/diagnose', ({ host, repository, progress }, signal) =>
    diagnose(
      host,
      repository,
      { ...world, askEngine: engineFor(host) },
      (step) => {
        if (progress !== undefined)
          tell(connection, 'gantry/progress', { progress, value: { kind: 'diagnose', step } });
      },
      signal,
    ),
  );
}

async function statusSoon(engine: Pick<Engine, 'status'>, signal: AbortSignal): Promise<EngineStatus | undefined> {
  try {
    return await engine.status(AbortSignal.any([signal, AbortSignal.timeout(connectMs)]));
  } catch {
    signal.throwIfAborted();
    return undefined; // which is what is said of it
  }
}

function tooLate(subject: string): ProblemError {
  return new ProblemError({
    kind: 'timeout',
    subject,
    message: `It did not answer within ${engineMs / 1000} seconds.`,
  });
}
