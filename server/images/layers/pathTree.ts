import { isUtf8 } from 'node:buffer';

/**
 * Numbers in a row that grow; the values are those of the array's kind. They are written straight into `values`, after
 * {@link reserve}: a method for it would be one for all kinds of arrays, and slow.
 */
export class Column<T extends Int32Array | Uint32Array | Uint16Array | Uint8Array | Float64Array> {
  values: T;
  readonly #make: new (
    length: number,
  ) => T;

  constructor(make: new (length: number) => T, capacity = firstCapacity) {
    this.#make = make;
    this.values = new make(capacity);
  }

  /** Makes room for so many, and for more to come. */
  reserve(length: number): void {
    if (length <= this.values.length) return;
    const grown = new this.#make(Math.max(length, this.values.length * 2));
    grown.set(this.values as never);
    this.values = grown;
  }
}

/** Of every column, where nobody says otherwise. */
export const firstCapacity = 1024;

/** More than any image that somebody would wait for has. Beyond it an analysis is refused. */
const maximumPaths = 2_000_000;
const maximumNameBytes = 128 << 20;

/** An image has more than anybody may ask of this process. */
export class TooMuch extends Error {}

const empty = -1;
export const root = 0;

const slash = Buffer.from('/');

/**
 * Every path of an image, each once, as a number. A parent's number is lower than its children's. Unlike a Map of strings it takes
 * some 30 bytes a path. Throws TooMuch.
 */
export class PathTree {
  count = 1;
  readonly parents = new Column(Int32Array);
  readonly firstChild = new Column(Int32Array);
  readonly nextSibling = new Column(Int32Array);
  readonly #nameStart = new Column(Uint32Array);
  readonly #names = new Column(Uint8Array, 1 << 16);
  #nameBytes = 0;
  #capacity = firstCapacity;
  #table = new Int32Array(4096).fill(empty);
  /** So that nobody can prepare names that all meet in one place. */
  readonly #seed = (Math.random() * 2 ** 32) >>> 0;

  readonly #maximum: number;

  constructor(maximum = maximumPaths) {
    this.#maximum = maximum;
    this.parents.values[root] = empty;
    this.firstChild.values[root] = empty;
    this.nextSibling.values[root] = empty;
  }

  /** The path by that name in a folder, made where there was none. The name is `bytes` from `start` to `end`. */
  child(parent: number, bytes: Uint8Array, start: number, end: number): number {
    const slot = this.#slot(parent, bytes, start, end);
    const found = this.#table[slot] ?? empty;
    if (found !== empty) return found;
    if (this.count >= this.#maximum || this.#nameBytes + end - start > maximumNameBytes)
      throw new TooMuch(`it has more than ${this.#maximum.toLocaleString('en')} files and folders`);
    const made = this.count++;
    this.#table[slot] = made;
    if (made + 1 >= this.#capacity) this.#reserve();
    this.parents.values[made] = parent;
    this.firstChild.values[made] = empty;
    this.nextSibling.values[made] = this.firstChild.values[parent] ?? empty;
    this.firstChild.values[parent] = made;
    this.#names.reserve(this.#nameBytes + end - start);
    const names = this.#names.values;
    for (let at = start; at < end; at++) names[this.#nameBytes++] = bytes[at] ?? 0;
    this.#nameStart.values[made + 1] = this.#nameBytes;
    if (this.count * 2 > this.#table.length) this.#grow();
    return made;
  }

  /**
   * The path that `bytes` up to `end` mean from the root on: no `.`, no empty name, and `..` leads no further than to the root.
   */
  find(bytes: Uint8Array, end = bytes.length): number {
    let at = root;
    for (let start = 0; start < end; ) {
      let stop = bytes.indexOf(0x2f, start);
      if (stop < 0 || stop > end) stop = end;
      const length = stop - start;
      if (length === 2 && bytes[start] === 0x2e && bytes[start + 1] === 0x2e) {
        if (at !== root) at = this.parents.values[at] ?? root;
      } else if (length > 0 && !(length === 1 && bytes[start] === 0x2e)) at = this.child(at, bytes, start, stop);
      start = stop + 1;
    }
    return at;
  }

  /** A look into what is kept, until the next path is made. */
  name(path: number): Uint8Array {
    return this.#names.values.subarray(this.#nameStart.values[path] ?? 0, this.#nameStart.values[path + 1] ?? 0);
  }

  /** Absolute. */
  bytes(path: number): Uint8Array {
    const names: Uint8Array[] = [];
    for (let at = path; at > root; at = this.parents.values[at] ?? root) names.push(this.name(at), slash);
    return Buffer.concat(names.reverse());
  }

  /** Absolute, for people. */
  text(path: number): string {
    const names: string[] = [];
    for (let at = path; at > root; at = this.parents.values[at] ?? root) names.push(textOf(this.name(at)));
    return `/${names.reverse().join('/')}`;
  }

  #reserve(): void {
    this.#capacity *= 2;
    for (const column of [this.parents, this.firstChild, this.nextSibling, this.#nameStart])
      column.reserve(this.#capacity);
  }

  #slot(parent: number, bytes: Uint8Array, start: number, end: number): number {
    const table = this.#table;
    const mask = table.length - 1;
    let slot = this.#hash(parent, bytes, start, end) & mask;
    for (;;) {
      const found = table[slot] ?? empty;
      if (found === empty || this.#is(found, parent, bytes, start, end)) return slot;
      slot = (slot + 1) & mask;
    }
  }

  #is(path: number, parent: number, bytes: Uint8Array, start: number, end: number): boolean {
    if (this.parents.values[path] !== parent) return false;
    const from = this.#nameStart.values[path] ?? 0;
    if ((this.#nameStart.values[path + 1] ?? 0) - from !== end - start) return false;
    const names = this.#names.values;
    for (let at = 0; at < end - start; at++) if (names[from + at] !== bytes[start + at]) return false;
    return true;
  }

  /** FNV-1a, with a last mix. */
  #hash(parent: number, bytes: Uint8Array, start: number, end: number): number {
    let hash = this.#seed ^ Math.imul(parent, 0x9e3779b1);
    for (let at = start; at < end; at++) hash = Math.imul(hash ^ (bytes[at] ?? 0), 0x01000193);
    hash ^= hash >>> 15;
    return Math.imul(hash, 0x2c1b3c6d) >>> 0;
  }

  #grow(): void {
    this.#table = new Int32Array(this.#table.length * 2).fill(empty);
    const mask = this.#table.length - 1;
    for (let path = 1; path < this.count; path++) {
      const name = this.name(path);
      let slot = this.#hash(this.parents.values[path] ?? root, name, 0, name.length) & mask;
      while (this.#table[slot] !== empty) slot = (slot + 1) & mask;
      this.#table[slot] = path;
    }
  }
}

/** Names are bytes; those that are no UTF-8 are shown byte by byte, so that two of them never look the same. */
export function textOf(name: Uint8Array): string {
  const bytes = Buffer.from(name.buffer, name.byteOffset, name.byteLength);
  return isUtf8(bytes) ? bytes.toString('utf8') : bytes.toString('latin1');
}
