import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { followLinks } from '../../../../../server/engine/buildkit/followLinks.ts';
import { type ContextFilter, walkContext } from '../../../../../server/engine/buildkit/walkContext.ts';

describe('walkContext', () => {
  let root: string;
  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'gantry-walk-'));
  });
  afterEach(() => rm(root, { recursive: true }));

  async function files(...paths: string[]): Promise<void> {
    for (const path of paths) {
      await mkdir(dirname(join(root, path)), { recursive: true });
      await writeFile(join(root, path), '');
    }
  }
  async function walked(filter: Partial<ContextFilter> = {}): Promise<readonly string[]> {
    const found: string[] = [];
    for await (const { path } of walkContext(
      root,
      { exclude: [], include: [], ...filter },
      new AbortController().signal,
    ))
      found.push(path);
    return found;
  }

  it('goes in byte order, folders before what is in them', async () => {
    await files('a.b', 'a/z', 'a-b', 'ü', '\u{1F600}', '\uFFE5', 'B');
    assert.deepEqual(
      await walked(),
      ['B', 'a', 'a/z', 'a-b', 'a.b', 'ü', '\uFFE5', '\u{1F600}'].sort((x, y) =>
        Buffer.compare(Buffer.from(x.replaceAll('/', '\0')), Buffer.from(y.replaceAll('/', '\0'))),
      ),
    );
  });

  // The cases of tonistiigi/fsutil filter_test.go.
  it('includes folders above what is included, once', async () => {
    await files('bar/foo', 'bar/fop', 'foo2');
    for (const include of ['bar', 'b*', 'b*/f*', '**/f*', 'bar/']) {
      assert.deepEqual(
        await walked({ include: [include] }),
        include === '**/f*' ? ['bar', 'bar/foo', 'bar/fop', 'foo2'] : ['bar', 'bar/foo', 'bar/fop'],
        include,
      );
    }
    assert.deepEqual(await walked({ include: ['bar/g*'] }), []);
  });

  it('sends an excluded folder only for what an exception brings back', async () => {
    await files('bar', 'foo/bar2', 'foo/other', 'foo2');
    assert.deepEqual(await walked({ exclude: ['foo*', '!foo/bar2'] }), ['bar', 'foo', 'foo/bar2']);
  });

  it('keeps links as links, also broken and circular ones, and passes over pipes', async () => {
    await files('real/file');
    await symlink('real', join(root, 'link'));
    await symlink('nowhere', join(root, 'broken'));
    await symlink('circle', join(root, 'circle'));
    execFileSync('mkfifo', [join(root, 'pipe')]);
    assert.deepEqual(await walked(), ['broken', 'circle', 'link', 'real', 'real/file']);
  });

  it('goes on when something vanishes on the way', async () => {
    await files('a/1', 'b/2', 'c');
    const found: string[] = [];
    for await (const { path } of walkContext(root, { exclude: [], include: [] }, new AbortController().signal)) {
      found.push(path);
      if (path === 'a') await rm(join(root, 'a'), { recursive: true });
      if (path === 'b') await rm(join(root, 'b/2'));
    }
    assert.deepEqual(found, ['a', 'b', 'c']);
  });

  it('says which context cannot be read', async () => {
    const gone = join(root, 'gone');
    const walk = walkContext(gone, { exclude: [], include: [] }, new AbortController().signal);
    await assert.rejects(walk.next(), (error: Error) => error.message.includes(gone));
  });

  it('stops when aborted', async () => {
    await files('a', 'b');
    const controller = new AbortController();
    controller.abort();
    await assert.rejects(walkContext(root, { exclude: [], include: [] }, controller.signal).next(), {
      name: 'AbortError',
    });
  });

  describe('followLinks', () => {
    it('adds what links point to, anchored at the context', async () => {
      await files('baz/one', 'bax', 'bay', 'bar');
      await mkdir(join(root, 'foo'));
      await symlink('/baz/one', join(root, 'foo/l1'));
      await symlink('/baz/two', join(root, 'foo/l2'));
      await symlink('../bax', join(root, 'baz/two'));
      assert.deepEqual(await followLinks(root, ['foo/l*', 'bar']), ['bar', 'bax', 'baz/one', 'baz/two', 'foo/l*']);
    });

    it('takes a link to the root for everything, and survives circles and ways out', async () => {
      await files('bar');
      await symlink('.', join(root, 'all'));
      await symlink('circle', join(root, 'circle'));
      await symlink('../../../../etc', join(root, 'out'));
      assert.equal(await followLinks(root, ['all']), undefined);
      assert.deepEqual(await followLinks(root, ['circle', 'out', '../../etc/passwd', 'absent/x']), [
        'absent/x',
        'circle',
        'etc',
        'out',
      ]);
    });
  });
});
