import type { Connection } from 'vscode-languageserver';
import type { BuildEngine } from '../engine/buildkit/build.ts';
import type { BuildFailure } from '../engine/buildkit/failure.ts';
import { parse } from '../language/dockerfile/parse.ts';
import type { Credentials } from '../util/credential.ts';
import { answer, tell } from './answer.ts';
import { progressBatch } from './progressBatch.ts';

/** Building images; a build that fails is an answer, not an error. Canceling the request stops the build. */
export function registerBuild(
  connection: Connection,
  engine: BuildEngine,
  credentials: Pick<Credentials, 'find'>,
  onBuild: (dockerfile: string, context: string) => void = () => {},
): void {
  answer(connection, 'gantry/images/build', async (spec, signal) => {
    const { progress, dockerfile, context } = spec;
    onBuild(dockerfile, context);
    const batch = progressBatch((value) => {
      if (progress !== undefined) tell(connection, 'gantry/progress', { progress, value });
    });
    try {
      const { build } = await import('../engine/buildkit/build.ts');
      return await build(engine, spec, { credentials, refuse }, (value) => batch.add(value), signal);
    } finally {
      batch.end();
    }
  });
}

/**
 * A file without a stage makes the BuildKit of some engines (26.1 among them) panic, which ends the engine and every container
 * with it. A `# syntax=` names another frontend, which runs in a container of its own and may want no FROM.
 */
function refuse(text: string): BuildFailure | undefined {
  const { stages, directives } = parse(text);
  if (stages.length > 0 || directives.some(({ name }) => name === 'syntax')) return undefined;
  return { kind: 'failed', message: 'The Dockerfile has no FROM, so there is nothing to build.' };
}
