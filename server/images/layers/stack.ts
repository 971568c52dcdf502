/** What each layer of an image does to those below it, and what of it nobody ever sees. */
import { Efficiency } from './efficiency.ts';
import { type Entries, entryKind } from './entries.ts';
import { type PathTree, root } from './pathTree.ts';
import type { SavedImage } from './savedImage.ts';

export const change = { unchanged: 0, added: 1, changed: 2, removed: 3 } as const;
export type Change = (typeof change)[keyof typeof change];

/** Is told what a layer says of its paths, each once. */
export interface LayerTeller {
  /** A file or folder that it has; `entry` is its number. */
  has(path: number, entry: number, change: Change): void;
  /** What it takes away: of a folder each path that was in it too, after it, with what is hidden at that path itself. */
  removes(path: number, isFolder: boolean, bytes: number): void;
}

export interface LayerSums {
  /** Of its files. */
  readonly bytes: number;
  /** The lengths of what its symbolic links point to, which some engines count. */
  readonly linkBytes: number;
  readonly added: number;
  readonly changed: number;
  readonly removed: number;
}

const none = -1;

/**
 * Puts the layers on each other, the base first. A layer removes only what those below it have. The bytes of a file are there for as
 * long as one of its names is (hard links).
 */
export class Stack {
  readonly #paths: PathTree;
  readonly #entries: Entries;
  readonly #efficiency: Efficiency;
  /** By path: the entry that shows there. */
  readonly #shown: Int32Array;
  /** By path: the entry that showed there until the layer of {@link #hiddenIn} hid it. */
  readonly #before: Int32Array;
  /** By path: in which layer, from 1, what showed there was hidden last. */
  readonly #hiddenIn: Uint16Array;
  /** By path: which layer has an entry there, which one below it, which was walked through for what it hides or removes. */
  readonly #writtenIn: Uint16Array;
  readonly #leadsIn: Uint16Array;
  readonly #hideWalk: Uint16Array;
  readonly #tellWalk: Uint16Array;
  /** By path: the entry of the layer of {@link #writtenIn}. */
  readonly #written: Int32Array;
  /** By path: 1 where something is in it, whether or not it has an entry itself. */
  readonly #isFolder: Uint8Array;
  /** By entry: the one that has the bytes it is a name of. */
  readonly #content: Int32Array;
  /** By entry: 1 for the last of its layer for a path. */
  readonly #counts: Uint8Array;
  #layer = 0;

  constructor({ paths, entries }: Pick<SavedImage, 'paths' | 'entries'>) {
    const { count } = paths;
    this.#paths = paths;
    this.#entries = entries;
    this.#efficiency = new Efficiency(count);
    this.#shown = new Int32Array(count).fill(none);
    this.#before = new Int32Array(count);
    this.#hiddenIn = new Uint16Array(count);
    this.#writtenIn = new Uint16Array(count);
    this.#leadsIn = new Uint16Array(count);
    this.#hideWalk = new Uint16Array(count);
    this.#tellWalk = new Uint16Array(count);
    this.#written = new Int32Array(count);
    this.#isFolder = new Uint8Array(count);
    this.#content = Int32Array.from({ length: entries.count }, (_, entry) => entry);
    this.#counts = new Uint8Array(entries.count);
  }

