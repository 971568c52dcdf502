/** The order in which the tags of a repository are offered to somebody who has not typed one yet. */
import { type OrderedTag, readTag } from './versionOrder.ts';

export interface Choice {
  /** Whether it is still built; those that are not come behind all that are. */
  readonly isSupported: (tag: OrderedTag) => boolean;
  /** Whether a name is one that people write: `lts`, `bookworm-slim`. Others are branches and the like. */
  readonly isUsual: (tag: OrderedTag) => boolean;
}

/**
 * Orders tags that are in the order of versions, in both halves:
 * 1. `latest`. 2. Versions that move, newest first: `22`, `22.11`; where none does, all. 3. Their variants: `22-slim`. 4. Usual
 * names. 5. Versions that stay: `22.11.0`. 6. Their variants. 7. Usual names with a day, which stay: `noble-20260810`. 8. What is not
 * released yet. 9. Other names. 10. Dates.
 * At the very end what was made for machines.
 */
export function orderForChoice(tags: readonly OrderedTag[], { isSupported, isUsual }: Choice): readonly string[] {
  const moving = linesOf(tags);
  const groups = new Map<number, string[]>();
  for (const tag of tags) {
    const kind = tag.rank === 3 && isUsual(tag) ? (tag.rest.some(isDay) ? 6 : 3) : groupOf(tag, moving);
    const group = kind + (isSupported(tag) ? 0 : unsupported);
    const names = groups.get(group);
    if (names) names.push(tag.tag);
    else groups.set(group, [tag.tag]);
  }
  return [...groups].sort(([a], [b]) => a - b).flatMap(([, names]) => names);
}

const unsupported = 20;
const forMachines = 100;

function groupOf({ rank, numbers, rest, preRelease }: OrderedTag, moving: ReadonlySet<string>): number {
  if (rank === 0) return 0;
  if (rank > 3) return forMachines;
  if (rank === 3) return 8;
  if (rank === 2) return 9;
  if (preRelease) return 7;
  const moves = moving.size === 0 || moving.has(numbers.join('.'));
  return (moves && !rest.some(isDay) ? 1 : 4) + (rest.length > 0 ? 1 : 0);
}

/** `20260810` of `noble-20260810`. */
const isDay = (word: string | number): boolean => typeof word === 'number' && word > 19_000_000 && word < 21_000_000;

/** Versions that others continue: with `22.11.0` these are `22` and `22.11`, as far as there are tags of them. */
function linesOf(tags: readonly OrderedTag[]): ReadonlySet<string> {
  const versions = tags.filter(({ rank, preRelease }) => rank === 1 && !preRelease);
  const lines = new Set<string>();
  for (const { numbers } of versions) {
    for (let length = 1; length < numbers.length; length++) lines.add(numbers.slice(0, length).join('.'));
  }
  return new Set(versions.map(({ numbers }) => numbers.join('.')).filter((line) => lines.has(line)));
}

/** Versions by the line they belong to, to tell whether another is newer than all of its line. */
export class VersionLines {
  /** The newest of each line; that of all versions under the empty one. */
  readonly #newest = new Map<string, readonly number[]>();

  constructor(tags: readonly string[]) {
    for (const tag of tags.map(readTag)) {
      if (tag.rank !== 1) continue;
      const reached = reachedBy(tag);
      for (let length = 0; length <= tag.numbers.length; length++) {
        const line = tag.numbers.slice(0, length).join('.');
        const newest = this.#newest.get(line);
        if (newest === undefined || compareNumbers(reached, newest) > 0) this.#newest.set(line, reached);
      }
    }
  }

  /**
   * Whether `tag` is a version that came after all we have of the closest line that we have. Where there is 22.11.0 and 24.1.0,
   * 22.11.1, 22.12 and 25 did; 22.10.9, 23.0 and 18.99 did not. Which of two pre-releases came first is not told.
   */
  isNewer(tag: OrderedTag): boolean {
    if (tag.rank !== 1) return false;
    for (let length = tag.numbers.length; length >= 0; length--) {
      const newest = this.#newest.get(tag.numbers.slice(0, length).join('.'));
      if (newest === undefined) continue;
      const difference = compareNumbers(reachedBy(tag), newest);
      return difference > 0 || (difference === 0 && tag.preRelease);
    }
    return false;
  }
}

/** A pre-release has not reached the version that it is named for. */
const reachedBy = ({ numbers, preRelease }: OrderedTag): readonly number[] => (preRelease ? [...numbers, -2] : numbers);

/** A number that is left out is less than any. */
function compareNumbers(a: readonly number[], b: readonly number[]): number {
  for (let index = 0; index < Math.max(a.length, b.length); index++) {
    const difference = (a[index] ?? -1) - (b[index] ?? -1);
    if (difference !== 0) return difference;
  }
  return 0;
}
