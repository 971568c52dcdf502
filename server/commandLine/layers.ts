import { ProblemError } from '../util/problemError.ts';
import { analyzeImage, complainOf } from './analyzeImage.ts';
import { layersText } from './formats/layersText.ts';
import { exceededBy } from './imageLimits.ts';
import { type LayersArguments, layersUsage, readLayersArguments } from './layersArguments.ts';
import type { CommandWorld } from './lint.ts';
import { messageOf } from './messageOf.ts';

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
    world.complain(`${messageOf(error)}\n"node dist/cli.js layers --help" lists the options.\n`);
    return 2;
  }
  const { image: reference, source, platform, units } = asked;
  try {
    const analysis = await analyzeImage({ reference, source, platform }, world);
    world.write(asked.format === 'json' ? `${JSON.stringify(analysis, undefined, 2)}\n` : layersText(analysis, units));
    const exceeded = exceededBy(analysis, asked, units);
    for (const limit of exceeded) world.complain(`${analysis.name} ${limit}.\n`);
    return exceeded.length > 0 ? 1 : 0;
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    complainOf(error, world);
    return 2;
  }
}
