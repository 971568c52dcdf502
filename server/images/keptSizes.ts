/** Sizes of build steps that outlive the process: one file a workspace, of hashes and numbers alone. */
import type { ContextPlace, Images } from '../language/host.ts';
import type { Kept, KeptSize, KeptSizes } from '../language/sizes/sources.ts';
import type { DiskCache, DiskKey } from '../util/diskCache.ts';
import { fields } from '../util/json.ts';

export interface KeptSizesRoom extends KeptSizes, Pick<Images, 'onDidChange'> {
  /** Resolves when what was learned is on the disk. */
  dispose(): Promise<void>;
}

export interface KeptSizesWorld {
  readonly disk: DiskCache;
  /** The workspace that a file is in; files of one share what is kept. */
  readonly workspaceOf: (uri: string) => string;
  readonly now: () => number;
}

/** Of a workspace; the oldest go first. A file of so many is about a megabyte. */
const mostSizes = 6000;
const mostImages = 500;
/** Longer than anything of ours. */
const mostCharacters = 200;

interface Shelf {
  readonly sizes: Map<string, KeptSize>;
  readonly images: Map<string, string>;
  read: boolean;
}

export function createKeptSizes({ disk, workspaceOf, now }: KeptSizesWorld): KeptSizesRoom {
  const shelves = new Map<string, Shelf>();
  const listeners = new Set<() => void>();
  const keyOf = (workspace: string): DiskKey => ({ group: 'sizes', name: workspace });

  function shelfOf(uri: string): { readonly workspace: string; readonly shelf: Shelf } {
    const workspace = workspaceOf(uri);
    const there = shelves.get(workspace);
    if (there) return { workspace, shelf: there };
    const shelf: Shelf = { sizes: new Map(), images: new Map(), read: false };
    shelves.set(workspace, shelf);
    void disk.read(keyOf(workspace)).then((kept) => {
      const { sizes, images } = readKept(kept?.value);
      addNewer(shelf, { sizes, images: new Map([...images].filter(([name]) => !shelf.images.has(name))) });
      shelf.read = true;
      for (const listener of [...listeners]) listener();
    });
    return { workspace, shelf };
  }

  function write(workspace: string, shelf: Shelf): void {
    for (const [key] of oldest(shelf.sizes)) shelf.sizes.delete(key);
    for (const key of [...shelf.images.keys()].slice(0, -mostImages)) shelf.images.delete(key);
    disk.write(keyOf(workspace), { sizes: [...shelf.sizes].map(row), images: [...shelf.images] }, now());
  }

  return {
    of(uri) {
      const { shelf } = shelfOf(uri);
      return shelf.read ? shelf : undefined;
    },
    keep(uri, kept) {
      const { workspace, shelf } = shelfOf(uri);
      // What is on the disk is read before it is written over.
      if (shelf.read && addNewer(shelf, kept)) write(workspace, shelf);
    },
    onDidChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    dispose() {
      listeners.clear();
      return disk.flush();
    },
  };
}

/** Whether anything was new. */
function addNewer(shelf: Shelf, { sizes, images }: Kept): boolean {
  let changed = false;
  for (const [key, size] of sizes) {
    const other = shelf.sizes.get(key);
    if (other !== undefined && (other.at > size.at || JSON.stringify(other) === JSON.stringify(size))) continue;
    shelf.sizes.set(key, size);
    changed = true;
  }
  for (const [name, id] of images) {
    if (shelf.images.get(name) === id) continue;
    shelf.images.delete(name);
    shelf.images.set(name, id);
    changed = true;
  }
  return changed;
}

function oldest(sizes: ReadonlyMap<string, KeptSize>): readonly (readonly [string, KeptSize])[] {
  const tooMany = sizes.size - mostSizes;
  return tooMany <= 0 ? [] : [...sizes].sort(([, a], [, b]) => a.at - b.at).slice(0, tooMany);
}

const row = ([key, size]: readonly [string, KeptSize]) => [key, size] as const;

/** Anybody can have written the file: what is not as we write it is left out. */
function readKept(value: unknown): Kept {
  const { sizes, images } = fields(value);
  return {
    sizes: new Map(pairs(sizes).flatMap(([key, size]) => readSize(key, size))),
    images: new Map(pairs(images).flatMap(([key, id]) => (isShort(id) ? [[key, id] as const] : []))),
  };
}

function pairs(value: unknown): readonly (readonly [string, unknown])[] {
  if (!Array.isArray(value)) return [];
  return value.slice(0, mostSizes).flatMap((pair: unknown) => {
    const [key, item] = Array.isArray(pair) ? (pair as readonly unknown[]) : [];
    return isShort(key) ? [[key, item] as const] : [];
  });
}

const isShort = (value: unknown): value is string => typeof value === 'string' && value.length <= mostCharacters;
const isCount = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value) && value >= 0;

function readPlace(value: unknown): { readonly place?: ContextPlace } {
  if (value === undefined) return {};
  const { folder, rules } = fields(value);
  return { place: { ...(isShort(folder) && { folder }), ...(isShort(rules) && { rules }) } };
}

function readSize(key: string, value: unknown): readonly (readonly [string, KeptSize])[] {
  const { bytes, startedAt, at, seconds, cached, layer, counted, compressedBytes, place } = fields(value);
  if (!Number.isSafeInteger(bytes) || !isCount(bytes) || !isCount(startedAt) || !isCount(at)) return [];
  const size: KeptSize = {
    ...{ bytes, startedAt, at, cached: cached === true },
    ...(isCount(seconds) && { seconds }),
    ...(isShort(layer) && /^sha256:[0-9a-f]{64}$/.test(layer) && { layer }),
    ...((counted === 'blocks' || counted === 'archives') && { counted }),
    ...(isCount(compressedBytes) && { compressedBytes }),
    ...readPlace(place),
  };
  return [[key, size]];
}
