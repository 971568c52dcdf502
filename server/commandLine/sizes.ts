import { createHash } from 'node:crypto';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { formatBytesIn } from '../../common/bytes.ts';
import type { Dockerfile } from '../language/dockerfile/dockerfile.ts';
import { parse } from '../language/dockerfile/parse.ts';
import { type FileSizes, SizeReader } from '../language/sizes/fileSizes.ts';
import { listening } from '../language/sizes/settled.ts';
import { missingLine } from '../language/sizes/tooltips.ts';
import { sizesToJson, sizesToText } from './formats/sizes.ts';
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
    world.write(asked.format === 'json' ? sizesToJson(asked.file, found) : sizesToText(asked, dockerfile, found));
    if (found.missing) world.complain(`${missingLine(found.missing)}\n`);
    return judge(asked, found, world);
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

function judge({ file, maxBytes, units }: SizesArguments, { stages }: FileSizes, world: CommandWorld): number {
  if (maxBytes === undefined) return 0;
  const total = stages.at(-1)?.total;
  if (total === undefined || total.state === 'stale') {
    const why = total === undefined ? 'is not known' : 'is that of an older version';
    world.complain(`${file}: the size of the image ${why}. Build it, then ask again.\n`);
    return 2;
  }
  if (total.bytes <= maxBytes) return 0;
  const [is, may] = [total.bytes, maxBytes].map((bytes) => formatBytesIn(units, bytes));
  world.complain(`${file}: the image has ${is}, more than ${may}.\n`);
  return 1;
}
