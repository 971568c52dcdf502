/** What is kept of an analyzed image's files: for each layer the tree of its names, ready to be looked into. */
import { type LayerEntry, listLimits } from '../../../common/layers.ts';
import { textOf } from './pathTree.ts';

/**
 * All layers' trees in a row, each folder before what is in it, and in a folder the largest first. The columns have one value a name.
 * Numbers of kinds and changes are those of {@link kindNames} and {@link changeNames}.
 */
export interface LayerTrees {
  /** Where each layer begins: with its root, which has no name. */
  readonly roots: readonly number[];
  /** Where what is in it ends. */
  readonly ends: Uint32Array;
  /** Kind, and 8 times the change. */
  readonly kinds: Uint8Array;
  readonly bytes: Float64Array;
  readonly files: Uint32Array;
  /** Where each name begins in `names`, one more for the end; what a link points to stands behind its name. */
  readonly starts: Uint32Array;
  readonly lengths: Uint16Array;
  readonly names: Uint8Array;
}

export const kindNames = ['file', 'folder', 'link', 'other', 'hardLink'] as const;
export const changeNames = ['unchanged', 'added', 'changed', 'removed'] as const;

/**
 * What a layer has in a folder (`/app`), the largest first and at most {@link listLimits}.folder of it; undefined where it has
 * no such folder.
 */
export function entriesIn(trees: LayerTrees, layer: number, folder: string): readonly LayerEntry[] | undefined {
  const at = folderAt(trees, layer, folder);
  if (at === undefined) return undefined;
  const found: LayerEntry[] = [];
  for (const child of childrenOf(trees, at)) {
    if (found.length === listLimits.folder) break;
    found.push(entryAt(trees, child));
  }
  return found;
}

export function folderAt(trees: LayerTrees, layer: number, folder: string): number | undefined {
  let at = trees.roots[layer];
  for (const name of folder.split('/')) {
    if (name === '' || at === undefined) continue;
    at = childNamed(trees, at, name);
  }
  return at;
}

export function* childrenOf(trees: LayerTrees, at: number): Iterable<number> {
  const end = trees.ends[at] ?? 0;
  // What was kept may be damaged: always onwards.
  for (let child = at + 1; child < end; child = Math.max(trees.ends[child] ?? end, child + 1)) yield child;
}

export function nameBytes({ starts, lengths, names }: LayerTrees, at: number): Uint8Array {
  const start = starts[at] ?? 0;
  return names.subarray(start, start + (lengths[at] ?? 0));
}

/** What a link points to; of a hard link a path of the image. */
export function targetBytes({ starts, lengths, names }: LayerTrees, at: number): Uint8Array {
  return names.subarray((starts[at] ?? 0) + (lengths[at] ?? 0), starts[at + 1]);
}

export const kindAt = ({ kinds }: LayerTrees, at: number): (typeof kindNames)[number] =>
  kindNames[(kinds[at] ?? 0) % 8] ?? 'other';

export const changeAt = ({ kinds }: LayerTrees, at: number): (typeof changeNames)[number] =>
  changeNames[(kinds[at] ?? 0) >> 3] ?? 'unchanged';

function childNamed(trees: LayerTrees, at: number, name: string): number | undefined {
  for (const child of childrenOf(trees, at)) if (textOf(nameBytes(trees, child)) === name) return child;
  return undefined;
}

export function entryAt(trees: LayerTrees, at: number): LayerEntry {
  const kind = kindAt(trees, at);
  const target = textOf(targetBytes(trees, at));
  return {
    name: textOf(nameBytes(trees, at)),
    // Another name of a file: what it has in bytes is counted where the file stands.
    kind: kind === 'hardLink' ? 'file' : kind,
    change: changeAt(trees, at),
    bytes: trees.bytes[at] ?? 0,
    ...(target !== '' && { target }),
    ...(kind === 'folder' && { files: trees.files[at] ?? 0 }),
  };
}
