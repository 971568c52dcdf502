/** What the tree of a layer's files shows, row by row. */
import { type LayerEntry, listLimits } from '../../../common/layers.ts';

/** A folder that was asked for. */
export type Folder =
  | { readonly state: 'loading' }
  | { readonly state: 'known'; readonly entries: readonly LayerEntry[] }
  | { readonly state: 'failed'; readonly message: string };

export type Sorting = 'size' | 'name';

export type FileRow =
  | {
      readonly kind: 'entry';
      /** Absolute in the image. */
      readonly path: string;
      readonly entry: LayerEntry;
      /** From 1. */
      readonly level: number;
      readonly position: number;
      readonly setSize: number;
      /** Of a folder that has something in it. */
      readonly expanded?: boolean;
    }
  | { readonly kind: 'loading' | 'empty'; readonly path: string; readonly level: number }
  | { readonly kind: 'failed'; readonly path: string; readonly level: number; readonly message: string }
  /** Where a list was cut: so many of it are all that was told. */
  | { readonly kind: 'cut'; readonly path: string; readonly level: number; readonly count: number }
  /** The way to what a long folder has besides. */
  | { readonly kind: 'more'; readonly path: string; readonly level: number; readonly count: number };

export interface Shown {
  readonly folders: ReadonlyMap<string, Folder>;
  /** Paths of the folders that are open. */
  readonly open: ReadonlySet<string>;
  /** How many entries of a folder are shown, where that is not {@link firstEntries}. */
  readonly limits: ReadonlyMap<string, number>;
  readonly sorting: Sorting;
}

export const firstEntries = 200;

export function fileRows(shown: Shown, path = '/', level = 1): readonly FileRow[] {
  const folder = shown.folders.get(path) ?? { state: 'loading' };
  if (folder.state === 'failed') return [{ kind: 'failed', path, level, message: folder.message }];
  if (folder.state === 'loading') return [{ kind: 'loading', path, level }];
  if (folder.entries.length === 0) return [{ kind: 'empty', path, level }];
  const limit = shown.limits.get(path) ?? firstEntries;
  const entries = sorted(folder.entries, shown.sorting);
  const rows = entries.slice(0, limit).flatMap((entry, index): readonly FileRow[] => {
    const own = below(path, entry.name);
    const row = { kind: 'entry', path: own, entry, level, position: index + 1, setSize: entries.length } as const;
    if (!opens(entry)) return [row];
    const expanded = shown.open.has(own);
    return [{ ...row, expanded }, ...(expanded ? fileRows(shown, own, level + 1) : [])];
  });
  return [...rows, ...rest(path, level, entries.length, limit, listLimits.folder)];
}

/** What a filter found: paths in place of names, and no folder opens. */
export function foundRows(entries: readonly LayerEntry[], sorting: Sorting, limit: number): readonly FileRow[] {
  const rows = sorted(entries, sorting)
    .slice(0, limit)
    .map((entry, index) => {
      const path = below('/', entry.name);
      return { kind: 'entry', path, entry, level: 1, position: index + 1, setSize: entries.length } as const;
    });
  return [...rows, ...rest('/', 1, entries.length, limit, listLimits.found)];
}

function rest(path: string, level: number, count: number, limit: number, told: number): readonly FileRow[] {
  if (count > limit) return [{ kind: 'more', path, level, count: count - limit }];
  return count < told ? [] : [{ kind: 'cut', path, level, count }];
}

/** A folder that is gone has nothing in it to be seen. */
function opens({ kind, change, files = 0 }: LayerEntry): boolean {
  return kind === 'folder' && (change !== 'removed' || files > 0);
}

/** Entries come by size, the largest first. */
function sorted(entries: readonly LayerEntry[], sorting: Sorting): readonly LayerEntry[] {
  if (sorting === 'size') return entries;
  const { compare } = new Intl.Collator('en', { numeric: true });
  return entries.toSorted((a, b) => compare(a.name, b.name));
}

export function below(folder: string, name: string): string {
  return folder === '/' ? `/${name}` : `${folder}/${name}`;
}
