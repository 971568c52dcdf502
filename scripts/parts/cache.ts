import { existsSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** Where the big parts of the test bed are kept between runs: the user's cache folder, never the project. */
export function cacheFolder(env: NodeJS.ProcessEnv = process.env): string {
  return join(env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'gantry');
}

/**
 * The cached folder `name`, filled by `fill` the first time. It appears under its name only when complete, so that
 * an interrupted or concurrent installation never leaves half of one behind.
 */
export async function cached(name: string, fill: (folder: string) => Promise<void>): Promise<string> {
  const folder = join(cacheFolder(), name);
  if (existsSync(folder)) return folder;
  const partial = `${folder}.${process.pid}`;
  await rm(partial, { recursive: true, force: true });
  await mkdir(partial, { recursive: true });
  try {
    await fill(partial);
    await rename(partial, folder).catch((error) => {
      if (!existsSync(folder)) throw error; // else another run finished the same installation first
    });
  } finally {
    await rm(partial, { recursive: true, force: true });
  }
  return folder;
}
