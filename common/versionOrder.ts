/**
 * The order in which tags are offered: what most people want first.
 * 1. `latest`. 2. Versions, newest first; one that leaves parts out moves with the newest, so it precedes them: `3`, `3.12`,
 * `3.12.4`. Behind a release its pre-releases, behind a plain tag its variants: `3.12`, `3.12-alpine3.20`, `3.12-alpine3.19`.
 * 3. Dates such as `20240605` and `2024-06-05`, newest first. 4. Names such as `bookworm-slim`. 5. Hashes, then signatures: made for machines.
 */
export function sortTags(tags: readonly string[]): readonly string[] {
  return tags
    .map(readTag)
    .sort(compareTags)
    .map(({ tag }) => tag);
}

const read = new WeakMap<{ readonly name: string }, OrderedTag>();

/** A row's name, read once for as long as there is the row. */
export function orderOf(row: { readonly name: string }): OrderedTag {
  const order = read.get(row) ?? readTag(row.name);
  read.set(row, order);
  return order;
}

/** As they are, where they are in order; else sorted. */
export function inVersionOrder(tags: readonly OrderedTag[]): readonly OrderedTag[] {
  const isInOrder = tags.every((tag, index) => index === 0 || compareTags(tags[index - 1]!, tag) <= 0);
  return isInOrder ? tags : tags.toSorted(compareTags);
}

/** Two lists in order as one. */
export function mergeTags(left: readonly OrderedTag[], right: readonly OrderedTag[]): readonly OrderedTag[] {
  if (right.length === 0) return left;
  const merged: OrderedTag[] = [];
  let at = 0;
  for (const tag of left) {
    for (; at < right.length && compareTags(right[at]!, tag) < 0; at++) merged.push(right[at]!);
    merged.push(tag);
  }
  return merged.concat(right.slice(at));
}

/** A tag's name as the order sees it, read once for many comparisons. */
export type OrderedTag = Tag;

type Rank = 0 | 1 | 2 | 3 | 4 | 5;

interface Tag {
  readonly tag: string;
  readonly rank: Rank;
  /** Of `v1.27.3-alpine`: 1, 27, 3. */
  readonly numbers: readonly number[];
  readonly preRelease: boolean;
  /** What follows the version, cut into words and numbers. */
  readonly rest: readonly (string | number)[];
}

const hash = /^(?:sha(?:1|256|512)?[-_])?[0-9a-f]{7,}$/;
// As cosign names them.
const signature = /\.(?:sig|att|sbom)$/;
// 8u402 and 17.0.10_7 are Java's, ltsc2022 is Windows', 1.2+build is SemVer's as far as a tag can hold it.
const version = /^(?:v|ltsc)?(\d+(?:[._u]\d+)*)(.*)$/i;
// `-b07` is the build of a Java release.
const preRelease = /^(?!-b\d\d)[.\-_]?(?:alpha|beta|preview|pre|rc|canary|nightly|dev|snapshot|ea|a|b|m)(?![a-z])/i;

export function readTag(tag: string): Tag {
  if (tag === 'latest') return { tag, rank: 0, numbers: [], preRelease: false, rest: [] };
  const [, digits, rest = ''] = version.exec(tag) ?? [];
  if (digits !== undefined && !isHash(tag)) {
    const numbers = digits.split(/[._u]/i).map(Number);
    const rank = date.test(tag) ? 2 : 1;
    return { tag, rank, numbers, preRelease: preRelease.test(rest), rest: words(rest) };
  }
  return { tag, rank: signature.test(tag) ? 5 : isHash(tag) ? 4 : 3, numbers: [], preRelease: false, rest: words(tag) };
}

/** Hexadecimal with both digits and letters: `20240605` is a date and `feedback` a word. */
function isHash(tag: string): boolean {
  return hash.test(tag) && /\d/.test(tag) && /[a-f]/.test(tag);
}

/** A whole day or a time that begins with one: `20240605`, `202406051230`, `2024-06-05`, `2024-06-05T12-30`. `2024.6.1` is a version. */
const date = /^v?(?:19|20)\d\d(-?)(?:0[1-9]|1[0-2])\1(?:0[1-9]|[12]\d|3[01])/;

function words(text: string): readonly (string | number)[] {
  const parts = text.match(/\d+|[^\d.\-_+]+/g) ?? [];
  return parts
    .map((part) => (/^\d/.test(part) ? Number(part) : part.toLowerCase()))
    .filter((word, index, all) => !(word === 'ltsc' && typeof all[index + 1] === 'number'));
}

export function compareTags(a: Tag, b: Tag): number {
  return (
    a.rank - b.rank ||
    compareNumbers(a, b) ||
    Number(a.preRelease) - Number(b.preRelease) ||
    compareWords(a.rest, b.rest, a.preRelease) ||
    (a.tag < b.tag ? -1 : a.tag > b.tag ? 1 : 0)
  );
}

/** A part left out moves with the newest, save in a pre-release: `1.10-rc1` came before `1.10.0`. */
function compareNumbers(a: Tag, b: Tag): number {
  for (let index = 0; index < Math.max(a.numbers.length, b.numbers.length); index++) {
    const [left, right] = [numberAt(a, index), numberAt(b, index)];
    if (left !== right) return right - left;
  }
  return 0;
}

const numberAt = ({ numbers, preRelease }: Tag, index: number): number =>
  numbers[index] ?? (preRelease ? 0 : Number.POSITIVE_INFINITY);

/** `newestFirst` for `alpha`, `beta`, `rc`, which come into being in the order of the alphabet. */
function compareWords(a: readonly (string | number)[], b: readonly (string | number)[], newestFirst: boolean): number {
  for (let index = 0; index < Math.max(a.length, b.length); index++) {
    const [left, right] = [a[index], b[index]];
    if (left === undefined || right === undefined) return left === undefined ? -1 : 1;
    if (left === right) continue;
    if (typeof left === 'number' && typeof right === 'number') return right - left;
    if (typeof left !== typeof right) return typeof left === 'number' ? -1 : 1;
    return left < right === newestFirst ? 1 : -1;
  }
  return 0;
}
