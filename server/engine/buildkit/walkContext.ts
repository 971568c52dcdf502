/** Walks a build context in the order and with the filter that BuildKit's file sync expects. Source: tonistiigi/fsutil filter.go. */
import type { BigIntStats, Dirent } from 'node:fs';
import { lstat, readdir, readlink } from 'node:fs/promises';
import { join } from 'node:path';
import { mayHold, type PatternMatcher } from '../../../common/ignore.ts';
import { ignoreMatcher, isMissing, unreadable } from './contextError.ts';

export interface ContextFilter {
  /** .dockerignore patterns; none leaves nothing out. */
  readonly exclude: readonly string[];
  /** Only what matches one of them, and the folders above; none means everything. */
  readonly include: readonly string[];
}

/** A folder, a regular file or a symbolic link. */
export interface ContextEntry {
  /** Relative to the context, with `/`. */
  readonly path: string;
  readonly stats: BigIntStats;
  /** Where a symbolic link points, as it is written. */
  readonly link?: string;
}

interface Folder {
  readonly path: string;
  readonly include?: readonly boolean[] | undefined;
  readonly exclude?: readonly boolean[] | undefined;
  readonly parent?: Folder;
  sent: boolean;
}

interface Matchers {
  readonly include: PatternMatcher | undefined;
  readonly exclude: PatternMatcher | undefined;
}

/** How many files are asked about at a time. */
const batch = 64;

/**
 * Folders before what is in them, names in byte order, a folder that is itself left out just before the first entry below it that is
 * not. Sockets, pipes and devices are passed over, and so is what vanishes on the way. Throws ProblemError naming what is unreadable.
 */
export async function* walkContext(
  root: string,
  filter: ContextFilter,
  signal: AbortSignal,
): AsyncGenerator<ContextEntry, void, undefined> {
  const matchers = {
    include: filter.include.length > 0 ? ignoreMatcher(filter.include) : undefined,
    exclude: filter.exclude.length > 0 ? ignoreMatcher(filter.exclude) : undefined,
  };
  yield* walkFolder(root, { path: '', sent: true }, matchers, signal);
}

async function* walkFolder(
  root: string,
  folder: Folder,
  matchers: Matchers,
  signal: AbortSignal,
): AsyncGenerator<ContextEntry, void, undefined> {
  const wanted = (await namesIn(root, folder)).flatMap((entry) => decide(entry, folder, matchers));
  for (let start = 0; start < wanted.length; start += batch) {
    signal.throwIfAborted();
    const some = wanted.slice(start, start + batch);
    const found = await Promise.all(some.map((item) => (item.skip ? undefined : entryAt(root, item.path))));
    for (const [index, item] of some.entries()) {
      const entry = found[index];
      if (!item.skip && !entry) continue;
      if (entry) {
        yield* unsentAbove(root, folder);
        yield entry;
      }
      if (!item.isFolder) continue;
      const { path, include, exclude } = item;
      yield* walkFolder(root, { path, include, exclude, parent: folder, sent: !item.skip }, matchers, signal);
    }
  }
}

/** What to do with a name: nothing (left out for good), `skip` (a folder to look into but not to send), or send. */
function decide(entry: Dirent, folder: Folder, matchers: Matchers) {
  const path = folder.path === '' ? entry.name : `${folder.path}/${entry.name}`;
  const isFolder = entry.isDirectory();
  if (!isFolder && !entry.isFile() && !entry.isSymbolicLink()) return [];
  const included = matchers.include?.match(path, folder.include);
  if (included && !included.matched && !(isFolder && mayHold(path, matchers.include!, false))) return [];
  const excluded = matchers.exclude?.match(path, folder.exclude);
  if (excluded?.matched && !(isFolder && mayHold(path, matchers.exclude!, true))) return [];
  const skip = included?.matched === false || excluded?.matched === true;
  return [{ path, isFolder, skip, include: included?.rules, exclude: excluded?.rules }];
}

async function* unsentAbove(root: string, folder: Folder): AsyncGenerator<ContextEntry, void, undefined> {
  if (folder.sent) return;
  if (folder.parent) yield* unsentAbove(root, folder.parent);
  const entry = await entryAt(root, folder.path);
  if (!entry) return;
  folder.sent = true;
  yield entry;
}

async function namesIn(root: string, folder: Folder): Promise<readonly Dirent[]> {
  try {
    const entries = await readdir(join(root, folder.path), { withFileTypes: true });
    const garbled = entries.find((entry) => entry.name.includes('\uFFFD'));
    if (garbled) throw new Error(`the name ${JSON.stringify(garbled.name)} is not valid UTF-8`);
    return entries.sort((a, b) => inByteOrder(a.name, b.name));
  } catch (error) {
    if (folder.path !== '' && isMissing(error)) return [];
    // Nobody asked for what is in a folder that is left out itself.
    if (!folder.sent && (error as NodeJS.ErrnoException).code === 'EACCES') return [];
    throw unreadable(folder.path === '' ? root : folder.path, error);
  }
}

async function entryAt(root: string, path: string): Promise<ContextEntry | undefined> {
  try {
    const file = join(root, path);
    const stats = await lstat(file, { bigint: true });
    if (!stats.isSymbolicLink()) return stats.isFile() || stats.isDirectory() ? { path, stats } : undefined;
    return { path, stats, link: await readlink(file) };
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw unreadable(path, error);
  }
}

/** UTF-16 order is byte order except where surrogates meet the characters above them. */
function inByteOrder(a: string, b: string): number {
  if (/[\uD800-\uFFFF]/.test(a) || /[\uD800-\uFFFF]/.test(b)) return Buffer.compare(Buffer.from(a), Buffer.from(b));
  return a < b ? -1 : a > b ? 1 : 0;
}
