import { type Entries, entryKind } from './entries.ts';
import type { LayerTrees } from './layerTrees.ts';
import { Column, firstCapacity, type PathTree, root } from './pathTree.ts';
import { type Change, change, type LayerTeller } from './stack.ts';

/** By {@link entryKind}, as `kindNames` numbers them. */
const numbers: Readonly<Record<number, number>> = {
  [entryKind.file]: 0,
  [entryKind.folder]: 1,
  [entryKind.link]: 2,
  [entryKind.other]: 3,
  [entryKind.hardLink]: 4,
};
const folderKind = 1;
const nowhere = -1;

/** Makes {@link LayerTrees} of what it is told, layer by layer. */
export class TreeBuilder {
  readonly #paths: PathTree;
  readonly #entries: Entries;
  readonly #roots: number[] = [];
  readonly #ends = new Column(Uint32Array);
  readonly #kinds = new Column(Uint8Array);
  readonly #bytes = new Column(Float64Array);
  readonly #files = new Column(Uint32Array);
  readonly #starts = new Column(Uint32Array);
  readonly #lengths = new Column(Uint16Array);
  readonly #names = new Column(Uint8Array);
  #count = 0;
  #nameBytes = 0;
  #capacity = firstCapacity;
  /** By path, its place among the present layer's {@link Local}s, valid where `#localIn` is the layer. */
  readonly #local: Int32Array;
  readonly #localIn: Uint16Array;

  constructor(paths: PathTree, entries: Entries) {
    this.#paths = paths;
    this.#entries = entries;
    this.#local = new Int32Array(paths.count);
    this.#localIn = new Uint16Array(paths.count);
  }

  /** `tell` is given what to tell the layer's paths to. */
  layer<T>(tell: (teller: LayerTeller) => T): T {
    const layer = this.#roots.length + 1;
    const local = new Local();
    const place = (path: number): number => {
      if (this.#localIn[path] === layer) return this.#local[path] ?? 0;
      const made = local.add(path);
      this.#local[path] = made;
      this.#localIn[path] = layer;
      return made;
    };
    const lead = (path: number): number => {
      const made = place(path);
      const { parents } = this.#paths;
      for (let at = parents.values[path] ?? nowhere; at !== nowhere; at = parents.values[at] ?? nowhere) {
        if (this.#localIn[at] === layer) break;
        place(at);
      }
      return made;
    };
    place(root);
    const told = tell({
      has: (path, entry, changed) => {
        const { kinds, bytes } = this.#entries;
        const kind = numbers[kinds.values[entry] ?? 0] ?? 3;
        const at = lead(path);
        local.put(at, kind, changed, bytes.values[entry] ?? 0, kind === folderKind ? 0 : 1, entry);
      },
      removes: (path, isFolder, bytes) => {
        local.put(lead(path), isFolder ? folderKind : 0, change.removed, bytes, isFolder ? 0 : 1, nowhere);
      },
    });
    this.#addUp(local);
    this.#write(local);
    return told;
  }

  finish(): LayerTrees {
    const count = this.#count;
    this.#starts.values[count] = this.#nameBytes;
    return {
      roots: this.#roots,
      ends: this.#ends.values.slice(0, count),
      kinds: this.#kinds.values.slice(0, count),
      bytes: this.#bytes.values.slice(0, count),
      files: this.#files.values.slice(0, count),
      starts: this.#starts.values.slice(0, count + 1),
      lengths: this.#lengths.values.slice(0, count),
      names: this.#names.values.slice(0, this.#nameBytes),
    };
  }

  /**
   * Of a folder all of its files that the layer brought, of one that is removed those that were in it. What is in a folder has a
   * higher number than the folder.
   */
  #addUp(local: Local): void {
    const order = local.paths.values.slice(0, local.count).sort();
    for (let index = order.length - 1; index > 0; index--) {
      const path = order[index] ?? root;
      const at = this.#local[path] ?? 0;
      const parent = this.#local[this.#paths.parents.values[path] ?? root] ?? 0;
      if (local.changes.values[at] === change.removed && local.changes.values[parent] !== change.removed) continue;
      local.bytes.values[parent] = (local.bytes.values[parent] ?? 0) + (local.bytes.values[at] ?? 0);
      local.files.values[parent] = (local.files.values[parent] ?? 0) + (local.files.values[at] ?? 0);
    }
  }

  #write(local: Local): void {
    const { parents } = this.#paths;
    const parentOf = (at: number) => parents.values[local.paths.values[at] ?? root] ?? nowhere;
    const order = Uint32Array.from({ length: local.count }, (_, at) => at).sort(
      (a, b) =>
        parentOf(a) - parentOf(b) ||
        (local.bytes.values[b] ?? 0) - (local.bytes.values[a] ?? 0) ||
        Buffer.compare(
          this.#paths.name(local.paths.values[a] ?? root),
          this.#paths.name(local.paths.values[b] ?? root),
        ),
    );
    // Where the children of each stand in the order.
    const first = new Int32Array(local.count).fill(nowhere);
    const last = new Int32Array(local.count);
    order.forEach((at, index) => {
      const parent = parentOf(at);
      if (parent === nowhere) return;
      const folder = this.#local[parent] ?? 0;
      if (first[folder] === nowhere) first[folder] = index;
      last[folder] = index;
    });
    const rootAt = this.#local[root] ?? 0;
    this.#roots.push(this.#count);
    const open: { readonly written: number; next: number; readonly last: number }[] = [];
    const write = (at: number): void => {
      const written = this.#writeOne(local, at);
      open.push({ written, next: first[at] ?? nowhere, last: last[at] ?? nowhere });
    };
    write(rootAt);
    for (let top = open.at(-1); top !== undefined; top = open.at(-1)) {
      if (top.next !== nowhere && top.next <= top.last) write(order[top.next++] ?? 0);
      else {
        this.#ends.values[top.written] = this.#count;
        open.pop();
      }
    }
  }

