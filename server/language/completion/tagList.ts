/** The tags of a repository from all who know of it, in the order in which they are offered. */
import type { TagRow } from '../../../common/registry.ts';
import { orderForChoice, VersionLines } from '../../../common/tagGroups.ts';
import { inVersionOrder, mergeTags, type OrderedTag, orderOf, readTag } from '../../../common/versionOrder.ts';
import type { BundledImage, BundledRepository } from '../host.ts';

export interface ListedTag {
  readonly name: string;
  /** All names of its image, its own among them, its exact version first; absent where nobody told. */
  readonly names?: readonly string[];
  /** As `docker pull --platform` names them; absent where nobody told. */
  readonly platforms?: readonly string[];
  /** Of its only platform. */
  readonly compressedBytes?: number;
  /** The engine has it. */
  readonly local: boolean;
}

export interface TagSources {
  /** What the registry told; undefined while it has not. */
  readonly rows: readonly TagRow[] | undefined;
  readonly bundle: BundledRepository | undefined;
  /** Tags of images that the engine has. */
  readonly local: ReadonlySet<string>;
}

/** The lists of a registry are the same objects until it is asked anew, and sorting ten thousand tags takes longer than a key press. */
const lists = new WeakMap<object, { readonly sources: TagSources; readonly tags: readonly ListedTag[] }>();

export function listTags(sources: TagSources): readonly ListedTag[] {
  const owner = sources.rows ?? sources.bundle;
  const last = owner && lists.get(owner);
  if (last && isSame(last.sources, sources)) return last.tags;
  const tags = makeList(sources);
  if (owner) lists.set(owner, { sources, tags });
  return tags;
}

function isSame(a: TagSources, b: TagSources): boolean {
  return (
    a.rows === b.rows &&
    a.bundle === b.bundle &&
    a.local.size === b.local.size &&
    [...a.local].every((tag) => b.local.has(tag))
  );
}

function makeList({ rows = [], bundle, local }: TagSources): readonly ListedTag[] {
  const told = new Map(rows.filter(isForUse).map((row) => [row.name, row]));
  const bundled = new Map(bundle?.images.flatMap((image) => image.tags.map((tag) => [tag, image] as const)));
  const lines = new VersionLines([...bundled.keys()]);
  /** Of the registry's versions those that came after the bundle: filled while all are put in order, so that each is read once. */
  const later: OrderedTag[] = [];
  const isLater = (tag: OrderedTag) => {
    const is = lines.isNewer(tag);
    if (is && told.has(tag.tag)) later.push(tag);
    return is;
  };
  const others = [...new Set([...bundled.keys(), ...local])].filter((name) => !told.has(name));
  const tags = mergeTags(inVersionOrder([...told.values()].map(orderOf)), inVersionOrder(others.map(readTag)));
  const names = orderForChoice(tags, {
    isSupported(tag) {
      if (bundle === undefined || bundled.has(tag.tag) || isLater(tag)) return true;
      return (told.get(tag.tag)?.date ?? 0) > bundle.at;
    },
    isUsual: ({ tag }) => bundled.has(tag),
  });
  const hasMoved = movedBy(later);
  const stillBundled = (name: string) => {
    const image = bundled.get(name);
    return image === undefined || hasMoved(name) ? undefined : image;
  };
  const byDigest = namesBy((name) => told.get(name)?.digest, names);
  const byImage = namesBy(stillBundled, names);
  return names.map((name) => {
    const row = told.get(name);
    const image = stillBundled(name);
    const same = row?.digest !== undefined ? byDigest.get(row.digest) : image && byImage.get(image);
    const platforms = row?.platforms ?? bundled.get(name)?.platforms.map((platform) => platform.name);
    const compressedBytes = row?.compressedBytes ?? onlySize(image);
    return {
      name,
      ...(same && { names: same }),
      ...(platforms && { platforms }),
      ...(compressedBytes !== undefined && { compressedBytes }),
      local: local.has(name),
    };
  });
}

/** Nothing is built on a signature, nor on a Helm chart. */
const isForUse = ({ kind }: TagRow): boolean => kind !== 'attachment' && kind !== 'artifact';

/** The first other names of its image. Of ten thousand names of one image most are never looked at. */
export function aliasesOf({ name, names = [] }: ListedTag, most: number): readonly string[] {
  return names
    .slice(0, most + 1)
    .filter((other) => other !== name)
    .slice(0, most);
}

/** Names of the same image. */
function namesBy<T>(
  imageOf: (name: string) => T | undefined,
  names: readonly string[],
): ReadonlyMap<T, readonly string[]> {
  const byImage = new Map<T, string[]>();
  for (const name of names) {
    const image = imageOf(name);
    if (image === undefined) continue;
    const same = byImage.get(image);
    if (same) same.push(name);
    else byImage.set(image, [name]);
  }
  return new Map([...byImage].map(([image, same]) => [image, exactFirst(same)]));
}

/** The plain version that says most comes before the others: what a tag that moves stands for now. */
function exactFirst(names: readonly string[]): readonly string[] {
  if (names.length === 1) return names;
  const plain = names.filter((name) => /^v?\d+(?:\.\d+)+$/.test(name));
  const exact = plain.reduce<string | undefined>(
    (best, name) => (name.length > (best?.length ?? 0) ? name : best),
    undefined,
  );
  return exact === undefined ? names : [exact, ...names.filter((name) => name !== exact)];
}

/** Whether a tag that moves may have moved on since the bundle was made: the registry has versions that came later. */
function movedBy(later: readonly OrderedTag[]): (name: string) => boolean {
  const moved = new Set<string>();
  for (const { numbers } of later) {
    for (let length = 0; length < numbers.length; length++) moved.add(numbers.slice(0, length).join('.'));
  }
  return (name) => moved.size > 0 && moved.has(readTag(name).numbers.join('.'));
}

function onlySize(image: BundledImage | undefined): number | undefined {
  return image?.platforms.length === 1 ? image.platforms[0]?.compressedBytes : undefined;
}
