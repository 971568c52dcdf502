import { type FileDifference, listLimits } from '../../../common/layers.ts';
import { changeAt, childrenOf, kindAt, type LayerTrees, nameBytes, targetBytes } from './layerTrees.ts';
import { PathTree, root } from './pathTree.ts';

const absent = -1;

/** The files whose bytes differ between two images, as they are in the end: the largest difference first. */
export function fileDifferences(first: LayerTrees, second: LayerTrees): readonly FileDifference[] {
  const paths = new PathTree();
  const before = visibleFiles(first, paths);
  const after = visibleFiles(second, paths);
  const sizeIn = (sizes: readonly number[], path: number) => sizes[path] ?? absent;
  const differing: { readonly path: number; readonly by: number }[] = [];
  for (let path = 0; path < paths.count; path++) {
    const [one, other] = [sizeIn(before, path), sizeIn(after, path)];
    if (one !== other) differing.push({ path, by: Math.abs(Math.max(other, 0) - Math.max(one, 0)) });
  }
  differing.sort((a, b) => b.by - a.by || a.path - b.path);
  return differing.slice(0, listLimits.differences).map(({ path }) => {
    const [one, other] = [sizeIn(before, path), sizeIn(after, path)];
    return {
      path: paths.text(path),
      ...(one !== absent && { before: one }),
      ...(other !== absent && { after: other }),
    };
  });
}

/** By path the bytes of each file that the image shows, under each of its names. */
function visibleFiles(trees: LayerTrees, paths: PathTree): readonly number[] {
  const sizes: number[] = [];
  for (const top of trees.roots) {
    const names: { readonly path: number; readonly meant: number }[] = [];
    // Folders are walked with a list of our own: nobody says how deep they go.
    const open = [{ at: top, path: root }];
    for (let folder = open.pop(); folder !== undefined; folder = open.pop()) {
      for (const at of childrenOf(trees, folder.at)) {
        const name = nameBytes(trees, at);
        const path = paths.child(folder.path, name, 0, name.length);
        const kind = kindAt(trees, at);
        if (changeAt(trees, at) === 'removed') hide(paths, path, sizes);
        else if (kind === 'folder') {
          sizes[path] = absent; // it may have taken the place of a file
          open.push({ at, path });
        } else {
          hide(paths, path, sizes);
          if (kind === 'file') sizes[path] = trees.bytes[at] ?? 0;
          if (kind === 'hardLink') names.push({ path, meant: paths.find(targetBytes(trees, at)) });
        }
      }
    }
    for (const { path, meant } of names) sizes[path] = Math.max(0, sizes[meant] ?? 0);
  }
  return sizes;
}

/** A path with all that is in it. */
function hide({ firstChild, nextSibling, parents }: PathTree, top: number, sizes: number[]): void {
  sizes[top] = absent;
  for (let at = firstChild.values[top] ?? -1; at !== -1; ) {
    sizes[at] = absent;
    const first = firstChild.values[at] ?? -1;
    if (first !== -1) {
      at = first;
      continue;
    }
    while (at !== top && nextSibling.values[at] === -1) at = parents.values[at] ?? top;
    at = at === top ? -1 : (nextSibling.values[at] ?? -1);
  }
}
