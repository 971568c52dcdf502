import type { Connection } from 'vscode-languageserver';
import { type BuildEngine, build } from '../engine/buildkit/build.ts';
import type { CredentialsFor } from '../engine/pull.ts';
import { answer, tell } from './answer.ts';
import { progressBatch } from './progressBatch.ts';

/** Building images; a build that fails is an answer, not an error. Canceling the request stops the build. */
export function registerBuild(connection: Connection, engine: BuildEngine, credentialsFor: CredentialsFor): void {
  answer(connection, 'gantry/images/build', async (spec, signal) => {
    const { progress } = spec;
    const batch = progressBatch((value) => {
      if (progress !== undefined) tell(connection, 'gantry/progress', { progress, value });
    });
    try {
      return await build(engine, spec, { credentialsFor }, (value) => batch.add(value), signal);
    } finally {
      batch.end();
    }
  });
}
