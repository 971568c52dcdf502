import { compareTags, readTag } from './versionOrder.ts';

/** Tags to move to, the newest of each kind; absent where there is none. */
export interface NewerTags {
  /** Of the same major and minor version: from `22.11.0` to `22.11.1`. */
  readonly patch?: string;
  /** Of the same major version, with a newer minor one: to `22.14.0`. */
  readonly minor?: string;
}

interface Version {
  readonly tag: string;
  readonly numbers: readonly number[];
  /** What else the tag is made of; that stays: `v#.#.#-alpine3.20`. */
  readonly form: string;
}

/**
 * What is newer than `current` and of its form: as many numbers, the same variant, no pre-release. A tag that moves by itself
 * (`22.11`) has no newer patch, and what is no version has nothing newer.
 */
export function newerTags(current: string, tags: Iterable<string>): NewerTags {
  const from = versionOf(current);
  if (from === undefined) return {};
  let patch: Version | undefined;
  let minor: Version | undefined;
  for (const tag of tags) {
    const version = versionOf(tag);
    if (version?.form !== from.form || version.numbers[0] !== from.numbers[0] || !isNewer(version, from)) continue;
    if (version.numbers[1] === from.numbers[1]) {
      if (patch === undefined || isNewer(version, patch)) patch = version;
    } else if (minor === undefined || isNewer(version, minor)) minor = version;
  }
  return { ...(patch && { patch: patch.tag }), ...(minor && { minor: minor.tag }) };
}

/** Which kinds of newer tags there may be for it. */
export function mayBeNewer(current: string): readonly (keyof NewerTags)[] {
  const count = versionOf(current)?.numbers.length ?? 0;
  return count > 2 ? ['patch', 'minor'] : count === 2 ? ['minor'] : [];
}

/** Released versions that say most: those with three numbers, or as many as any has; the newest first, plain ones before variants. */
export function exactVersions(tags: readonly string[]): readonly string[] {
  const versions = tags.map(readTag).filter(({ rank, preRelease }) => rank === 1 && !preRelease);
  const most = versions.reduce((longest, { numbers }) => Math.min(3, Math.max(longest, numbers.length)), 0);
  return versions
    .filter(({ numbers }) => numbers.length >= most)
    .sort((a, b) => Math.min(1, a.rest.length) - Math.min(1, b.rest.length) || compareTags(a, b))
    .map(({ tag }) => tag);
}

/** Undefined for what is no version, for one that is not released, and for a month: after `22.04` comes `24.04`, not `22.10`. */
function versionOf(tag: string): Version | undefined {
  const { rank, preRelease, numbers } = readTag(tag);
  if (rank !== 1 || preRelease) return undefined;
  const [, head = '', digits = '', variant = ''] = /^(v?)(\d+(?:[._u]\d+)*)(.*)$/i.exec(tag) ?? [];
  if (/^\d+\.0\d$/.test(digits)) return undefined;
  const places = isWindowsBuild(numbers) ? digits.replace(/\d+$/, '#') : digits.replaceAll(/\d+/g, placeOf);
  return { tag, numbers, form: head + places + variant };
}

/** A day is no number that the next patch could have. */
const placeOf = (digits: string): string => (digits.length < 8 ? '#' : 'day');

/**
 * `10.0.20348.2340`: the first three numbers say which Windows it is, and a container of one runs on no host of another.
 * Source: Microsoft Learn, "Windows container version compatibility"; 10240 was the first of these builds.
 */
const isWindowsBuild = ([first, second, third = 0, ...more]: readonly number[]): boolean =>
  first === 10 && second === 0 && third >= 10_240 && more.length === 1;

function isNewer(a: Version, b: Version): boolean {
  const index = a.numbers.findIndex((number, at) => number !== b.numbers[at]);
  return index !== -1 && a.numbers[index]! > b.numbers[index]!;
}
