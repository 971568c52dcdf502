import { setImmediate } from 'node:timers/promises';
import { type LayerEntry, listLimits } from '../../../common/layers.ts';
import { entryAt, folderAt, type LayerTrees, nameBytes } from './layerTrees.ts';
import { textOf } from './pathTree.ts';

/** So many names are looked at before others have their turn: at most some 10 ms. */
const namesInATurn = 2000;

/**
 * What has `text` in its name, in any case, however deep in a folder of a layer; of a text with a slash, in its path from the layer's
 * root on, up to its own name. Names are paths from the folder on. The largest first, at most {@link listLimits}.found. Undefined where the
 * layer has no such folder.
 */
export async function findEntries(
  trees: LayerTrees,
  layer: number,
  folder: string,
  text: string,
  signal: AbortSignal,
): Promise<readonly LayerEntry[] | undefined> {
  const top = folderAt(trees, layer, folder);
  if (top === undefined) return undefined;
  const wanted = text.toLowerCase();
  const byPath = wanted.includes('/');
  const start = folder.replace(/^\/*/, '/').replace(/\/*$/, '/');
  /** The folders around a name, each with where it ends. */
  const around: { readonly end: number; readonly path: string }[] = [{ end: trees.ends[top] ?? 0, path: '' }];
  let found: LayerEntry[] = [];
  let seen = 0;
  for (let at = top + 1; at < (trees.ends[top] ?? 0); at++) {
    if (++seen % namesInATurn === 0) {
      await setImmediate();
      signal.throwIfAborted();
      found = largest(found);
    }
    while (around.length > 1 && (around.at(-1)?.end ?? 0) <= at) around.pop();
    const name = textOf(nameBytes(trees, at));
    const parent = around.at(-1)?.path ?? '';
    const path = parent + name;
    const fits = byPath
      ? endsIn(`${start}${path}`.toLowerCase(), wanted, `${start}${parent}`.length)
      : name.toLowerCase().includes(wanted);
    if (fits) found.push({ ...entryAt(trees, at), name: path });
    const end = trees.ends[at] ?? 0;
    if (end > at + 1) around.push({ end, path: `${path}/` });
  }
  return largest(found);
}

/** Whether the text comes in the path and reaches to `from`, where its own name begins: else a folder around it is what was found. */
function endsIn(path: string, text: string, from: number): boolean {
  return path.indexOf(text, Math.max(0, from - text.length)) >= 0;
}

function largest(found: readonly LayerEntry[]): LayerEntry[] {
  return found.toSorted((a, b) => b.bytes - a.bytes).slice(0, listLimits.found);
}
