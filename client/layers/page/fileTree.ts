/** The tree of what a layer added, changed and removed. Folders are asked for when they open. */
import { formatBytesIn } from '../../../common/bytes.ts';
import type { LayerEntry } from '../../../common/layers.ts';
import { visibleText } from '../../../common/visibleText.ts';
import { bar, element, twistie } from './dom.ts';
import { type FileRow, type Folder, fileRows, firstEntries, foundRows } from './fileRows.ts';
import { fill } from './fill.ts';
import { keyboardRows } from './keyboard.ts';
import type { Session } from './session.ts';

export interface FileTree {
  readonly element: HTMLElement;
  /** Shows what is known by now. */
  update(): void;
}

/** What a layer is known to have. */
export interface LayerFiles {
  readonly bytes: number;
  readonly folders: ReadonlyMap<string, Folder>;
  /** By the text that was looked for. */
  readonly found: ReadonlyMap<string, Folder>;
  /** Asks for a folder, or for what a filter finds. */
  ask(folder: string, filter?: string): void;
}

export function fileTree(files: LayerFiles, session: Session): FileTree {
  const { texts, units, view } = session;
  const tree = element('div', { class: 'files', attributes: { role: 'tree', 'aria-label': texts.files } });
  const open = new Set(view.open);
  const limits = new Map<string, number>();
  let rows: readonly FileRow[] = [];

  const toggle = (path: string, wanted = !open.has(path)) => {
    if (wanted) open.add(path);
    else open.delete(path);
    if (wanted && files.folders.get(path)?.state === 'failed') files.ask(path);
    view.open = [...open];
    session.keep();
    update();
  };
  const showMore = (path: string) => {
    limits.set(path, (limits.get(path) ?? firstEntries) + firstEntries);
    update();
  };

  const current = (): readonly FileRow[] => {
    if (view.filter === '') {
      for (const path of ['/', ...open]) if (!files.folders.has(path) && isReached(path)) files.ask(path);
      return fileRows({ folders: files.folders, open, limits, sorting: view.sorting });
    }
    const found = files.found.get(view.filter);
    if (found === undefined) files.ask('/', view.filter);
    if (found === undefined || found.state === 'loading') return [{ kind: 'loading', path: '/', level: 1 }];
    if (found.state === 'failed') return [{ kind: 'failed', path: '/', level: 1, message: found.message }];
    if (found.entries.length === 0) return [{ kind: 'empty', path: '/', level: 1 }];
    return foundRows(found.entries, view.sorting, limits.get('/') ?? firstEntries);
  };
  /** Whether all folders above it are open. */
  const isReached = (path: string): boolean => {
    const parent = path.slice(0, path.lastIndexOf('/'));
    return path === '/' || parent === '' || (open.has(parent) && isReached(parent));
  };

  const update = () => {
    const focused = document.activeElement instanceof HTMLElement ? document.activeElement.dataset['path'] : undefined;
    const had = tree.contains(document.activeElement);
    rows = current();
    const made = rows.map(rowElement);
    tree.replaceChildren(...made);
    const kept = made.find(({ dataset }) => dataset['path'] === focused) ?? made[0];
    if (kept === undefined) return;
    keyboard.mark(kept);
    if (had) kept.focus();
  };

  const rowElement = (row: FileRow): HTMLElement => {
    const attributes = { role: 'treeitem', 'aria-level': row.level, tabindex: -1 };
    const made =
      row.kind === 'entry'
        ? entryRow(row, attributes)
        : element('div', { class: 'row file hint', text: noteOf(row), attributes });
    if (row.kind === 'more') made.addEventListener('click', () => showMore(row.path));
    if (row.kind === 'more') made.classList.add('more');
    made.style.setProperty('--level', String(row.level));
    made.dataset['path'] = row.kind === 'entry' ? row.path : `${row.path}?${row.kind}`;
    return made;
  };

  const noteOf = (row: Exclude<FileRow, { kind: 'entry' }>): string => {
    if (row.kind === 'failed') return row.message;
    if (row.kind === 'loading') return texts.loading;
    if (row.kind === 'cut') return fill(texts.firstOnly, row.count);
    if (row.kind === 'more') return fill(texts.showMore, Math.min(row.count, firstEntries));
    if (view.filter !== '') return fill(texts.noMatch, view.filter);
    return row.path === '/' ? texts.nothingIn : texts.emptyFolder;
  };

  const entryRow = (row: Extract<FileRow, { kind: 'entry' }>, base: Readonly<Record<string, string | number>>) => {
    const { entry, position, setSize, expanded } = row;
    const shown = visibleText(view.filter === '' ? entry.name : row.path);
    const size =
      entry.change === 'removed'
        ? fill(texts.hides, formatBytesIn(units, entry.bytes))
        : formatBytesIn(units, entry.bytes);
    const attributes = {
      ...base,
      'aria-label': [shown, ...(entry.change === 'unchanged' ? [] : [texts[entry.change]]), size].join(', '),
      'aria-posinset': position,
      'aria-setsize': setSize,
      'aria-expanded': expanded,
    };
    const made = element(
      'div',
      { class: `row file ${entry.kind} ${entry.change}`, title: tooltipOf(row.path, entry), attributes },
      expanded === undefined ? element('span', { class: 'twistie' }) : twistie(),
      change(entry),
      element(
        'span',
        { class: 'name' },
        element('span', { class: 'own', text: shown }),
        entry.kind === 'folder' ? '/' : undefined,
        entry.target === undefined
          ? undefined
          : element('span', { class: 'target', text: ` → ${visibleText(entry.target)}` }),
      ),
      bar(files.bytes === 0 ? 0 : entry.bytes / files.bytes, entry.change === 'removed' ? 'hidden-bytes' : ''),
      element('span', { class: 'size', text: size }),
    );
    if (expanded !== undefined) made.addEventListener('click', () => toggle(row.path));
    return made;
  };

  const change = ({ change }: LayerEntry): HTMLElement =>
    element('span', {
      class: 'mark',
      ...(change !== 'unchanged' && { text: { added: 'A', changed: 'M', removed: 'D' }[change] }),
    });

  const tooltipOf = (path: string, { kind, change, files: count }: LayerEntry): string =>
    [
      visibleText(path),
      change === 'unchanged' ? '' : texts[change],
      kind !== 'folder' || count === undefined ? '' : count === 1 ? texts.oneFile : fill(texts.fileCount, count),
    ]
      .filter((part) => part !== '')
      .join(' · ');

  const keyboard = keyboardRows(tree, '[role=treeitem]', (element, key) => {
    const index = [...tree.children].indexOf(element);
    const row = rows[index];
    if (row?.kind === 'more' && (key === 'Enter' || key === ' ')) {
      showMore(row.path);
      return true;
    }
    if (row?.kind !== 'entry') return false;
    const { expanded, level, path } = row;
    if (key === 'Enter' || key === ' ') {
      if (expanded !== undefined) toggle(path);
      return expanded !== undefined;
    }
    if (key === 'ArrowRight' && expanded === false) toggle(path, true);
    else if (key === 'ArrowRight' && expanded === true) focusRow(index + 1);
    else if (key === 'ArrowLeft' && expanded === true) toggle(path, false);
    else if (key === 'ArrowLeft') focusRow(rows.findLastIndex((each, at) => at < index && each.level < level));
    else return false;
    return true;
  });
  const focusRow = (index: number) => {
    const row = tree.children[index];
    if (row instanceof HTMLElement) row.focus();
  };

  return { element: tree, update };
}
