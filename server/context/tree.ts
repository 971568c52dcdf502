import { lstatSync, readdirSync, readlinkSync, type Stats } from 'node:fs';
import { join } from 'node:path';
import { ProblemError } from '../util/problemError.ts';

export type Node = Folder | File | Link;

export interface File {
  readonly kind: 'file';
  readonly bytes: number;
  /** Milliseconds since 1970. */
  readonly changedAt: number;
  /** The same for all names of a file that has several; absent where this is its only one. */
  readonly inode?: string;
}

/** A symbolic link. */
export interface Link {
  readonly kind: 'link';
  /** Of the path that it points to. */
  readonly bytes: number;
  readonly changedAt: number;
}

export interface Folder {
  readonly kind: 'folder';
  changedAt: number;
  /** When it was put in its place, or given other rights, if nothing came or went in it since; else 0. Milliseconds since 1970. */
  readonly placedAt: number;
  /** In the order of the names; undefined until somebody looks into it. */
  children: ReadonlyMap<string, Node> | undefined;
  /** What follows from what is in it, for whoever worked it out: forgotten with the first change in there. */
  readonly derived: Map<object, unknown>;
}

/** More names than anybody sends to an engine, and than we should hold. */
export const maximumNames = 500_000;

/**
 * The names below a folder, read from the disk when somebody first looks and kept: one level at a time, and never through a symbolic
 * link. Sockets, pipes and devices are passed over, as a build does. Waits for the disk, so it belongs into a thread of its own.
 */
export class ContextTree {
  /** An absolute path, without links. */
  readonly root: string;
  /** What else people call it. */
  readonly aliases = new Set<string>();
  readonly limit: number;
  #top: Folder | undefined;
  #names = 0;

  constructor(root: string, limit = maximumNames) {
    this.root = root;
    this.limit = limit;
  }

  /** Throws ProblemError. */
  get top(): Folder {
    if (this.#top) return this.#top;
    const stats = this.#stats('');
    if (!stats?.isDirectory()) throw new ProblemError(noFolder(this.root));
    this.#top = newFolder(stats);
    return this.#top;
  }

  /** What is in a folder. `path` is relative to the root, with `/`; empty for the root. Throws ProblemError. */
  children(folder: Folder, path: string): ReadonlyMap<string, Node> {
    if (folder.children) return folder.children;
    const children = new Map<string, Node>();
    for (const name of this.#namesIn(path)) {
      const node = this.#nodeAt(path === '' ? name : `${path}/${name}`);
      if (node) children.set(name, node);
    }
    this.#count(children.size);
    folder.children = children;
    return children;
  }

  /** Where a symbolic link points, as it is written; undefined when it is none any more. */
  target(path: string): string | undefined {
    try {
      return readlinkSync(join(this.root, path));
    } catch {
      return undefined; // gone meanwhile: as if it had never been there
    }
  }

  /** Forgets all: the next look is the first. */
  forget(): void {
    this.#top = undefined;
    this.#names = 0;
  }

  /** Something happened to the name at `path`. Whether that changes anything that was read. */
  relook(path: string): boolean {
    if (path === '') {
      const known = this.#top !== undefined;
      this.forget();
      return known;
    }
    const way = this.#wayTo(path);
    const parent = way?.at(-1);
    if (way === undefined || parent?.children === undefined) return false;
    const slash = path.lastIndexOf('/');
    const name = path.slice(slash + 1);
    const before = parent.children.get(name);
    const now = this.#nodeAt(path);
    if (!before && !now) return false;
    if (before?.kind === 'folder') this.#names -= namesBelow(before);
    parent.children = replaced(parent.children, name, now);
    this.#count((now ? 1 : 0) - (before ? 1 : 0));
    if (!before || !now) parent.changedAt = changedAt(this.#stats(path.slice(0, Math.max(slash, 0))), parent.changedAt);
    for (const folder of way) folder.derived.clear();
    return true;
  }

  /** The folders above it, the root first; undefined where one of them was never looked into. */
  #wayTo(path: string): readonly Folder[] | undefined {
    let folder = this.#top;
    if (folder === undefined) return undefined;
    const way = [folder];
    for (const part of path.split('/').slice(0, -1)) {
      const child: Node | undefined = folder.children?.get(part);
      if (child?.kind !== 'folder') return undefined;
      folder = child;
      way.push(folder);
    }
    return way;
  }

  #namesIn(path: string): readonly string[] {
    try {
      return readdirSync(join(this.root, path)).sort();
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (path !== '' && (code === 'ENOENT' || code === 'ENOTDIR')) return []; // gone meanwhile
      throw unreadable(path === '' ? this.root : path, error);
    }
  }

