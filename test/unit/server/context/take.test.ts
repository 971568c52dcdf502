import assert from 'node:assert/strict';
import { renameSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import { pack } from 'tar-stream';
import { patternMatcher } from '../../../../common/ignore.ts';
import { taken, wholeOf } from '../../../../server/context/take.ts';
import { ContextTree } from '../../../../server/context/tree.ts';
import type { ContextCopy } from '../../../../server/language/host.ts';
import { ProblemError } from '../../../../server/util/problemError.ts';
import { type Content, type TempFolder, tempFolder } from '../../../support/tempFolder.ts';

/** Until the clock of the file system ticks: what changes now is stamped later than what changed before. */
function nextStamp({ path, write }: TempFolder): void {
  const stamp = () => {
    write({ 'stamp/now': 0 });
    return Math.floor(statSync(join(path, 'stamp/now')).ctimeMs);
  };
  const before = stamp();
  while (stamp() === before);
}

describe('what a COPY takes', () => {
  let folder: TempFolder;
  afterEach(() => folder?.dispose());

  const copy = (sources: string, more: Partial<ContextCopy> = {}): ContextCopy => ({
    keyword: 'COPY',
    sources: sources.split('|'),
    exclude: [],
    ...more,
  });

  async function size(contents: Record<string, Content>, what: ContextCopy, ignore: readonly string[] = []) {
    folder = tempFolder(contents);
    const view = { tree: new ContextTree(folder.path), ignore: ignore.length > 0 ? patternMatcher(ignore) : undefined };
    const { files, bytes, linkBytes } = await taken(view, what, new Map());
    return linkBytes ? [files, bytes, linkBytes] : [files, bytes];
  }

  async function problem(contents: Record<string, Content>, what: ContextCopy, ignore?: readonly string[]) {
    const error = await size(contents, what, ignore).catch((thrown: unknown) => thrown);
    assert.ok(error instanceof ProblemError, `no problem: ${String(error)}`);
    return `${error.problem.kind} ${error.problem.subject}`;
  }

  const some = { 'a.txt': 10, 'b.txt': 20, 'c.md': 40, 'dir/d.txt': 100, 'dir/sub/e.txt': 200, 'empty/': '' };

  const takes: readonly (readonly [string, ContextCopy, readonly number[], (readonly string[])?])[] = [
    ['a file', copy('a.txt'), [1, 10]],
    ['a file with a slash, a dot and a way around', copy('/dir/.././a.txt'), [1, 10]],
    ['a source that leads out, as if the context were all there is', copy('../../a.txt'), [1, 10]],
    ['a folder, by its contents', copy('dir'), [2, 300]],
    ['a folder with a slash behind it', copy('dir/'), [2, 300]],
    ['an empty folder', copy('empty'), [0, 0]],
    ['several', copy('a.txt|dir'), [3, 310]],
    ['what wildcards match', copy('*.txt'), [2, 30]],
    ['folders that wildcards match, which cross no slash', copy('d*'), [2, 300]],
    ['wildcards within a path', copy('d?r/*/[a-f].txt'), [1, 200]],
    ['nothing where wildcards match nothing', copy('*.none'), [0, 0]],
    ['the same name twice once, from the last source', copy('dir/sub/e.txt|other/e.txt'), [1, 7]],
    ['everything', copy('.'), [6, 377]],
    ['everything but what is ignored', copy('.'), [2, 107], ['*', '!dir', 'dir/sub', '!other']],
    ['what an exception brings back of a folder', copy('dir'), [1, 200], ['dir', '!dir/sub']],
    ['nothing of wildcards that is ignored', copy('*.txt'), [1, 20], ['a.*']],
    ['everything but what is excluded', copy('.', { exclude: ['dir', '*.md'] }), [3, 37]],
    ['what is excluded only relative to each source', copy('dir|c.md', { exclude: ['*.txt'] }), [2, 240]],
    ['what an exclusion takes back', copy('dir', { exclude: ['*', '!sub/e.txt'] }), [1, 200]],
    ['with their parents only what matches', copy('dir/*/*.txt|a.txt', { parents: true }), [2, 210]],
    ['with their parents behind the pivot', copy('dir/./sub/e.txt', { parents: true }), [1, 200]],
  ];
  for (const [name, what, expected, ignore] of takes) {
    it(`is ${name}`, async () => {
      assert.deepEqual(await size({ ...some, 'other/e.txt': 7 }, what, ignore), expected);
    });
  }

  it('is not what its links point to, except for a source that is a link', async () => {
    const contents = { 'real/x': 30, 'in/link': { link: '../real/x' }, 'to-folder': { link: '/real' }, 'a-name': 5 };
    assert.deepEqual(await size(contents, copy('in')), [1, 0, 9]);
    folder.dispose();
    assert.deepEqual(await size(contents, copy('in/link|to-folder/x')), [2, 60]);
    folder.dispose();
    assert.deepEqual(await size(contents, copy('to-*')), [1, 30]);
  });

  it('never follows a link out of the context, nor round in circles', async () => {
    const contents = { out: { link: '/etc/passwd' }, up: { link: '../../../../etc/passwd' }, loop: { link: 'loop' } };
    for (const source of ['out', 'up', 'loop']) {
      assert.equal(await problem(contents, copy(source)), `notFound ${source}`);
      folder.dispose();
    }
  });

  it('counts a file with several names once for each source', async () => {
    const contents = { 'h/one': 50, 'h/two': { sameAs: 'h/one' }, 'h/x/three': { sameAs: 'h/one' } };
    assert.deepEqual(await size(contents, copy('h')), [3, 50]);
    folder.dispose();
    assert.deepEqual(await size(contents, copy('h/one|h/two')), [2, 100]);
    folder.dispose();
    assert.deepEqual(await size(contents, copy('h/*')), [3, 150]);
  });

  it('is not known for a source that is not there, or is ignored', async () => {
    assert.equal(await problem(some, copy('a.txt|none')), 'notFound none');
    folder.dispose();
    assert.equal(await problem(some, copy('a.txt'), ['*.txt']), 'notFound a.txt');
    folder.dispose();
    assert.equal(await problem(some, copy('none/*.txt')), 'notFound none/*.txt');
    folder.dispose();
    assert.equal(await problem(some, copy('dir'), ['dir', '!**/*.js']), 'notFound dir');
  });

  it('is not known for what only a build fetches', async () => {
    const add = (source: string) => copy(source, { keyword: 'ADD' });
    assert.equal(await problem({}, add('https://me:secret@host/x.tar')), 'unsupported https://host/x.tar');
    folder.dispose();
    assert.equal(await problem({}, add('git@host:a/b.git')), 'unsupported git@host:a/b.git');
  });

  it('has the time of the last change', async () => {
    folder = tempFolder({ 'a/x': 1, 'b/y': 1 });
    const tree = new ContextTree(folder.path);
    const before = wholeOf({ tree, ignore: undefined });
    assert.ok(before.changedAt > 0 && before.changedAt <= Date.now());
    const ofA = await taken({ tree, ignore: undefined }, copy('a'), new Map());
    folder.write({ 'b/z': 1 });
    assert.equal(tree.relook('b/z'), true);
    const after = wholeOf({ tree, ignore: undefined });
    assert.ok(after.changedAt >= before.changedAt);
    assert.equal(after.bytes, 3);
    assert.equal((await taken({ tree, ignore: undefined }, copy('a'), new Map())).changedAt, ofA.changedAt);
  });

  it('has the time of the last change to a link that leads to it, and of the last move of a folder around it', async () => {
    folder = tempFolder({ 'one/in/x': 1, 'other/in/x': 1, now: { link: 'one' }, 'as/x': { link: '../now/in/x' } });
    const changedAt = async (sources: string) => {
      const view = { tree: new ContextTree(folder.path), ignore: undefined };
      return (await taken(view, copy(sources), new Map())).changedAt;
    };
    const sources = ['now/in/x', 'now/in', 'now/*/x', 'as/x'];
    const before = await Promise.all(sources.map(changedAt));
    const direct = await changedAt('other/in/x');
    nextStamp(folder);
    folder.remove('now');
    folder.write({ now: { link: 'other' } });
    for (const [index, source] of sources.entries()) assert.ok((await changedAt(source)) > before[index]!, source);
    assert.equal(await changedAt('other/in/x'), direct);
    nextStamp(folder);
    renameSync(join(folder.path, 'other'), join(folder.path, 'third'));
    assert.ok((await changedAt('third/in/x')) > direct);
  });

  describe('of archives', () => {
    const add = (sources: string, more: Partial<ContextCopy> = {}) => copy(sources, { keyword: 'ADD', ...more });

    async function tar(): Promise<Buffer> {
      const archive = pack();
      archive.entry({ name: 'in/', type: 'directory' });
      archive.entry({ name: 'in/one' }, Buffer.alloc(1111));
      archive.entry({ name: 'in/two' }, Buffer.alloc(2222));
      archive.entry({ name: './in/two' }, Buffer.alloc(3));
      archive.entry({ name: 'in/hard', type: 'link', linkname: 'in/one' });
      archive.entry({ name: 'in/soft', type: 'symlink', linkname: 'one' });
      archive.finalize();
      return buffer(archive as unknown as Readable);
    }

    it('is what ADD unpacks, packed with gzip or not', async () => {
      const contents = { 'x.tar': await tar(), 'any.name': gzipSync(await tar()) };
      assert.deepEqual(await size(contents, add('x.tar')), [4, 1114, 3]);
      folder.dispose();
      assert.deepEqual(await size(contents, add('any.name')), [4, 1114, 3]);
    });

    it('is once what several sources hold under one name', async () => {
      const contents = { 'x.tar': await tar(), 'y.tgz': gzipSync(await tar()), 'd/in/one': 10, z: 1 };
      assert.deepEqual(await size(contents, add('x.tar|y.tgz')), [4, 1114, 3]);
      folder.dispose();
      // The last has the file.
      assert.deepEqual(await size(contents, add('x.tar|d|z')), [5, 14, 3]);
    });

    it('is the archive for COPY, and for ADD that is told not to unpack', async () => {
      const contents = { 'x.tar': await tar() };
      const whole = contents['x.tar'].length;
      assert.deepEqual(await size(contents, copy('x.tar')), [1, whole]);
      folder.dispose();
      assert.deepEqual(await size(contents, add('x.tar', { unpack: false })), [1, whole]);
    });

    it('is the file where it is none: zeros, a text, one that is packed, one that breaks off in its first header', async () => {
      const packed = gzipSync(Buffer.alloc(5000, 'x'));
      const broken = (await tar()).subarray(0, 300);
      const contents = {
        zeros: Buffer.alloc(2048),
        text: 600,
        'text.gz': packed,
        broken,
        empty: 0,
        bad: packed.subarray(0, 12),
      };
      assert.deepEqual(await size(contents, add('zeros|text|text.gz|broken|empty|bad')), [
        6,
        2048 + 600 + packed.length + 300 + 12,
      ]);
    });

    it('is not inside a folder, where ADD unpacks nothing', async () => {
      const contents = { 'd/x.tar': await tar() };
      assert.deepEqual(await size(contents, add('d')), [1, contents['d/x.tar'].length]);
    });

    it('is not known where it cannot be unpacked here, or is damaged', async () => {
      const xz = Buffer.from('fd377a585a000000', 'hex');
      assert.equal(await problem({ 'x.tar.xz': xz }, add('x.tar.xz')), 'unsupported x.tar.xz');
      folder.dispose();
      assert.equal(await problem({ 'x.tar.bz2': 'BZh91AY' }, add('x.tar.bz2')), 'unsupported x.tar.bz2');
      folder.dispose();
      assert.equal(await problem({ x: (await tar()).subarray(0, 1500) }, add('x')), 'badAnswer x');
      folder.dispose();
      const packed = gzipSync(
        Buffer.concat([await tar(), Buffer.from(Array.from({ length: 90_000 }, (_, at) => (at * at) & 255))]),
      );
      packed.fill(0, packed.length - 200);
      assert.equal(await problem({ x: packed.subarray(0, 200) }, add('x')), 'badAnswer x');
    });
  });
});

describe('the tree of a build context', () => {
  let folder: TempFolder;
  afterEach(() => folder?.dispose());
  const bytes = (tree: ContextTree) => wholeOf({ tree, ignore: undefined }).bytes;

  it('takes up what changed, came and went without reading anything else', () => {
    folder = tempFolder({ 'a/x': 1, 'a/y': 2, 'b/z': 4 });
    const tree = new ContextTree(folder.path);
    assert.equal(bytes(tree), 7);
    folder.write({ 'a/x': 11, 'a/new/deep': 100, 'b/z': 44 });
    folder.remove('a/y');
    for (const path of ['a/x', 'a/new', 'a/y']) assert.equal(tree.relook(path), true);
    assert.equal(bytes(tree), 115);
    assert.equal(tree.relook('b/z'), true);
    assert.equal(bytes(tree), 155);
  });

  it('knows nothing of what it never looked into', () => {
    folder = tempFolder({ 'a/x': 1, 'out/y': 2 });
    const tree = new ContextTree(folder.path);
    const view = { tree, ignore: patternMatcher(['out']) };
    assert.equal(wholeOf(view).bytes, 1);
    assert.equal(tree.relook('out/y'), false);
    assert.equal(tree.relook('nothing/there'), false);
  });

  it('says so where there are more names than it holds', () => {
    folder = tempFolder({ a: 1, b: 1, 'c/d': 1 });
    assert.throws(() => bytes(new ContextTree(folder.path, 3)), /more than 3 files/);
    assert.equal(bytes(new ContextTree(folder.path, 4)), 3);
  });

  it('says that there is none', () => {
    folder = tempFolder();
    assert.throws(() => bytes(new ContextTree(`${folder.path}/none`)), /is no folder/);
  });
});
