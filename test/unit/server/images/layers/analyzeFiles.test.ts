import assert from 'node:assert/strict';
import { analyzeFiles } from '../../../../../server/images/layers/analyzeFiles.ts';
import { Entries, entryKind } from '../../../../../server/images/layers/entries.ts';
import { PathTree } from '../../../../../server/images/layers/pathTree.ts';
import {
  analyzed,
  analyzedArchive,
  file,
  folder,
  hardLink,
  opaque,
  outlineOf,
  symbolicLink,
  whiteout,
} from '../../../../support/analyzed.ts';
import { random } from '../../../../support/random.ts';
import { savedClassic, savedOci } from '../../../../support/savedImage.ts';
import { type TarPart, tarOf, withChecksum } from '../../../../support/tar.ts';

describe('the files of an image', () => {
  it('are a tree in each layer, the largest first, folders with all that is in them', async () => {
    const { trees, sums } = await analyzed(
      [
        folder('app'),
        file('app/small', 10),
        file('app/deep/large', 300),
        file('b', 20),
        symbolicLink('app/to', '../b'),
      ],
      [folder('app'), file('app/small', 11), file('c', 1)],
    );
    assert.deepEqual(outlineOf(trees, 0), [
      'added /app/ 310 in 3',
      'unchanged /app/deep/ 300 in 1',
      'added /app/deep/large 300',
      'added /app/small 10',
      'added /app/to@ 0 -> ../b',
      'added /b 20',
    ]);
    assert.deepEqual(outlineOf(trees, 1), ['unchanged /app/ 11 in 1', 'changed /app/small 11', 'added /c 1']);
    assert.deepEqual(
      sums.map(({ bytes, added, changed, removed }) => [bytes, added, changed, removed]),
      [
        [330, 4, 0, 0],
        [12, 1, 1, 0],
      ],
    );
  });

  it('that a layer removes are told with what they hide, and a folder with all that was in it', async () => {
    const { trees, sums } = await analyzed(
      [file('d/e/x', 5), file('d/y', 7), file('f', 3), symbolicLink('d/l', 'y')],
      [whiteout('d'), whiteout('f'), whiteout('never')],
    );
    assert.deepEqual(outlineOf(trees, 1), [
      'removed /d/ 12 in 3',
      'removed /d/y 7',
      'removed /d/e/ 5 in 1',
      'removed /d/e/x 5',
      'removed /d/l 0',
      'removed /f 3',
    ]);
    assert.equal(sums[1]?.removed, 4);
  });

  it('that a layer says again and again that it removes are looked through once', () => {
    const [paths, entries] = [new PathTree(), new Entries()];
    const folder = paths.find(Buffer.from('d'));
    const all = Array.from({ length: 100_000 }, (_, index) => paths.find(Buffer.from(`d/${index}`)));
    for (const path of all) entries.add(0, path, entryKind.file);
    for (const _ of all) entries.add(1, folder, entryKind.emptied);
    assert.equal(analyzeFiles({ paths, entries, layers: [0, 1] }).sums[1]?.removed, all.length);
  });

  const replaced: readonly (readonly [name: string, layer: readonly TarPart[], outline: readonly string[]])[] = [
    ['by what is there no more', [opaque('d')], ['unchanged /d/ 0 in 0', 'removed /d/b 20', 'removed /d/a 10']],
    [
      'and partly written anew',
      [folder('d'), opaque('d'), file('d/a', 11), file('d/c', 1)],
      ['unchanged /d/ 12 in 2', 'removed /d/b 20', 'changed /d/a 11', 'added /d/c 1'],
    ],
    [
      'the other way round in the archive',
      [file('d/a', 11), whiteout('d/b'), opaque('d')],
      ['unchanged /d/ 11 in 1', 'removed /d/b 20', 'changed /d/a 11'],
    ],
    [
      'as a whole and made anew',
      [whiteout('d'), folder('d')],
      ['changed /d/ 0 in 0', 'removed /d/b 20', 'removed /d/a 10'],
    ],
    ['by a file', [file('d', 5)], ['changed /d 5']],
    ['twice', [whiteout('d/a'), whiteout('d')], ['removed /d/ 30 in 2', 'removed /d/b 20', 'removed /d/a 10']],
  ];
  for (const [name, layer, outline] of replaced) {
    it(`that are replaced ${name}`, async () => {
      const { trees } = await analyzed([folder('d'), file('d/a', 10), file('d/b', 20)], layer);
      assert.deepEqual(outlineOf(trees, 1), outline);
    });
  }

  it('count a change of rights as a change, also of a folder', async () => {
    const { trees } = await analyzed([folder('d'), folder('e')], [folder('d', 0o700), folder('e')]);
    assert.deepEqual(outlineOf(trees, 1), ['changed /d/ 0 in 0', 'unchanged /e/ 0 in 0']);
  });

  it('stay inside of the image, whatever their paths say', async () => {
    const { trees } = await analyzed([
      file('../../etc/passwd', 1),
      file('/abs', 2),
      file('./a/./b//c', 3),
      file('a/../x', 4),
      { path: './', type: '5' },
      { path: '..', type: '5' },
    ]);
    assert.deepEqual(outlineOf(trees, 0), [
      'added /x 4',
      'unchanged /a/ 3 in 1',
      'unchanged /a/b/ 3 in 1',
      'added /a/b/c 3',
      'added /abs 2',
      'unchanged /etc/ 1 in 1',
      'added /etc/passwd 1',
    ]);
  });

  it('that come twice in a layer count once, as the last', async () => {
    const { sums, files, trees } = await analyzed([file('a', 100), file('a', 1)]);
    assert.deepEqual([sums[0]?.bytes, sums[0]?.added, files.reclaimableBytes], [1, 1, 0]);
    assert.deepEqual(outlineOf(trees, 0), ['added /a 1']);
  });

  it('that come twice under other names count once, where they stand', async () => {
    const { sums, trees } = await analyzed([file('a', 100), hardLink('b', 'a'), hardLink('c/d', 'b')]);
    assert.equal(sums[0]?.bytes, 100);
    assert.deepEqual(outlineOf(trees, 0), [
      'added /a 100',
      'added /b 0 -> /a',
      'unchanged /c/ 0 in 1',
      'added /c/d 0 -> /b',
    ]);
  });

  it('are shown also where their names are no UTF-8', async () => {
    const named = tarOf(file('x', 1), file('y', 1));
    named[0] = 0xe9;
    const layer = Buffer.concat([withChecksum(named.subarray(0, 512)), named.subarray(512)]);
    const { trees } = await analyzedArchive(savedOci({ layers: [layer] }));
    assert.deepEqual(outlineOf(trees, 0), ['added /y 1', 'added /é 1']);
  });

  it('note nothing of what old storage drivers wrote for themselves', async () => {
    const { trees } = await analyzed([
      file('a', 1),
      file('.wh..wh.plnk/0', 5),
      { path: '.wh..wh.aufs' },
      { path: '.wh..' },
    ]);
    assert.deepEqual(outlineOf(trees, 0).slice(-1), ['added /a 1']);
  });
});

