import { setImmediate as turn } from 'node:timers/promises';

/** How long nobody else gets a turn, milliseconds. To be heard and answered, a request needs several. */
const sliceMs = 2;
const runLength = 128;
const stepsBetweenLooks = 64;

/**
 * Sorts by a key, stable, and lets others have their turn in between: for lists that are too long to be sorted while somebody
 * types. The key of an item is made once. Throws the signal's reason once it aborts.
 */
export async function sortInTurns<T, K>(
  items: readonly T[],
  keyOf: (item: T) => K,
  compare: (a: K, b: K) => number,
  signal: AbortSignal,
): Promise<readonly T[]> {
  let since = performance.now();
  const pause = async () => {
    if (performance.now() - since < sliceMs) return;
    await turn(undefined, { signal });
    since = performance.now();
  };
  const keys: K[] = [];
  const inOrder = (a: number, b: number) => compare(keys[a]!, keys[b]!);
  let runs: Places[] = [];
  for (let start = 0; start < items.length; start += runLength) {
    const run: number[] = [];
    for (const item of items.slice(start, start + runLength)) run.push(keys.push(keyOf(item)) - 1);
    runs.push(run.sort(inOrder));
    await pause();
  }
  while (runs.length > 1) {
    const merged: Places[] = [];
    for (let index = 0; index < runs.length; index += 2) {
      merged.push(await merge(runs[index] ?? [], runs[index + 1] ?? [], inOrder, pause));
    }
    runs = merged;
  }
  return (runs[0] ?? []).map((place) => items[place]!);
}

/** Of items, by where they stood before. */
type Places = readonly number[];

async function merge(
  left: Places,
  right: Places,
  inOrder: (a: number, b: number) => number,
  pause: () => Promise<void>,
): Promise<Places> {
  const merged: number[] = [];
  let [atLeft, atRight] = [0, 0];
  for (let [a, b] = [left[0], right[0]]; a !== undefined && b !== undefined; ) {
    // What is equal stays in its order: the left one first.
    if (inOrder(a, b) <= 0) {
      merged.push(a);
      a = left[++atLeft];
    } else {
      merged.push(b);
      b = right[++atRight];
    }
    if (merged.length % stepsBetweenLooks === 0) await pause();
  }
  return merged.concat(left.slice(atLeft), right.slice(atRight));
}
