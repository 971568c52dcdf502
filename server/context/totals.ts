import type { File, Folder, Link } from './tree.ts';
import { isFolder, namesIn, type Seen, type View } from './view.ts';

/** What is seen of a folder, all levels together. */
export interface Totals {
  /** Regular files and symbolic links. */
  readonly files: number;
  /** Of the regular files that have one name only. */
  readonly bytes: number;
  /** Of files with several names, by inode: they count once in whatever is copied together. */
  readonly shared: ReadonlyMap<string, number>;
  /** Of the paths that symbolic links point to. */
  readonly linkBytes: number;
  /** The last change to any of them or to the folders that they are in, milliseconds since 1970. */
  readonly changedAt: number;
}

/** Kept with the folder until something in it changes. Throws ProblemError. */
export function totalsOf(view: View, folder: Seen<Folder>): Totals {
  const key = view.ignore ?? view.tree;
  const known = folder.node.derived.get(key);
  if (known) return known as Totals;
  const totals = addUp(view, folder);
  folder.node.derived.set(key, totals);
  return totals;
}

function addUp(view: View, folder: Seen<Folder>): Totals {
  let files = 0;
  let bytes = 0;
  let linkBytes = 0;
  let changedAt = folder.hidden ? 0 : folder.node.changedAt;
  const shared = new Map<string, number>();
  for (const [, seen] of namesIn(view, folder)) {
    if (isFolder(seen)) {
      const below = totalsOf(view, seen);
      files += below.files;
      bytes += below.bytes;
      linkBytes += below.linkBytes;
      changedAt = Math.max(changedAt, below.changedAt);
      for (const [inode, size] of below.shared) shared.set(inode, size);
      continue;
    }
    const node = seen.node as File | Link;
    files++;
    changedAt = Math.max(changedAt, node.changedAt);
    if (node.kind === 'link') linkBytes += node.bytes;
    else if (node.inode !== undefined) shared.set(node.inode, node.bytes);
    else bytes += node.bytes;
  }
  return { files, bytes, linkBytes, changedAt, shared: shared.size > 0 ? shared : none };
}

const none: ReadonlyMap<string, number> = new Map();

/** Each file once, however many names it has. */
export function bytesOf({ bytes, shared }: Totals): number {
  let sum = bytes;
  for (const size of shared.values()) sum += size;
  return sum;
}
