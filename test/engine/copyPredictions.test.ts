/** What is predicted of a COPY or ADD, beside what the engine then has. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { pack } from 'tar-stream';
import { BuildContexts } from '../../server/context/contexts.ts';
import { path } from '../../server/engine/apiPath.ts';
import { build } from '../../server/engine/buildkit/build.ts';
import type { Engine } from '../../server/engine/engine.ts';
import type { ContextCopy, ContextSize } from '../../server/language/host.ts';
import { removeImage } from '../support/baseImage.ts';
import { silentLog } from '../support/changes.ts';
import { engineOrSkip } from '../support/realEngine.ts';
import { type Content, tempFolder } from '../support/tempFolder.ts';

const never = new AbortController().signal;

async function someTar(): Promise<Buffer> {
  const archive = pack();
  archive.entry({ name: 'in/', type: 'directory' });
  archive.entry({ name: 'in/one' }, Buffer.alloc(1111));
  archive.entry({ name: 'in/two' }, Buffer.alloc(2222));
  archive.entry({ name: `in/${'long'.repeat(60)}` }, Buffer.alloc(77));
  archive.entry({ name: 'in/one' }, Buffer.alloc(1500));
  archive.entry({ name: 'in/hard', type: 'link', linkname: 'in/two' });
  archive.entry({ name: 'in/soft', type: 'symlink', linkname: 'one' });
  archive.finalize();
  return buffer(archive as unknown as Readable);
}

describe('predictions of copies', function () {
  this.timeout(120_000);
  let engine: Engine;
  let dockerfiles: string;
  const mark = `gantry-test/predictions-${process.pid}-${Date.now().toString(36)}`;

  before(async function () {
    engine = await engineOrSkip(this);
    dockerfiles = await mkdtemp(join(tmpdir(), 'gantry-predictions-'));
  });

  after(async () => {
    if (!engine) return;
    engine.dispose();
    await rm(dockerfiles, { recursive: true });
  });

  interface Sample {
    readonly name: string;
    readonly files: Readonly<Record<string, Content>>;
    /** Without a destination, which is `/to/`. */
    readonly copy: string;
    readonly asked: Partial<ContextCopy>;
    /** Whether engines are around that do not know the flag yet. */
    readonly isNew?: true;
  }

  const samples = async (): Promise<readonly Sample[]> => {
    const tree = { 'a.txt': 1234, 'b.txt': 4321, 'c.md': 99, 'd/e.txt': 50_000, 'd/f/g.bin': 70_000, 'empty/': '' };
    const links = {
      'd/one': 3000,
      'd/two': { sameAs: 'd/one' },
      'e/three': { sameAs: 'd/one' },
      'd/soft': { link: 'one' },
      'd/folder': { link: '../e' },
      'd/out': { link: '/etc/passwd' },
      'to-d': { link: 'd' },
      'to-one': { link: '/d/one' },
    } as const;
    const archive = await someTar();
    const archives = { 'x.tar': archive, 'x.tar.gz': gzipSync(archive), 'text.gz': gzipSync('x'.repeat(9999)) };
    const ignoring = { ...tree, '.dockerignore': '*.txt\n!b.txt\nd\n!d/f\n.dockerignore\n' };
    return [
      { name: 'a file', files: tree, copy: 'COPY a.txt', asked: { sources: ['a.txt'] } },
      { name: 'a folder', files: tree, copy: 'COPY d/', asked: { sources: ['d/'] } },
      { name: 'an empty folder', files: tree, copy: 'COPY empty', asked: { sources: ['empty'] } },
      { name: 'several sources', files: tree, copy: 'COPY a.txt d c.md', asked: { sources: ['a.txt', 'd', 'c.md'] } },
      { name: 'wildcards', files: tree, copy: 'COPY [ab].t?t d/*/*', asked: { sources: ['[ab].t?t', 'd/*/*'] } },
      { name: 'wildcards for folders', files: tree, copy: 'COPY *', asked: { sources: ['*'] } },
      { name: 'all', files: tree, copy: 'COPY .', asked: { sources: ['.'] } },
      { name: 'all but what is ignored, with exceptions', files: ignoring, copy: 'COPY .', asked: { sources: ['.'] } },
      { name: 'an ignored folder with exceptions', files: ignoring, copy: 'COPY d', asked: { sources: ['d'] } },
      { name: 'links in folders', files: links, copy: 'COPY .', asked: { sources: ['.'] } },
      { name: 'hard links by wildcard', files: links, copy: 'COPY d/[ot][nw]*', asked: { sources: ['d/[ot][nw]*'] } },
      {
        name: 'hard links of two sources',
        files: links,
        copy: 'COPY d/one d/two',
        asked: { sources: ['d/one', 'd/two'] },
      },
      { name: 'links as sources', files: links, copy: 'COPY to-d to-one', asked: { sources: ['to-d', 'to-one'] } },
      {
        name: 'names that come twice',
        files: { 'a/x': 10_000, 'b/x': 20_000, x: 30 },
        copy: 'COPY a b x',
        asked: { sources: ['a', 'b', 'x'] },
      },
      {
        name: 'names with blanks and more',
        files: { 'a b/c d': 777, 'a b/ü 文': 88, 'a b/[x]': 9 },
        copy: 'COPY ["a b", "/to/"]\n#',
        asked: { sources: ['a b'] },
      },
      { name: 'other rights', files: tree, copy: 'COPY --chmod=700 a.txt d', asked: { sources: ['a.txt', 'd'] } },
      { name: 'a layer of its own', files: tree, copy: 'COPY --link a.txt d', asked: { sources: ['a.txt', 'd'] } },
      {
        name: 'an archive',
        files: archives,
        copy: 'ADD x.tar',
        asked: { keyword: 'ADD', sources: ['x.tar'] },
      },
      {
        name: 'a packed archive',
        files: archives,
        copy: 'ADD x.tar.gz',
        asked: { keyword: 'ADD', sources: ['x.tar.gz'] },
      },
      {
        name: 'what is packed and no archive',
        files: archives,
        copy: 'ADD text.gz',
        asked: { keyword: 'ADD', sources: ['text.gz'] },
      },
      { name: 'archives in a folder', files: archives, copy: 'ADD .', asked: { keyword: 'ADD', sources: ['.'] } },
      { name: 'a copied archive', files: archives, copy: 'COPY x.tar', asked: { sources: ['x.tar'] } },
      {
        name: 'all but what is excluded',
        files: tree,
        copy: 'COPY --exclude=*.txt --exclude=d/f .',
        asked: { sources: ['.'], exclude: ['*.txt', 'd/f'] },
        isNew: true,
      },
      {
        name: 'single files with an exclusion',
        files: tree,
        copy: 'COPY --exclude=*.txt a.txt c.* d',
        asked: { sources: ['a.txt', 'c.*', 'd'], exclude: ['*.txt'] },
        isNew: true,
      },
      {
        name: 'paths with their parents',
        files: tree,
        copy: 'COPY --parents d/./f/*.bin *.md',
        asked: { sources: ['d/./f/*.bin', '*.md'], parents: true },
        isNew: true,
      },
    ];
  };

  async function predicted(dockerfile: string, asked: Partial<ContextCopy>, context: string): Promise<ContextSize> {
    const contexts = new BuildContexts(silentLog, Date.now);
    const copy: ContextCopy = { keyword: 'COPY', sources: [], exclude: [], ...asked };
    const uri = pathToFileURL(dockerfile).href;
    contexts.built(dockerfile, context);
    try {
      const told = new Promise((resolve) => contexts.onDidChange(resolve));
      contexts.copied(uri, copy);
      await told;
      const answer = contexts.copied(uri, copy);
      assert.equal(answer.state, 'known', JSON.stringify(answer));
      return answer.value;
    } finally {
      await contexts.dispose();
    }
  }

  /** Bytes of the newest layer of an image. */
  async function layerBytes(image: string): Promise<number> {
    const history = await engine.json({ method: 'GET', path: path`/images/${image}/history` }, never);
    return (history as readonly { readonly Size: number }[])[0]!.Size;
  }

  it('are what the layer has, whoever builds it', async () => {
    const differing: string[] = [];
    const refused: string[] = [];
    for (const { name, files, copy, asked, isNew } of await samples()) {
      const folder = tempFolder(files);
      const dockerfile = join(dockerfiles, `${name.replaceAll(/\W+/g, '-')}.Dockerfile`);
      await writeFile(dockerfile, `FROM scratch\n${copy} /to/\n`);
      const spec = { dockerfile, context: folder.path, tags: [`${mark}:out`] };
      const nobody = { credentials: { find: async () => undefined }, refuse: () => undefined };
      const size = await predicted(dockerfile, asked, folder.path);
      const result = await build(engine, spec, nobody, () => {}, never);
      if (result.kind !== 'built') {
        assert.ok(
          isNew && /unknown flag|not enabled/i.test(JSON.stringify(result)),
          `${name}: ${JSON.stringify(result)}`,
        );
        refused.push(name);
      } else {
        const ours = await layerBytes(`${mark}:out`);
        if (ours !== size.bytes) differing.push(`${name}: predicted ${size.bytes}, layer ${ours}`);
        await promisify(execFile)('docker', [
          'build',
          '-q',
          '--no-cache',
          '-t',
          `${mark}:cli`,
          '-f',
          dockerfile,
          folder.path,
        ]);
        const theirs = await layerBytes(`${mark}:cli`);
        if (theirs !== size.bytes)
          differing.push(`${name}: predicted ${size.bytes}, layer by the command line ${theirs}`);
        for (const tag of ['out', 'cli']) await removeImage(engine, `${mark}:${tag}`);
      }
      folder.dispose();
    }
    assert.deepEqual(differing, []);
    if (refused.length > 0) console.log(`      this engine has no flags for: ${refused.join(', ')}`);
  });
});
