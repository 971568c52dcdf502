/** Which past builds are builds of a document: the pure part. */
import { basename, dirname, relative } from 'node:path';

export interface BuildOrigin {
  /** Absolute path of the Dockerfile, where a record says so. */
  readonly path?: string | undefined;
  /** As the frontend was told: `Dockerfile`, `docker/web.Dockerfile`. */
  readonly filename?: string | undefined;
  /** The Dockerfile's folder relative to its git repository. */
  readonly folder?: string | undefined;
}

/** How much of two texts must agree when nothing else tells whose build it was. */
const enough = 0.6;

/** Whether the build can be one of the Dockerfile at `path` (undefined: not a file), before the text that was built is known. */
export function canBeOf(path: string | undefined, origin: BuildOrigin): boolean {
  if (origin.path !== undefined) return path !== undefined && relative(origin.path, path) === '';
  if (path === undefined) return true;
  if (origin.filename !== undefined && basename(origin.filename) !== basename(path)) return false;
  const { folder = '.' } = origin;
  return folder === '.' || endsWithFolder(dirname(path), folder);
}

/** A known path decides alone; without one names and folders must not contradict, and the texts must agree. */
export function isBuildOf(
  document: { readonly path?: string | undefined; readonly text: string },
  build: BuildOrigin & { readonly text: string },
): boolean {
  if (!canBeOf(document.path, build)) return false;
  return build.path !== undefined || agreement(document.text, build.text) >= enough;
}

function endsWithFolder(path: string, folder: string): boolean {
  return `${path.replaceAll('\\', '/')}/`.endsWith(`/${folder.replaceAll('\\', '/').replace(/\/$/, '')}/`);
}

/**
 * From 0 (nothing in common) to 1 (the same): the share of lines that both have, FROM lines, comments and blank lines aside, since
 * half the world's Dockerfiles start alike.
 */
export function agreement(one: string, other: string): number {
  if (one === other) return 1;
  const [ours, theirs] = [significantLines(one), significantLines(other)];
  const total = ours.length + theirs.length;
  if (total === 0) return 0;
  const left = new Map<string, number>();
  for (const line of ours) left.set(line, (left.get(line) ?? 0) + 1);
  let shared = 0;
  for (const line of theirs) {
    const count = left.get(line) ?? 0;
    if (count === 0) continue;
    left.set(line, count - 1);
    shared++;
  }
  return (2 * shared) / total;
}

function significantLines(text: string): readonly string[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#') && !/^FROM\s/i.test(line));
}
