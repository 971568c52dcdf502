import type { Connection } from 'vscode-languageserver';
import type { BuildEngine } from '../engine/buildkit/build.ts';
import type { Credentials } from '../util/credential.ts';
import { answer, tell } from './answer.ts';
import { progressBatch } from './progressBatch.ts';

/** Building images; a build that fails is an answer, not an error. Canceling the request stops the build. */
export function registerBuild(
  connection: Connection,
  engine: BuildEngine,
  credentials: Pick<Credentials, 'find'>,
): void {
  answer(connection, 'gantry/images/build', async (spec, signal) => {
    const { progress } = spec;
    const batch = progressBatch((value) => {
      if (progress !== undefined) tell(connection, 'gantry/progress', { progress, value });
    });
    try {
      const { build } = await import('../engine/buildkit/build.ts');
      return await build(engine, spec, { credentials }, (value) => batch.add(value), signal);
    } finally {
      batch.end();
    }
  });
}
