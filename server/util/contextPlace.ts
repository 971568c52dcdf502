/** Where files of a build were taken from, in a form that is good to be compared and kept, and tells nobody what it was. */
import { createHash } from 'node:crypto';
import { realpathSync } from 'node:fs';

/** The key of a folder: the same by whatever links it was named. */
export function folderKey(path: string): string {
  return hash(realPath(path));
}

/** The key of the patterns of an ignore file, as BuildKit has them once it has read it. */
export function rulesKey(patterns: readonly string[]): string {
  return hash(JSON.stringify(patterns));
}

/** As it was named where nothing is there: whoever looks into it says so. */
export function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}

const hash = (text: string) => createHash('sha256').update(text).digest('hex');
