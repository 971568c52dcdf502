import { homedir } from 'node:os';
import { formatBytes } from '../../common/bytes.ts';
import type { ImageAnalysis } from '../../common/layers.ts';
import { createCredentials } from '../credentials/credentials.ts';
import { createEngine } from '../engine/engine.ts';
import { createAnalyses } from '../images/layers/analyses.ts';
import { createKeptAnalyses, keptAnalysesBounds } from '../images/layers/keptAnalyses.ts';
import { createLayerOrigins } from '../images/layers/layerOrigins.ts';
import { createHttp } from '../registries/http.ts';
import { Registries } from '../registries/registries.ts';
import { cacheFolder } from '../util/cacheFolder.ts';
import { DiskCache } from '../util/diskCache.ts';
import { ProblemError } from '../util/problemError.ts';
import { layersText } from './formats/layersText.ts';
import { type LayersArguments, layersUsage, readLayersArguments } from './layersArguments.ts';
import type { CommandWorld } from './lint.ts';

/** Says what an image is made of. Resolves to the exit code: 0 within the limits, 1 beyond one, 2 wrong or unreadable. */
export async function layers(args: readonly string[], world: CommandWorld): Promise<number> {
  if (args.includes('--help') || args.includes('-h')) {
    world.write(layersUsage);
    return 0;
  }
  let asked: LayersArguments;
  try {
    asked = readLayersArguments(args);
  } catch (error) {
    const [reason] = String(error instanceof Error ? error.message : error).split(' To specify '); // as in lint.ts
    world.complain(`${reason}\n"node dist/cli.js layers --help" lists the options.\n`);
    return 2;
  }
  try {
    const analysis = await analyze(asked, world);
    world.write(asked.format === 'json' ? `${JSON.stringify(analysis, undefined, 2)}\n` : layersText(analysis));
    const exceeded = exceededBy(analysis, asked);
    for (const limit of exceeded) world.complain(`${limit}\n`);
    return exceeded.length > 0 ? 1 : 0;
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    const { subject, message, next = '', tried = [] } = error.problem;
    world.complain(`${subject}: ${message} ${next}`.trimEnd());
    world.complain(`\n${tried.map((attempt) => `  ${attempt}\n`).join('')}`);
    return 2;
  }
}

async function analyze({ image, source, platform }: LayersArguments, world: CommandWorld): Promise<ImageAnalysis> {
  const { env, platform: system } = world;
  const log = { info() {} };
  const onProblem = (error: unknown) => world.complain(`${error instanceof Error ? error.message : String(error)}\n`);
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
    return await analyses.analyze({ reference: image, source, platform }, () => {}, new AbortController().signal);
  } finally {
    await analyses.flush();
    await disk.flush();
    engine.dispose();
    await http.close();
  }
}

function exceededBy({ name, bytes, files }: ImageAnalysis, limits: LayersArguments): readonly string[] {
  const { maximumBytes = Number.POSITIVE_INFINITY, maximumWasted = Number.POSITIVE_INFINITY } = limits;
  const { minimumEfficiency = 0 } = limits;
  const { reclaimableBytes = 0, efficiency = 1 } = files ?? {};
  const exceeded: string[] = [];
  if (bytes > maximumBytes) exceeded.push(`has ${tooMany(bytes, maximumBytes)} of --max-size`);
  if (reclaimableBytes > maximumWasted)
    exceeded.push(`wastes ${tooMany(reclaimableBytes, maximumWasted)} of --max-wasted`);
  if (efficiency < minimumEfficiency)
    exceeded.push(`has an efficiency of ${efficiency}, less than the ${minimumEfficiency} of --min-efficiency`);
  return exceeded.map((limit) => `${name} ${limit}.`);
}

/** Exact where rounding would hide the difference. */
function tooMany(bytes: number, limit: number): string {
  const [shown, shownLimit] = [formatBytes(bytes), formatBytes(limit)];
  return shown === shownLimit
    ? `${bytes} bytes, more than the ${limit} bytes`
    : `${shown}, more than the ${shownLimit}`;
}
