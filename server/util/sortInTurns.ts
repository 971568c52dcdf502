import { setImmediate as turn } from 'node:timers/promises';

/** How long nobody else gets a turn, milliseconds. */
const sliceMs = 5;
const runLength = 512;
const stepsBetweenLooks = 256;

interface Keyed<T, K> {
  readonly item: T;
  readonly key: K;
}

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
  let runs: (readonly Keyed<T, K>[])[] = [];
  for (let start = 0; start < items.length; start += runLength) {
    const run = items.slice(start, start + runLength).map((item) => ({ item, key: keyOf(item) }));
    runs.push(run.sort((a, b) => compare(a.key, b.key)));
    await pause();
  }
  while (runs.length > 1) {
    const merged: (readonly Keyed<T, K>[])[] = [];
    for (let index = 0; index < runs.length; index += 2) {
      merged.push(await merge(runs[index] ?? [], runs[index + 1] ?? [], compare, pause));
    }
    runs = merged;
  }
  return (runs[0] ?? []).map(({ item }) => item);
}

async function merge<T, K>(
  left: readonly Keyed<T, K>[],
  right: readonly Keyed<T, K>[],
  compare: (a: K, b: K) => number,
  pause: () => Promise<void>,
): Promise<readonly Keyed<T, K>[]> {
  const merged: Keyed<T, K>[] = [];
  let [atLeft, atRight] = [0, 0];
  for (let [a, b] = [left[0], right[0]]; a !== undefined && b !== undefined; ) {
    // What is equal stays in its order: the left one first.
    if (compare(a.key, b.key) <= 0) {
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