  /** The next layer, by its entries. */
  add(layer: Uint32Array, teller: LayerTeller): LayerSums {
    const { paths, kinds, bytes } = this.#entries;
    this.#layer += 1;
    // 1. What it writes.
    const gone = this.#write(layer);
    // 2. What it removes, folders before what is in them.
    gone.sort((a, b) => a.path - b.path);
    for (const each of gone) this.#hide(each);
    let removed = 0;
    for (const each of gone) {
      this.#tell(each, teller, (path, isFolder, bytes, files) => {
        removed += files;
        if (each.itself && path === each.path) this.#efficiency.copy(path, isFolder ? bytes : 0);
      });
    }
    // 3. How what it writes compares with what is below.
    const sums = { bytes: 0, linkBytes: 0, added: 0, changed: 0, removed };
    for (const entry of layer) {
      if (this.#counts[entry] !== 1) continue;
      const path = paths.values[entry] ?? root;
      const kind = kinds.values[entry];
      const size = bytes.values[entry] ?? 0;
      const changed = kind === entryKind.folder ? this.#folderChange(entry, path) : this.#fileChange(path);
      teller.has(path, entry, changed);
      if (kind !== entryKind.folder) sums[changed === change.added ? 'added' : 'changed'] += 1;
      if (kind === entryKind.link) sums.linkBytes += this.#entries.target(entry).length;
      sums.bytes += size;
      if (this.#leadsIn[path] !== this.#layer) this.#efficiency.copy(path, size);
    }
    // 4. What shows from now on.
    for (const entry of layer) if (this.#counts[entry] === 1) this.#show(entry);
    return sums;
  }

  efficiency(): number {
    return this.#efficiency.score();
  }

  /** After the last layer: by path, how much of what was written there nobody sees. */
  waste(): ReadonlyMap<number, number> {
    const { count, bytes, paths } = this.#entries;
    const seen = new Uint8Array(count);
    for (const entry of this.#shown) if (entry !== none) seen[this.#content[entry] ?? entry] = 1;
    const found = new Map<number, number>();
    for (let entry = 0; entry < count; entry++) {
      const size = bytes.values[entry] ?? 0;
      if (size === 0 || this.#counts[entry] !== 1 || seen[entry] === 1) continue;
      const path = paths.values[entry] ?? root;
      found.set(path, (found.get(path) ?? 0) + size);
    }
    return found;
  }

  /** The layer, from 0, that removed what was there in the end; undefined where something shows. */
  removedBy(path: number): number | undefined {
    return this.#shown[path] === none && this.#hiddenIn[path] !== 0 ? (this.#hiddenIn[path] ?? 1) - 1 : undefined;
  }

  /** Notes the entries that count, and answers what the layer takes away: by whiteouts, and by a file where a folder was. */
  #write(layer: Uint32Array): Gone[] {
    const { paths, kinds } = this.#entries;
    // Each once: an archive may say the same a million times.
    const [removed, emptied] = [new Set<number>(), new Set<number>()];
    for (const entry of layer) {
      const path = paths.values[entry] ?? root;
      const kind = kinds.values[entry] ?? 0;
      if (kind === entryKind.removed || kind === entryKind.emptied) {
        (kind === entryKind.removed ? removed : emptied).add(path);
        continue;
      }
      if (this.#writtenIn[path] === this.#layer) this.#counts[this.#written[path] ?? 0] = 0;
      this.#writtenIn[path] = this.#layer;
      this.#written[path] = entry;
      this.#counts[entry] = 1;
      if (kind !== entryKind.folder && this.#isFolder[path] === 1) emptied.add(path);
      const { parents } = this.#paths;
      for (let at = parents.values[path] ?? none; at !== none; at = parents.values[at] ?? none) {
        if (this.#leadsIn[at] === this.#layer) break;
        this.#leadsIn[at] = this.#layer;
      }
    }
    return [
      ...[...removed].map((path) => ({ path, itself: true })),
      ...[...emptied].map((path) => ({ path, itself: false })),
    ];
  }

  #hide({ path, itself }: Gone): void {
    const hide = (at: number): boolean => {
      if (this.#hideWalk[at] === this.#layer) return false;
      this.#hideWalk[at] = this.#layer;
      this.#isFolder[at] = 0;
      if (this.#shown[at] !== none) {
        this.#before[at] = this.#shown[at] ?? none;
        this.#hiddenIn[at] = this.#layer;
        this.#shown[at] = none;
      }
      return true;
    };
    if (itself && !hide(path)) return;
    this.#walk(path, hide);
  }

  /** Tells what is removed. `gone` hears of it as high up as it can be said: of a folder that is gone as one. */
  #tell(
    { path, itself }: Gone,
    teller: LayerTeller,
    gone: (path: number, isFolder: boolean, bytes: number, files: number) => void,
  ): void {
    const tell = (at: number): boolean => {
      if (this.#tellWalk[at] === this.#layer) return false;
      this.#tellWalk[at] = this.#layer;
      // Written anew, itself or something in it: only the rest is gone.
      if (this.#writtenIn[at] === this.#layer || this.#leadsIn[at] === this.#layer) return true;
      const hidden = this.#hiddenBelow(at);
      if (hidden.length === 0 && this.#hiddenIn[at] !== this.#layer) return false;
      let [bytes, files] = this.#hiddenAt(at);
      for (const below of hidden) {
        const [more, moreFiles] = this.#hiddenAt(below);
        bytes += more;
        files += moreFiles;
      }
      const isFolder = hidden.length > 0 || this.#wasFolder(at);
      gone(at, isFolder, bytes, files);
      teller.removes(at, isFolder, this.#hiddenAt(at)[0]);
      for (const below of hidden) teller.removes(below, this.#wasFolder(below), this.#hiddenAt(below)[0]);
      return false;
    };
    if (itself) {
      if (tell(path)) this.#walk(path, tell);
    } else this.#walk(path, tell);
  }

  /** All that this layer hid below a path, folders before what is in them, those that no entry was made for among them. */
  #hiddenBelow(top: number): readonly number[] {
    const walked: number[] = [];
    this.#walk(top, (at) => {
      if (this.#tellWalk[at] === this.#layer) return false;
      this.#tellWalk[at] = this.#layer;
      walked.push(at);
      return true;
    });
    const { parents } = this.#paths;
    const leading = new Set<number>();
    for (const at of walked.toReversed()) {
      if (this.#hiddenIn[at] !== this.#layer && !leading.has(at)) continue;
      const parent = parents.values[at] ?? root;
      if (this.#hiddenIn[parent] !== this.#layer) leading.add(parent);
    }
    return walked.filter((at) => this.#hiddenIn[at] === this.#layer || leading.has(at));
  }

  /** Of what this layer hid. What no entry was made for led to something. */
  #wasFolder(path: number): boolean {
    return (
      this.#hiddenIn[path] !== this.#layer || this.#entries.kinds.values[this.#before[path] ?? 0] === entryKind.folder
    );
  }

  /** Of what this layer hid: bytes and files. */
  #hiddenAt(path: number): [bytes: number, files: number] {
    if (this.#hiddenIn[path] !== this.#layer) return [0, 0];
    const entry = this.#before[path] ?? 0;
    return [this.#entries.bytes.values[entry] ?? 0, this.#entries.kinds.values[entry] === entryKind.folder ? 0 : 1];
  }

  #fileChange(path: number): Change {
    const wasThere = this.#shown[path] !== none || this.#hiddenIn[path] === this.#layer;
    return wasThere ? change.changed : change.added;
  }

  #folderChange(entry: number, path: number): Change {
    const { kinds, rights } = this.#entries;
    const before = this.#shown[path] ?? none;
    if (before === none) {
      if (this.#hiddenIn[path] === this.#layer) return change.changed;
      return this.#isFolder[path] === 1 ? change.unchanged : change.added;
    }
    const isSame = kinds.values[before] === entryKind.folder && rights.values[before] === rights.values[entry];
    return isSame ? change.unchanged : change.changed;
  }

  #show(entry: number): void {
    const { paths, kinds, targets } = this.#entries;
    const path = paths.values[entry] ?? root;
    if (kinds.values[entry] === entryKind.hardLink) {
      const meant = targets.values[entry] ?? root;
      // Of this layer, else what shows there from below.
      const other = (this.#writtenIn[meant] === this.#layer ? this.#written : this.#shown)[meant] ?? none;
      if (other !== none) this.#content[entry] = this.#content[other] ?? other;
    }
    this.#shown[path] = entry;
    const isFolder = kinds.values[entry] === entryKind.folder;
    this.#isFolder[path] = isFolder ? 1 : 0;
    const { parents } = this.#paths;
    for (
      let at = parents.values[path] ?? none;
      at !== none && this.#isFolder[at] === 0;
      at = parents.values[at] ?? none
    )
      this.#isFolder[at] = 1;
  }

  /** All below a path, folders before what is in them, as long as `visit` says to go on into them. */
  #walk(top: number, visit: (path: number) => boolean): void {
    const { firstChild, nextSibling, parents } = this.#paths;
    for (let at = firstChild.values[top] ?? none; at !== none; ) {
      const first = visit(at) ? (firstChild.values[at] ?? none) : none;
      if (first !== none) {
        at = first;
        continue;
      }
      while (at !== top && nextSibling.values[at] === none) at = parents.values[at] ?? top;
      at = at === top ? none : (nextSibling.values[at] ?? none);
    }
  }
}

interface Gone {
  readonly path: number;
  /** Whether the path itself goes too, or only what is in it. */
  readonly itself: boolean;
}
