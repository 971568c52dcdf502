import { homedir } from 'node:os';
import type { ImageAnalysis } from '../../common/layers.ts';
import { createCredentials } from '../credentials/credentials.ts';
import { createEngine } from '../engine/engine.ts';
import { type AnalyzeQuestion, createAnalyses } from '../images/layers/analyses.ts';
import { createKeptAnalyses, keptAnalysesBounds } from '../images/layers/keptAnalyses.ts';
import { createLayerOrigins } from '../images/layers/layerOrigins.ts';
import { createHttp } from '../registries/http.ts';
import { Registries } from '../registries/registries.ts';
import { cacheFolder } from '../util/cacheFolder.ts';
import { DiskCache } from '../util/diskCache.ts';
import type { ProblemError } from '../util/problemError.ts';
import type { CommandWorld } from './lint.ts';
import { messageOf } from './messageOf.ts';

/** For a command that runs once; what was analyzed is kept for the next one. Throws ProblemError. */
export async function analyzeImage(question: AnalyzeQuestion, world: CommandWorld): Promise<ImageAnalysis> {
  const { env, platform: system } = world;
  const log = { info() {} };
  const onProblem = (error: unknown) => world.complain(`${messageOf(error)}\n`);
  const engine = createEngine({ env, platform: system, log });
  const http = createHttp({ env });
  const credentials = createCredentials({ env, platform: system, onProblem });
  const disk = new DiskCache({
    folder: () => cacheFolder(env, system, 'layers'),
    onProblem: () => {}, // the answer is there all the same
    ...keptAnalysesBounds,
  });
  const analyses = createAnalyses({
    engine,
    registries: new Registries({ http, credentials }),
    kept: createKeptAnalyses(disk, Date.now),
    origins: createLayerOrigins(engine, { env, home: homedir(), log }),
  });
  try {
    return await analyses.analyze(question, () => {}, new AbortController().signal);
  } finally {
    await analyses.flush();
    await disk.flush();
    engine.dispose();
    await http.close();
  }
}

/** The thing, the reason, the next step, and what was tried. */
export function complainOf({ problem }: ProblemError, { complain }: CommandWorld): void {
  const { subject, message, next = '', tried = [] } = problem;
  complain(`${`${subject}: ${message} ${next}`.trimEnd()}\n${tried.map((attempt) => `  ${attempt}\n`).join('')}`);
}
