import assert from 'node:assert/strict';
import {
  type FileRow,
  type Folder,
  fileRows,
  foundRows,
  type Sorting,
} from '../../../../../client/layers/page/fileRows.ts';
import type { LayerEntry } from '../../../../../common/layers.ts';

const entry = (name: string, bytes: number, more: Partial<LayerEntry> = {}): LayerEntry => ({
  name,
  kind: 'file',
  change: 'added',
  bytes,
  ...more,
});
const folder = (name: string, bytes: number, more: Partial<LayerEntry> = {}) =>
  entry(name, bytes, { kind: 'folder', files: 1, ...more });
const known = (...entries: readonly LayerEntry[]): Folder => ({ state: 'known', entries });

const text = (row: FileRow): string => {
  const indent = '  '.repeat(row.level - 1);
  if (row.kind !== 'entry') return `${indent}${row.kind}`;
  const mark = row.expanded === undefined ? ' ' : row.expanded ? 'v' : '>';
  return `${indent}${mark} ${row.path} ${row.position}/${row.setSize}`;
};

function shown(folders: Readonly<Record<string, Folder>>, open: readonly string[] = [], sorting: Sorting = 'size') {
  const of = { folders: new Map(Object.entries(folders)), open: new Set(open), limits: new Map(), sorting };
  return fileRows(of).map(text);
}

describe('the tree of a layer', () => {
  const root = known(folder('usr', 90), entry('z', 7), entry('a10', 5), entry('a9', 3));

  it('has folders closed until they are opened', () => {
    assert.deepEqual(shown({ '/': root }), ['> /usr 1/4', '  /z 2/4', '  /a10 3/4', '  /a9 4/4']);
  });

  it('sorts by name as people count', () => {
    assert.deepEqual(shown({ '/': root }, [], 'name'), ['  /a9 1/4', '  /a10 2/4', '> /usr 3/4', '  /z 4/4']);
  });

  it('shows what is in open folders, as far as it is there', () => {
    const folders = { '/': known(folder('usr', 9)), '/usr': known(folder('bin', 5), folder('lib', 4)) };
    assert.deepEqual(
      shown({ ...folders, '/usr/lib': { state: 'failed', message: 'no' } }, ['/usr', '/usr/bin', '/usr/lib']),
      [...['v /usr 1/1', '  v /usr/bin 1/2', '    loading', '  v /usr/lib 2/2', '    failed']],
    );
  });

  it('keeps what is open in a closed folder out of sight', () => {
    const folders = { '/': known(folder('usr', 9)), '/usr': known(folder('bin', 5)) };
    assert.deepEqual(shown(folders, ['/usr/bin']), ['> /usr 1/1']);
  });

  it('says that it loads, and that there is nothing', () => {
    assert.deepEqual(shown({}), ['loading']);
    assert.deepEqual(shown({ '/': known() }), ['empty']);
  });

  it('does not open a folder that is gone with all that was in it', () => {
    assert.deepEqual(shown({ '/': known(folder('tmp', 9, { change: 'removed', files: 0 })) }), ['  /tmp 1/1']);
  });

  it('shows a long folder piece by piece', () => {
    const many = known(...Array.from({ length: 500 }, (_, index) => entry(`f${index}`, 500 - index)));
    const of = { folders: new Map([['/', many]]), open: new Set<string>(), sorting: 'size' } as const;
    const first = fileRows({ ...of, limits: new Map() });
    assert.equal(first.length, 201);
    assert.deepEqual(first.at(-1), { kind: 'more', path: '/', level: 1, count: 300 });
    assert.equal(fileRows({ ...of, limits: new Map([['/', 600]]) }).length, 500);
  });
});

describe('a list that was cut', () => {
  it('says so where it ends', () => {
    const entries = Array.from({ length: 1000 }, (_, index) => entry(`f${index}`, 1));
    assert.deepEqual(foundRows(entries, 'size', 1000).at(-1), { kind: 'cut', path: '/', level: 1, count: 1000 });
    assert.equal(foundRows(entries.slice(1), 'size', 1000).at(-1)?.kind, 'entry');
  });
});

describe('what a filter found', () => {
  it('is a flat list of paths', () => {
    const found = [folder('usr/lib', 9), entry('usr/lib/a', 9), entry('b', 1)];
    assert.deepEqual(foundRows(found, 'size', 2).map(text), ['  /usr/lib 1/3', '  /usr/lib/a 2/3', 'more']);
  });
});
