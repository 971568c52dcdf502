import { readFile, stat } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import type { BuildProgress, BuildResult, BuildSpec } from '../../../common/protocol.ts';
import type { Credentials } from '../../util/credential.ts';
import { ProblemError } from '../../util/problemError.ts';
import type { Engine } from '../engine.ts';
import { connectBuildkit, lacksBuildkit } from './connection.ts';
import { isMissing } from './contextError.ts';
import type { BuildFailure } from './failure.ts';
import { buildOverRest } from './restBuild.ts';
import { solve } from './solve.ts';

export type BuildEngine = Pick<Engine, 'json' | 'stream' | 'dial' | 'status'>;

export interface BuildWorld {
  readonly credentials: Pick<Credentials, 'find'>;
  /** Why this text must not reach an engine; undefined when it may. */
  readonly refuse: (dockerfile: string) => BuildFailure | undefined;
}

/**
 * Builds an image into the engine's store, with BuildKit's own API where the engine serves it, else by REST. A build that fails is
 * a result; what keeps it from running at all (no such file, no engine) is thrown as ProblemError. Aborting stops the running step.
 */
export async function build(
  engine: BuildEngine,
  spec: BuildSpec,
  world: BuildWorld,
  onProgress: (progress: BuildProgress) => void,
  signal: AbortSignal,
): Promise<BuildResult> {
  await checkPaths(spec);
  const refusal = world.refuse(await readFile(spec.dockerfile, 'utf8'));
  if (refusal !== undefined) return refusal;
  const connection = await connectBuildkit(engine, signal).catch((error: unknown) => {
    if (lacksBuildkit(error)) return undefined;
    throw error;
  });
  if (!connection) return buildOverRest(engine, spec, world, onProgress, signal);
  try {
    return await solve(engine, connection, spec, world, onProgress, signal);
  } finally {
    connection.close();
  }
}

async function checkPaths({ dockerfile, context }: BuildSpec): Promise<void> {
  await expectKind(dockerfile, (stats) => stats.isFile(), 'There is no such Dockerfile.');
  await expectKind(context, (stats) => stats.isDirectory(), 'The build context is not a folder.');
}

async function expectKind(
  path: string,
  fits: (stats: Awaited<ReturnType<typeof stat>>) => boolean,
  message: string,
): Promise<void> {
  try {
    if (fits(await stat(path))) return;
  } catch (error) {
    if (!isMissing(error)) throw error;
  }
  const next = `Check the path: ${basename(path)} in ${dirname(path)}.`;
  throw new ProblemError({ kind: 'notFound', subject: path, message, next });
}
