import type { TarEntry, TarSink } from '../../util/tar/tarReader.ts';
import { Column, firstCapacity, type PathTree, root, TooMuch } from './pathTree.ts';

/** More than any image that somebody would wait for has. */
const maximumEntries = 1_500_000;
const maximumTargetBytes = 64 << 20;

/** What an entry of a layer is. `removed` stands for the path that it takes away, `emptied` for a folder all of whose former content goes. */
export const entryKind = { file: 0, folder: 1, link: 2, hardLink: 3, other: 4, removed: 5, emptied: 6 } as const;

/** All entries of all layers, each a number, in the order in which they were read. */
export class Entries {
  count = 0;
  /** The number of the archive's blob that it stands in. */
  readonly blobs = new Column(Uint16Array);
  readonly paths = new Column(Int32Array);
  /** Of a file. */
  readonly bytes = new Column(Float64Array);
  readonly kinds = new Column(Uint8Array);
  readonly rights = new Column(Uint32Array);
  /** Of a hard link the path that it means. Of a symbolic link where its target is kept. */
  readonly targets = new Column(Uint32Array);
  readonly #targetEnds = new Column(Uint32Array);
  readonly #targetText = new Column(Uint8Array);
  #targetCount = 0;
  #capacity = firstCapacity;

  readonly #maximum: number;

  constructor(maximum = maximumEntries) {
    this.#maximum = maximum;
  }

  add(blob: number, path: number, kind: number, bytes = 0, rights = 0, target = 0): number {
    if (this.count >= this.#maximum)
      throw new TooMuch(`its layers hold more than ${this.#maximum.toLocaleString('en')} files and folders`);
    const entry = this.count++;
    if (entry >= this.#capacity) this.#reserve();
    this.blobs.values[entry] = blob;
    this.paths.values[entry] = path;
    this.kinds.values[entry] = kind;
    this.bytes.values[entry] = bytes;
    this.rights.values[entry] = rights;
    this.targets.values[entry] = target;
    return entry;
  }

  #reserve(): void {
    this.#capacity *= 2;
    for (const column of [this.blobs, this.paths, this.kinds, this.bytes, this.rights, this.targets])
      column.reserve(this.#capacity);
  }

  /** The same once more. */
  repeat(entry: number): number {
    const { blobs, paths, kinds, bytes, rights, targets } = this;
    return this.add(
      blobs.values[entry] ?? 0,
      paths.values[entry] ?? 0,
      kinds.values[entry] ?? 0,
      bytes.values[entry],
      rights.values[entry],
      targets.values[entry],
    );
  }

  /** Whether it brings something, and is no removal. */
  isThere(entry: number): boolean {
    return (this.kinds.values[entry] ?? 0) < entryKind.removed;
  }

  /** Keeps the target of a symbolic link, for {@link target}. */
  keepTarget(target: Uint8Array): number {
    const start = this.#targetCount === 0 ? 0 : (this.#targetEnds.values[this.#targetCount - 1] ?? 0);
    if (start + target.length > maximumTargetBytes) throw new TooMuch('its links point to more than there can be');
    this.#targetText.reserve(start + target.length);
    this.#targetText.values.set(target, start);
    this.#targetEnds.reserve(this.#targetCount + 1);
    this.#targetEnds.values[this.#targetCount] = start + target.length;
    return this.#targetCount++;
  }

  /** Of an entry that is a symbolic link. */
  target(entry: number): Uint8Array {
    const index = this.targets.values[entry] ?? 0;
    const start = index === 0 ? 0 : (this.#targetEnds.values[index - 1] ?? 0);
    return this.#targetText.values.subarray(start, this.#targetEnds.values[index]);
  }
}

const removal = Buffer.from('.wh.');
const emptying = Buffer.from('.wh..wh..opq');
/** What the storage driver of old notes about itself. */
const note = Buffer.from('.wh..wh.');

/** Reads one layer. Source: image-spec layer.md, "Whiteouts". */
export function layerSink(paths: PathTree, entries: Entries, blob: number): TarSink {
  return {
    entry(entry) {
      add(paths, entries, blob, entry);
      return undefined;
    },
  };
}

function add(paths: PathTree, entries: Entries, blob: number, entry: TarEntry): void {
  const { path } = entry;
  let end = path.length;
  while (end > 0 && path[end - 1] === 0x2f) end--;
  const start = path.lastIndexOf(0x2f, end - 1) + 1;
  if (startsWith(path, removal, start, end)) {
    const folder = paths.find(path, start);
    if (end - start === emptying.length && startsWith(path, emptying, start, end))
      entries.add(blob, folder, entryKind.emptied);
    else if (!startsWith(path, note, start, end)) {
      const removed = end - start - removal.length;
      const dots = removed <= 2 && path.subarray(start + removal.length, end).every((byte) => byte === 0x2e);
      if (!dots) entries.add(blob, paths.child(folder, path, start + removal.length, end), entryKind.removed);
    }
    return;
  }
  const at = paths.find(path, end);
  if (at === root) return;
  const target =
    entry.kind === 'hardLink' ? paths.find(entry.target) : entry.kind === 'link' ? entries.keepTarget(entry.target) : 0;
  entries.add(blob, at, entryKind[entry.kind], entry.bytes, entry.rights, target);
}

function startsWith(bytes: Uint8Array, start: Uint8Array, from: number, to: number): boolean {
  if (to - from < start.length) return false;
  for (let at = 0; at < start.length; at++) if (bytes[from + at] !== start[at]) return false;
  return true;
}
