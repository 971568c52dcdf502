import type { RunResult, RunSpec } from '../../common/protocol.ts';
import { type Backend, RequestError } from '../backend.ts';
import { avoid, takenPorts } from './spec.ts';

/**
 * Runs `spec` with the host ports it wants where they are free. What other containers hold is known before; what another
 * program holds shows as the engine's conflict, and then the engine chooses them all.
 */
export async function start(
  backend: Pick<Backend, 'containers' | 'run'>,
  spec: RunSpec,
  signal: AbortSignal,
): Promise<RunResult> {
  const containers = await backend.containers(signal);
  const taken = takenPorts(containers.state === 'known' ? containers.value : []);
  const wanted = { ...spec, ports: avoid(spec.ports, taken) };
  try {
    return await backend.run(wanted, signal);
  } catch (error) {
    const fixed = wanted.ports.some(({ hostPort }) => hostPort !== 0);
    if (!(error instanceof RequestError) || error.problem.kind !== 'conflict' || !fixed) throw error;
    return await backend.run({ ...wanted, ports: avoid(spec.ports) }, signal);
  }
}
