import type { FileAnalysis, WastedPath } from '../../../common/layers.ts';
import type { Entries } from './entries.ts';
import type { LayerTrees } from './layerTrees.ts';
import type { PathTree } from './pathTree.ts';
import type { SavedImage } from './savedImage.ts';
import { type LayerSums, Stack } from './stack.ts';
import { TreeBuilder } from './treeBuilder.ts';

export interface AnalyzedFiles {
  readonly sums: readonly LayerSums[];
  readonly files: FileAnalysis;
  readonly trees: LayerTrees;
}

const mostWasted = 1000;

export function analyzeFiles({
  paths,
  entries,
  layers,
}: Pick<SavedImage, 'paths' | 'entries' | 'layers'>): AnalyzedFiles {
  const ordered = entriesOf(entries, layers);
  const stack = new Stack({ paths, entries });
  const builder = new TreeBuilder(paths, entries);
  const sums = ordered.map((layer) => builder.layer((teller) => stack.add(layer, teller)));
  const waste = stack.waste();
  let reclaimableBytes = 0;
  for (const bytes of waste.values()) reclaimableBytes += bytes;
  const most = [...waste].sort(([a, one], [b, other]) => other - one || a - b).slice(0, mostWasted);
  const writers = writersOf(new Set(most.map(([path]) => path)), entries, ordered);
  return {
    sums,
    trees: builder.finish(),
    files: {
      efficiency: stack.efficiency(),
      reclaimableBytes,
      wasted: most.map(([path, bytes]) =>
        wastedPath(paths, path, bytes, writers.get(path) ?? [], stack.removedBy(path)),
      ),
      wastedCount: waste.size,
    },
  };
}

function wastedPath(
  paths: PathTree,
  path: number,
  bytes: number,
  layers: readonly number[],
  removedBy: number | undefined,
): WastedPath {
  return { path: paths.text(path), bytes, layers, ...(removedBy !== undefined && { removedBy }) };
}

/** Of each layer its entries. A layer that comes a second time has entries of its own: they are other copies. */
function entriesOf(entries: Entries, layers: readonly number[]): readonly Uint32Array[] {
  const { blobs, count } = entries;
  const counts = new Map<number, number>(layers.map((blob) => [blob, 0]));
  for (let entry = 0; entry < count; entry++) {
    const blob = blobs.values[entry] ?? 0;
    const before = counts.get(blob);
    if (before !== undefined) counts.set(blob, before + 1);
  }
  const lists = new Map([...counts].map(([blob, length]) => [blob, { list: new Uint32Array(length), filled: 0 }]));
  for (let entry = 0; entry < count; entry++) {
    const its = lists.get(blobs.values[entry] ?? 0);
    if (its !== undefined) its.list[its.filled++] = entry;
  }
  const used = new Set<number>();
  return layers.map((blob) => {
    const list = lists.get(blob)?.list ?? new Uint32Array();
    if (used.has(blob)) return list.map((entry) => entries.repeat(entry));
    used.add(blob);
    return list;
  });
}

/** Which layers have a file at each of these paths. */
function writersOf(
  wanted: ReadonlySet<number>,
  entries: Entries,
  layers: readonly Uint32Array[],
): ReadonlyMap<number, readonly number[]> {
  const found = new Map<number, number[]>();
  layers.forEach((layer, index) => {
    for (const entry of layer) {
      const path = entries.paths.values[entry] ?? 0;
      if (!wanted.has(path) || !entries.isThere(entry)) continue;
      const writers = found.get(path);
      if (writers === undefined) found.set(path, [index]);
      else if (writers.at(-1) !== index) writers.push(index);
    }
  });
  return found;
}
