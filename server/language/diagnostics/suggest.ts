/**
 * The option nearest to `word`, when fewer than three letters differ; undefined when none is, or when one is the word itself.
 * Source: Search in BuildKit's util/suggest.
 */
export function nearest(word: string, options: Iterable<string>): string | undefined {
  let best: string | undefined;
  let bestDistance = 3;
  for (const option of options) {
    if (option === word) return undefined;
    if (Math.abs(option.length - word.length) >= bestDistance) continue;
    const distance = editDistance(word, option);
    if (distance >= bestDistance) continue;
    best = option;
    bestDistance = distance;
  }
  return best;
}

/** `true` or `false` where it says so in another way. */
export function boolText(text: string): string | undefined {
  if (/^(?:1|t|true|y|yes|on)$/i.test(text)) return 'true';
  if (/^(?:0|f|false|n|no|off)$/i.test(text)) return 'false';
  return nearest(text.toLowerCase(), ['true', 'false']);
}

/** How many names are compared for suggestions in one file: a file full of unknown names has to stay fast. */
const maxComparisons = 20_000;

/** {@link nearest}, until one file has cost too much. */
export function nearestInFile(): (
  word: string,
  options: ReadonlySet<string> | ReadonlyMap<string, unknown>,
) => string | undefined {
  let comparisons = 0;
  return (word, options) => {
    comparisons += options.size;
    return comparisons > maxComparisons ? undefined : nearest(word, options.keys());
  };
}

/** Levenshtein's distance: how many letters to insert, remove or replace. */
export function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let line = 1; line <= a.length; line++) {
    const next = [line];
    for (let column = 1; column <= b.length; column++) {
      const replaced = row[column - 1]! + (a[line - 1] === b[column - 1] ? 0 : 1);
      next.push(Math.min(replaced, row[column]! + 1, next[column - 1]! + 1));
    }
    row = next;
  }
  return row[b.length]!;
}