describe('what is wasted', () => {
  it('is each copy that another hides, and all of what is removed, with the layers to blame', async () => {
    const { files } = await analyzed(
      [file('twice', 100), file('gone', 50), file('kept', 1)],
      [file('twice', 100), file('gone', 60)],
      [whiteout('gone')],
    );
    assert.deepEqual(files, {
      // Smallest copies 100 + 0 + 1 of 200 + 110 + 1.
      efficiency: 101 / 311,
      reclaimableBytes: 210,
      wasted: [
        { path: '/gone', bytes: 110, layers: [0, 1], removedBy: 2 },
        { path: '/twice', bytes: 100, layers: [0, 1] },
      ],
      wastedCount: 2,
    });
  });

  it('of a file that grew is what nobody sees, not the larger copy', async () => {
    const { files } = await analyzed([file('log', 10)], [file('log', 100)]);
    assert.equal(files.reclaimableBytes, 10);
    assert.equal(files.efficiency, 10 / 110);
  });

  it('of a removed folder is each file in it', async () => {
    const { files } = await analyzed([file('d/a', 10), file('d/b/c', 20), file('x', 5)], [whiteout('d')]);
    assert.deepEqual(
      files.wasted.map(({ path, bytes, removedBy }) => [path, bytes, removedBy]),
      [
        ['/d/b/c', 20, 1],
        ['/d/a', 10, 1],
      ],
    );
    // dive counts the removal of a folder as a copy of what was in it, under the folder's own path.
    assert.equal(files.efficiency, 65 / 65);
  });

  it('is nothing of a file as long as one of its names is left', async () => {
    const layers = [[file('a', 100), hardLink('b', 'a')], [whiteout('a')]];
    assert.equal((await analyzed(...layers)).files.reclaimableBytes, 0);
    assert.equal((await analyzed(...layers, [whiteout('b')])).files.reclaimableBytes, 100);
  });

  it('is nothing where nothing is', async () => {
    const { files, sums } = await analyzed([], [folder('a')]);
    assert.deepEqual(files, { efficiency: 1, reclaimableBytes: 0, wasted: [], wastedCount: 0 });
    assert.equal(sums.length, 2);
  });

  it('counts a layer that comes twice as two', async () => {
    const layer = tarOf(file('a', 100));
    for (const saved of [savedOci({ layers: [layer, layer] }), savedClassic({ layers: [layer, layer] })]) {
      const { files, sums } = await analyzedArchive(saved);
      assert.deepEqual(
        sums.map(({ bytes }) => bytes),
        [100, 100],
      );
      assert.deepEqual(files.wasted, [{ path: '/a', bytes: 100, layers: [0, 1] }]);
    }
  });

  it('is what the layers hold less what the image shows, in any image', async () => {
    const upTo = random(5);
    const names = ['a', 'b', 'c', 'a/x', 'a/y', 'b/x', 'b/x/p', 'a/y/q', 'c/z'];
    const pick = () => names[upTo(names.length)] ?? 'a';
    let wasted = 0;
    for (let round = 0; round < 300; round++) {
      const shown = new Map<string, number>();
      let all = 0;
      const hide = (path: string) => {
        for (const each of [...shown.keys()]) if (each === path || each.startsWith(`${path}/`)) shown.delete(each);
      };
      const layers: TarPart[][] = [];
      for (let layer = 0; layer < 1 + upTo(5); layer++) {
        const gone = Array.from({ length: upTo(3) }, pick);
        const cleared = Array.from({ length: upTo(2) }, pick);
        const written = new Map(Array.from({ length: upTo(5) }, () => [pick(), upTo(100)] as const));
        // An engine writes no file into a file.
        for (const path of [...written.keys()])
          for (const other of written.keys()) if (other.startsWith(`${path}/`)) written.delete(path);
        for (const path of gone) hide(path);
        for (const path of cleared)
          for (const each of [...shown.keys()]) if (each.startsWith(`${path}/`)) shown.delete(each);
        for (const path of written.keys()) {
          hide(path);
          // A folder that was a file is removed by the engine's own word.
          for (const above of path.split('/').map((_, index, parts) => parts.slice(0, index).join('/')))
            if (shown.delete(above)) gone.push(above);
        }
        for (const [path, bytes] of written) {
          shown.set(path, bytes);
          all += bytes;
        }
        layers.push([
          ...gone.map(whiteout),
          ...cleared.map(opaque),
          ...[...written].map(([path, bytes]) => file(path, bytes)),
        ]);
      }
      const { files, sums } = await analyzed(...layers);
      const visible = [...shown.values()].reduce((sum, bytes) => sum + bytes, 0);
      assert.equal(
        sums.reduce((sum, { bytes }) => sum + bytes, 0),
        all,
      );
      wasted += files.reclaimableBytes;
      assert.equal(
        files.reclaimableBytes,
        all - visible,
        JSON.stringify(layers.map((parts) => parts.map(({ path }) => path))),
      );
    }
    assert.ok(wasted > 0);
  });
});