  #writeOne(local: Local, at: number): number {
    const written = this.#count++;
    const name = this.#paths.name(local.paths.values[at] ?? root);
    const entry = local.entries.values[at] ?? nowhere;
    const kind = local.kinds.values[at] ?? 0;
    if (written + 1 >= this.#capacity) this.#reserve();
    this.#ends.values[written] = written + 1;
    this.#kinds.values[written] = kind + 8 * (local.changes.values[at] ?? 0);
    this.#bytes.values[written] = local.bytes.values[at] ?? 0;
    this.#files.values[written] = local.files.values[at] ?? 0;
    this.#starts.values[written] = this.#nameBytes;
    this.#lengths.values[written] = name.length;
    this.#append(name);
    if (kind === numbers[entryKind.link] && entry !== nowhere) this.#append(this.#entries.target(entry));
    if (kind === numbers[entryKind.hardLink] && entry !== nowhere)
      this.#append(this.#paths.bytes(this.#entries.targets.values[entry] ?? root));
    return written;
  }

  #reserve(): void {
    this.#capacity *= 2;
    for (const column of [this.#ends, this.#kinds, this.#bytes, this.#files, this.#starts, this.#lengths])
      column.reserve(this.#capacity);
  }

  #append(text: Uint8Array): void {
    this.#names.reserve(this.#nameBytes + text.length);
    this.#names.values.set(text, this.#nameBytes);
    this.#nameBytes += text.length;
  }
}

/** The paths of one layer, in the order in which they were told. */
class Local {
  count = 0;
  readonly paths = new Column(Int32Array);
  readonly kinds = new Column(Uint8Array);
  readonly changes = new Column(Uint8Array);
  readonly bytes = new Column(Float64Array);
  readonly files = new Column(Uint32Array);
  readonly entries = new Column(Int32Array);
  #capacity = firstCapacity;

  /** A folder that leads to something, until more is said of it. */
  add(path: number): number {
    const at = this.count++;
    if (at >= this.#capacity) this.#reserve();
    this.paths.values[at] = path;
    this.put(at, folderKind, change.unchanged, 0, 0, nowhere);
    return at;
  }

  put(at: number, kind: number, changed: Change, bytes: number, files: number, entry: number): void {
    this.kinds.values[at] = kind;
    this.changes.values[at] = changed;
    this.bytes.values[at] = bytes;
    this.files.values[at] = files;
    this.entries.values[at] = entry;
  }

  #reserve(): void {
    this.#capacity *= 2;
    for (const column of [this.paths, this.kinds, this.changes, this.bytes, this.files, this.entries])
      column.reserve(this.#capacity);
  }
}