  #nodeAt(path: string): Node | undefined {
    const stats = this.#stats(path);
    if (stats === undefined) return undefined;
    if (stats.isDirectory()) return newFolder(stats);
    if (stats.isSymbolicLink()) return { kind: 'link', bytes: stats.size, changedAt: changedAt(stats) };
    if (!stats.isFile()) return undefined;
    const file: File = { kind: 'file', bytes: stats.size, changedAt: changedAt(stats) };
    return stats.nlink > 1 ? { ...file, inode: this.#inode(path) } : file;
  }

  #stats(path: string): Stats | undefined {
    try {
      return lstatSync(join(this.root, path), { throwIfNoEntry: false });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOTDIR') return undefined; // gone meanwhile
      throw unreadable(path === '' ? this.root : path, error);
    }
  }

  /** Such numbers may be larger than what a number tells apart. */
  #inode(path: string): string {
    const stats = lstatSync(join(this.root, path), { bigint: true, throwIfNoEntry: false });
    return stats ? `${stats.dev}:${stats.ino}` : path;
  }

  #count(more: number): void {
    this.#names += more;
    if (this.#names <= this.limit) return;
    this.forget();
    throw new ProblemError({
      kind: 'unsupported',
      subject: this.root,
      message: `The build context has more than ${this.limit.toLocaleString('en-US')} files, so their sizes are not added up.`,
      next: 'Leave out what no build needs with .dockerignore.',
    });
  }
}

function newFolder(stats: Stats): Folder {
  const placedAt = stats.ctimeMs > stats.mtimeMs ? changedAt(stats) : 0;
  return { kind: 'folder', changedAt: changedAt(stats), placedAt, children: undefined, derived: new Map() };
}

/** An old file that is put in place keeps the time of its last writing, so that of its rights, name and place counts too. */
function changedAt(stats: Stats | undefined, otherwise = 0): number {
  return stats ? Math.floor(Math.max(stats.mtimeMs, stats.ctimeMs)) : otherwise;
}

function replaced(
  children: ReadonlyMap<string, Node>,
  name: string,
  node: Node | undefined,
): ReadonlyMap<string, Node> {
  const next = new Map(children);
  if (node === undefined) {
    next.delete(name);
    return next;
  }
  const isNew = !next.has(name);
  next.set(name, node);
  return isNew ? new Map([...next].sort(([a], [b]) => (a < b ? -1 : 1))) : next;
}

function namesBelow(folder: Folder): number {
  let count = 0;
  for (const child of folder.children?.values() ?? []) count += 1 + (child.kind === 'folder' ? namesBelow(child) : 0);
  return count;
}

function noFolder(root: string) {
  return {
    kind: 'notFound' as const,
    subject: root,
    message: `The build context "${root}" is no folder.`,
  };
}

function unreadable(path: string, cause: unknown): ProblemError {
  const { code } = cause as NodeJS.ErrnoException;
  const denied = code === 'EACCES' || code === 'EPERM';
  const reason = denied ? 'permission denied' : cause instanceof Error ? cause.message : String(cause);
  return new ProblemError(
    {
      kind: denied ? 'denied' : 'internal',
      subject: path,
      message: `"${path}" in the build context cannot be read: ${reason}.`,
      next: 'Make it readable, or leave it out with .dockerignore.',
    },
    cause,
  );
}
