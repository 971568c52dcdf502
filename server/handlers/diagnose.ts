import type { Connection } from 'vscode-languageserver';
import { path } from '../engine/apiPath.ts';
import type { Engine } from '../engine/engine.ts';
import { type DiagnosisWorld, diagnose } from '../registries/diagnosis/diagnose.ts';
import { answer, tell } from './answer.ts';

/** An engine that cannot reach a registry tries for long; by then the rest has been said. */
const engineMs = 20_000;

export function registerDiagnose(
  connection: Connection,
  world: Omit<DiagnosisWorld, 'askEngine'>,
  engine: Pick<Engine, 'knownStatus' | 'json'>,
): void {
  const askEngine = async (name: string, signal: AbortSignal) => {
    const limited = AbortSignal.any([signal, AbortSignal.timeout(engineMs)]);
    await engine.json({ method: 'GET', path: path`/distribution/${name}/json`, subject: name }, limited);
  };
  answer(connection, 'gantry/registries/diagnose', ({ host, repository, progress }, signal) =>
    diagnose(
      host,
      repository,
      { ...world, ...(engine.knownStatus() !== undefined && { askEngine }) },
      (step) => {
        if (progress !== undefined)
          tell(connection, 'gantry/progress', { progress, value: { kind: 'diagnose', step } });
      },
      signal,
    ),
  );
}
