/** Two images side by side: which layers stand for one another, and which files are of another size. */
import type { AnalyzedLayer, FileDifference, LayerComparison } from '../../../common/layers.ts';
import { instructionOf } from './instruction.ts';

/** A layer of both images, or of one that the other has nothing like. */
export interface LayerPair {
  readonly first?: AnalyzedLayer;
  readonly second?: AnalyzedLayer;
}

/** So many layers are compared one by one; no image that runs has more than 127. */
const maximumLayers = 500;

/**
 * What comes after the shared layers, in order. Layers stand for one another when the same instruction made them; between such
 * pairs, when both are of the same kind: somebody edited one into the other.
 */
export function layerPairs({ first, second, sharedLayers }: LayerComparison): readonly LayerPair[] {
  const a = first.layers.slice(sharedLayers, sharedLayers + maximumLayers);
  const b = second.layers.slice(sharedLayers, sharedLayers + maximumLayers);
  // The length of the longest run of pairs from (i, j) on.
  const lengths = Array.from({ length: a.length + 1 }, () => new Array<number>(b.length + 1).fill(0));
  const at = (i: number, j: number) => lengths[i]?.[j] ?? 0;
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      lengths[i]![j] = isSame(a[i], b[j]) ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
    }
  }
  const pairs: LayerPair[] = [];
  let [i, j] = [0, 0];
  while (i < a.length || j < b.length) {
    const [one, other] = [a[i], b[j]];
    if (one !== undefined && other !== undefined && isSame(one, other)) {
      pairs.push({ first: one, second: other });
      i++;
      j++;
    } else if (one !== undefined && (other === undefined || at(i + 1, j) >= at(i, j + 1))) {
      pairs.push({ first: one });
      i++;
    } else if (other !== undefined) {
      pairs.push({ second: other });
      j++;
    }
  }
  return withEdits(pairs);
}

/** Brings together what stands alone in both images, in the order in which it does. */
function withEdits(pairs: readonly LayerPair[]): readonly LayerPair[] {
  const edited: LayerPair[] = [];
  let alone: AnalyzedLayer[] = [];
  for (const pair of pairs) {
    if (pair.first !== undefined && pair.second !== undefined) {
      edited.push(...alone.map((first) => ({ first })), pair);
      alone = [];
    } else if (pair.first !== undefined) alone.push(pair.first);
    else if (pair.second !== undefined) {
      const { second } = pair;
      const keyword = keywordOf(second);
      const at = keyword === '' ? -1 : alone.findIndex((first) => keywordOf(first) === keyword);
      edited.push(...alone.slice(0, Math.max(at, 0)).map((first) => ({ first })));
      const first = alone[at];
      alone = alone.slice(at + 1);
      edited.push(first === undefined ? { second } : { first, second });
    }
  }
  return [...edited, ...alone.map((first) => ({ first }))];
}

const keywordOf = (layer: AnalyzedLayer): string => instructionOf(layer)?.keyword ?? '';

/** Whether the same line of two versions of a Dockerfile seems to have made them. */
export function isEdited({ first, second }: LayerPair): boolean {
  return first !== undefined && second !== undefined && !isSame(first, second);
}

function isSame(a: AnalyzedLayer | undefined, b: AnalyzedLayer | undefined): boolean {
  if (a === undefined || b === undefined) return false;
  return a.createdBy === undefined ? a.digest === b.digest : a.createdBy === b.createdBy;
}

export type Which = 'all' | 'grown' | 'shrunk' | 'new' | 'gone';

export function changeOf({ before = 0, after = 0 }: FileDifference): number {
  return after - before;
}

/** What has this text in its path, in any case. `grown` has new files too, and `shrunk` those that are gone; the largest first. */
export function differing(files: readonly FileDifference[], which: Which, text: string): readonly FileDifference[] {
  const wanted = text.toLowerCase();
  return files
    .filter((file) => fits(file, which) && file.path.toLowerCase().includes(wanted))
    .toSorted((a, b) => Math.abs(changeOf(b)) - Math.abs(changeOf(a)));
}

function fits(file: FileDifference, which: Which): boolean {
  if (which === 'new') return file.before === undefined;
  if (which === 'gone') return file.after === undefined;
  return which === 'all' || (which === 'grown' ? changeOf(file) > 0 : changeOf(file) < 0);
}
