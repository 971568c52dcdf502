import { lstat, readdir, readlink } from 'node:fs/promises';
import { join, posix } from 'node:path';
import { globTest } from '../../../common/ignore.ts';
import { isMissing } from './contextError.ts';

/**
 * The paths that must be sent so that `paths` can be resolved below `root`: themselves, and what symbolic links on the
 * way point to (links are taken as anchored at `root`, as in the image). `undefined` means everything.
 * Source: tonistiigi/fsutil followlinks.go.
 */
export async function followLinks(root: string, paths: readonly string[]): Promise<readonly string[] | undefined> {
  const resolved = new Set<string>();
  for (const path of paths) await follow(root, path, resolved);
  const kept: string[] = [];
  for (const path of [...resolved].sort()) {
    if (path === '.') return undefined;
    if (!kept.some((parent) => path.startsWith(`${parent}/`))) kept.push(path);
  }
  return kept;
}

async function follow(root: string, path: string, resolved: Set<string>): Promise<void> {
  // Anchored first: no `..` of a foreign frontend leads out of the context.
  const parts = posix.join('/', path).slice(1).split('/');
  let current = '.';
  for (const [index, part] of parts.entries()) {
    current = posix.join(current, part);
    const targets = await linkTargets(root, current, true);
    const last = index === parts.length - 1;
    if ((last || targets.length > 0) && resolved.has(current)) return;
    if (targets.length > 0) {
      resolved.add(current);
      for (const target of targets) await follow(root, posix.join(target, ...parts.slice(index + 1)), resolved);
      return;
    }
    if (last) resolved.add(current);
  }
}

async function linkTargets(root: string, path: string, wildcards: boolean): Promise<readonly string[]> {
  const base = posix.basename(path);
  const folder = posix.dirname(path);
  try {
    if (wildcards && /(?<!\\)[*?[]/.test(base)) {
      const matches = globTest(base);
      const names = (await readdir(join(root, folder))).filter((name) => matches(name));
      return (await Promise.all(names.map((name) => linkTargets(root, posix.join(folder, name), false)))).flat();
    }
    if (!(await lstat(join(root, path))).isSymbolicLink()) return [];
    const link = await readlink(join(root, path));
    return [posix.isAbsolute(link) ? posix.normalize(link) : posix.join('/', folder, link)];
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}
