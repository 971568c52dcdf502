import { createHash } from 'node:crypto';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { FileAnalysis } from '../../common/layers.ts';
import type { Dockerfile } from '../language/dockerfile/dockerfile.ts';
import { parse } from '../language/dockerfile/parse.ts';
import { type FileSizes, SizeReader } from '../language/sizes/fileSizes.ts';
import { listening } from '../language/sizes/settled.ts';
import { missingLine } from '../language/sizes/tooltips.ts';
import type { Total } from '../language/sizes/totals.ts';
import { ProblemError } from '../util/problemError.ts';
import { analyzeImage, complainOf } from './analyzeImage.ts';
import { sizesToJson, sizesToText } from './formats/sizes.ts';
import { exceededBy } from './imageLimits.ts';
import type { CommandWorld } from './lint.ts';
import { messageOf } from './messageOf.ts';
import { readText } from './readText.ts';
import { readSizesArguments, type SizesArguments, sizesUsage } from './sizesArguments.ts';
import { openSizeRooms, type SizeRooms } from './sizesRooms.ts';

/** What has not answered by then is said to be not known. */
const patienceMs = 20_000;

/**
 * Prints what every instruction of a file adds, as the hints of the editor have it. Resolves to the exit code: 0 within the
 * limit, 1 above it, 2 wrong, unreadable or not known.
 */
export async function sizes(args: readonly string[], world: CommandWorld): Promise<number> {
  if (args.includes('--help') || args.includes('-h')) {
    world.write(sizesUsage);
    return 0;
  }
  let asked: SizesArguments;
  let dockerfile: Dockerfile;
  try {
    asked = readSizesArguments(args);
  } catch (error) {
    world.complain(`${messageOf(error)}\n"node dist/cli.js sizes --help" lists the options.\n`);
    return 2;
  }
  try {
    dockerfile = parse((await readText(asked.file)).text);
  } catch (error) {
    world.complain(`${asked.file}: ${messageOf(error)}\n`);
    return 2;
  }
  const rooms = openSizeRooms(world);
  try {
    const found = await settled(rooms, pathToFileURL(resolve(asked.file)).href, dockerfile);
    const { maximumWasted, minimumEfficiency } = asked;
    const wants = maximumWasted !== undefined || minimumEfficiency !== undefined;
    const files = wants ? await filesOf(found, world) : undefined;
    world.write(
      asked.format === 'json' ? sizesToJson(asked.file, found, files) : sizesToText(asked, dockerfile, found, files),
    );
    if (found.missing) world.complain(`${missingLine(found.missing)}\n`);
    return judge(asked, imageOf(found), wants, files, world);
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    complainOf(error, world);
    return 2;
  } finally {
    await rooms.dispose();
  }
}

/** Once nothing is on its way any more, or has been for too long. */
async function settled(rooms: SizeRooms, uri: string, dockerfile: Dockerfile): Promise<FileSizes> {
  const heard = listening(rooms.images, rooms.contexts);
  const hash = (text: string) => createHash('sha256').update(text).digest('hex');
  const reader = new SizeReader({ images: heard.images, contexts: heard.contexts, hash });
  const late = AbortSignal.timeout(patienceMs);
  for (;;) {
    const news = rooms.nextNews(late);
    const found = reader.of(uri, dockerfile);
    if (!heard.wasPending() || late.aborted) return found;
    await news;
  }
}

/** The image of the last stage: what makes no layer is its base. */
function imageOf({ stages }: FileSizes): Total | undefined {
  const last = stages.at(-1);
  return last?.total ?? (last?.layers === 0 && last.base ? { bytes: last.base.bytes, state: 'exact' } : undefined);
}

/** What its files say, where the engine has it as the file is. Throws ProblemError. */
async function filesOf(found: FileSizes, world: CommandWorld): Promise<FileAnalysis | undefined> {
  const image = found.stages.at(-1)?.build?.image;
  if (image === undefined || imageOf(found)?.state !== 'exact') return undefined;
  return (await analyzeImage({ reference: image.id, source: 'engine' }, world)).files;
}

function judge(
  { file, units, ...limits }: SizesArguments,
  total: Total | undefined,
  wantsFiles: boolean,
  files: FileAnalysis | undefined,
  world: CommandWorld,
): number {
  if (limits.maximumBytes === undefined && !wantsFiles) return 0;
  if (total === undefined || total.state === 'stale' || (wantsFiles && files === undefined)) {
    const what = total === undefined || total.state === 'stale' ? 'the size of the image' : 'what the image wastes';
    const why = total?.state === 'stale' ? 'is that of an older version' : 'is not known';
    world.complain(`${file}: ${what} ${why}. Build it, then ask again.\n`);
    return 2;
  }
  const exceeded = exceededBy({ bytes: total.bytes, ...(files && { files }) }, limits, units);
  for (const limit of exceeded) world.complain(`${file}: the image ${limit}.\n`);
  return exceeded.length > 0 ? 1 : 0;
}
