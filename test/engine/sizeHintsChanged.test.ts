/** What a file is said to add after something changed that it follows from, beside what the next build makes. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { renameSync, rmSync, utimesSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { build } from '../../server/engine/buildkit/build.ts';
import type { Engine } from '../../server/engine/engine.ts';
import type { FileSizes } from '../../server/language/sizes/fileSizes.ts';
import { importBaseImage, removeImage } from '../support/baseImage.ts';
import { engineOrSkip } from '../support/realEngine.ts';
import { type SizesOfEngine, shown, sizesOfEngine } from '../support/sizesOfEngine.ts';
import { type Content, type TempFolder, tempFolder } from '../support/tempFolder.ts';

const never = new AbortController().signal;
const unique = `${process.pid}-${Date.now().toString(36)}`;
const mark = `gantry-test/changed-${unique}`;
const base = `${mark}:base`;
const out = `${mark}:out`;

interface World {
  readonly folder: TempFolder;
  build(spec?: { readonly context?: string; readonly buildArgs?: Readonly<Record<string, string>> }): Promise<void>;
  /** An image for FROM. */
  image(tag: string, text: string): Promise<void>;
}

interface Sample {
  readonly name: string;
  readonly files: Readonly<Record<string, Content>>;
  readonly text: string;
  /** What is built before; once when absent. */
  readonly builds?: (world: World) => Promise<void>;
  readonly change: (world: World) => Promise<void> | void;
  /** The build after that. */
  readonly next?: (world: World) => Promise<void>;
  /** Lines, from 1, that have to be exact all the same: none of it concerns them. */
  readonly exact?: readonly number[];
  /** Lines that the next build makes otherwise, lest a sample proves nothing. */
  readonly otherwise: readonly number[];
}

const samples: readonly Sample[] = [
  {
    name: 'a link that leads to another folder, with files as old and as large',
    files: { 'one/f': 'RUN=10', 'two/f': 'RUN=99', now: { link: 'one' } },
    text: `FROM ${base}\nRUN echo before > /before\nCOPY now/f /f\nRUN head -c $(cut -d= -f2 /f) /dev/zero > /made\n`,
    change: ({ folder }) => {
      folder.remove('now');
      folder.write({ now: { link: 'two' } });
    },
    exact: [2, 3],
    otherwise: [4],
  },
  {
    name: 'a folder that took the place of another',
    files: { 'a/in/f': 'RUN=10', 'b/in/f': 'RUN=99' },
    text: `FROM ${base}\nCOPY a/in/f /f\nRUN head -c $(cut -d= -f2 /f) /dev/zero > /made\n`,
    change: ({ folder }) => {
      // Files of the same size and time are the same to an engine.
      utimesSync(join(folder.path, 'b/in/f'), 1, 1);
      renameSync(join(folder.path, 'a'), join(folder.path, 'old'));
      renameSync(join(folder.path, 'b'), join(folder.path, 'a'));
    },
    exact: [2],
    otherwise: [3],
  },
  {
    name: 'an ignore file that is gone and had kept out empty files',
    files: { 'd/full': 'x', 'd/empty': '', '.dockerignore': 'd/empty\n' },
    text: `FROM ${base}\nCOPY d /d\nRUN ls /d > /list\n`,
    change: ({ folder }) => folder.remove('.dockerignore'),
    exact: [2],
    otherwise: [3],
  },
  {
    name: 'files that a stage has the stages copy that build on it',
    files: { f: 'RUN=10' },
    text: `FROM ${base} AS first\nRUN echo triggers > /first\nONBUILD COPY f /f\nFROM first\nRUN head -c $(cut -d= -f2 /f) /dev/zero > /made\n`,
    change: ({ folder }) => folder.write({ f: 'RUN=99' }),
    exact: [2],
    otherwise: [5],
  },
  {
    name: 'files that the base image copies',
    files: { f: 'RUN=10' },
    text: `FROM ${mark}:triggers\nRUN head -c $(cut -d= -f2 /f) /dev/zero > /made\n`,
    builds: async ({ image, build }) => {
      await image('triggers', `FROM ${base}\nONBUILD COPY f /f\n`);
      await build();
    },
    change: ({ folder }) => folder.write({ f: 'RUN=99' }),
    otherwise: [2],
  },
  {
    name: 'an argument without a default that the last build was given otherwise',
    files: {},
    text: `FROM ${base}\nARG SIZE\nRUN head -c $SIZE /dev/zero > /made\nRUN cat /made /made > /twice\n`,
    builds: async ({ build }) => {
      await build({ buildArgs: { SIZE: '10' } });
      await build({ buildArgs: { SIZE: '99' } });
    },
    change: () => {},
    next: ({ build }) => build({ buildArgs: { SIZE: '99' } }),
    exact: [3, 4],
    otherwise: [],
  },
  {
    name: 'the name of the base, which got an image of the same layers with another variable',
    files: {},
    text: `FROM ${mark}:moving\nRUN head -c $SIZE /dev/zero > /made\n`,
    builds: async ({ image, build }) => {
      await image('moving', `FROM ${base}\nENV SIZE=10\n`);
      await build();
    },
    change: ({ image }) => image('moving', `FROM ${base}\nENV SIZE=99\n`),
    otherwise: [2],
  },
];

describe('size hints after a change', function () {
  this.timeout(120_000);
  let engine: Engine;
  let dockerConfig: string;
  const folders: TempFolder[] = [];
  const open: SizesOfEngine[] = [];

  before(async function () {
    engine = await engineOrSkip(this);
    dockerConfig = await mkdtemp(join(tmpdir(), 'gantry-docker-'));
    await importBaseImage(engine, `${mark}:root`, never);
    const folder = tempFolder();
    folders.push(folder);
    await worldOf(folder).image('base', `FROM ${mark}:root\nRUN echo ${unique} > /unique\n`);
  });
  afterEach(async () => {
    for (const each of open.splice(0)) await each.dispose();
  });
  after(async () => {
    if (!engine) return;
    for (const tag of ['root', 'base', 'out', 'triggers', 'moving', 'other'])
      await removeImage(engine, `${mark}:${tag}`);
    engine.dispose();
    for (const folder of folders) folder.dispose();
    await rm(dockerConfig, { recursive: true });
  });

  function worldOf(folder: TempFolder): World {
    const go = async (dockerfile: string, context: string, tag: string, buildArgs = {}) => {
      const world = { credentials: { find: async () => undefined }, refuse: () => undefined };
      const result = await build(engine, { dockerfile, context, tags: [tag], buildArgs }, world, () => {}, never);
      assert.equal(result.kind, 'built', JSON.stringify(result));
    };
    return {
      folder,
      build: ({ context = folder.path, buildArgs } = {}) =>
        go(join(folder.path, 'Dockerfile'), context, out, buildArgs),
      image: (tag, text) => {
        folder.write({ 'base.Dockerfile': text });
        return go(join(folder.path, 'base.Dockerfile'), folder.path, `${mark}:${tag}`);
      },
    };
  }

  const linesOf = (text: string) =>
    text.split('\n').flatMap((line, index) => (/^(?:RUN|COPY|ADD|WORKDIR)\b/.test(line) ? [index + 1] : []));
  const byLine = ({ figures }: FileSizes) => new Map([...figures].map(([at, figure]) => [at.startLine + 1, figure]));

  /** By somebody who has just come, once all that is asked is answered. */
  async function told(uri: string, text: string, builds: number, eyes = engine): Promise<FileSizes> {
    const sizes = sizesOfEngine(eyes, { dockerConfig });
    open.push(sizes);
    return sizes.until(uri, text, (all) => {
      const known = sizes.images.builds({ uri, text });
      const figures = byLine(all);
      return (
        known.state === 'known' &&
        known.value.length >= builds &&
        sizes.images.imageHistories().state === 'known' &&
        linesOf(text).every((line) => figures.has(line)) &&
        ![...figures.values()].some(({ note }) => /being compared/.test(note ?? ''))
      );
    });
  }

  for (const sample of samples) {
    it(`are never certain of what the next build makes otherwise: ${sample.name}`, async () => {
      const { text, exact = [], otherwise } = sample;
      const folder = tempFolder({ ...sample.files, Dockerfile: text });
      folders.push(folder);
      const world = worldOf(folder);
      const uri = pathToFileURL(join(folder.path, 'Dockerfile')).href;
      await (sample.builds ?? (() => world.build()))(world);
      const before = byLine(await told(uri, text, 1));
      await sample.change(world);
      const claims = await told(uri, text, 1);
      await (sample.next ?? (() => world.build()))(world);
      const truth = byLine(await told(uri, text, 2));
      for (const line of linesOf(text)) {
        const [then, claim, now] = [before.get(line), byLine(claims).get(line), truth.get(line)];
        const where = `line ${line}: ${shown(claims).join(', ')}`;
        assert.equal(now?.state, 'exact', `line ${line} after the next build: ${now?.note}`);
        if (claim?.state === 'exact') assert.equal(claim.bytes, now.bytes, where);
        if (exact.includes(line)) assert.equal(claim?.state, 'exact', where);
        if (otherwise.includes(line)) assert.notEqual(then?.bytes, now.bytes, `line ${line} is made the same`);
      }
    });
  }

  it('do not take files for older than a build for the clock of an engine that is ahead', async () => {
    const text = `FROM ${base}\nCOPY f /f\nRUN head -c 78 /dev/zero > /made\n`;
    const folder = tempFolder({ f: 'x', Dockerfile: text });
    folders.push(folder);
    const uri = pathToFileURL(join(folder.path, 'Dockerfile')).href;
    await worldOf(folder).build();
    const clockAheadMs = 3_600_000;
    const ahead: Engine = Object.create(engine, {
      // Its records are those of an hour later than they seem: the file was written after the build then.
      knownStatus: { value: () => ({ ...engine.knownStatus(), clockAheadMs }) },
    });
    assert.equal(byLine(await told(uri, text, 1)).get(3)?.state, 'exact');
    assert.equal(byLine(await told(uri, text, 1, ahead)).get(3)?.state, 'stale');
  });

  it('are exact on a base image that was pulled, for whoever comes later', async function () {
    const registry = process.env['GANTRY_TEST_REGISTRY'];
    if (registry === undefined) this.skip();
    const pulled = `${registry}/${mark}:pulled`;
    const docker = (...args: string[]) => promisify(execFile)('docker', args);
    await docker('tag', base, pulled);
    await docker('push', '-q', pulled);
    await docker('rmi', pulled);
    await docker('pull', '-q', pulled);
    const text = `FROM ${pulled}\nCOPY f /f\nRUN head -c 77 /dev/zero > /made\n`;
    const folder = tempFolder({ f: 'x', Dockerfile: text });
    folders.push(folder);
    const uri = pathToFileURL(join(folder.path, 'Dockerfile')).href;
    try {
      await worldOf(folder).build();
      const figures = byLine(await told(uri, text, 1));
      assert.deepEqual([figures.get(3)?.state, figures.get(3)?.source], ['exact', 'build']);
      // The name gets another image.
      await worldOf(folder).image('other', `FROM ${base}\nENV A=b\n`);
      await docker('tag', `${mark}:other`, pulled);
      assert.equal(byLine(await told(uri, text, 1)).get(3)?.state, 'stale');
    } finally {
      await docker('rmi', pulled);
    }
  });

  it('keep apart builds of one file with several contexts by the command line', async () => {
    const text = `FROM ${base}\nCOPY f /f\nRUN head -c $(cut -d= -f2 /f) /dev/zero > /made\n`;
    const folder = tempFolder({ 'one/f': 'RUN=10', 'two/f': 'RUN=99', Dockerfile: text });
    folders.push(folder);
    const file = join(folder.path, 'Dockerfile');
    for (const context of ['one', 'two', 'one']) {
      const args = ['build', '-q', '-t', out, '-f', file, join(folder.path, context)];
      await promisify(execFile)('docker', args, { env: { ...process.env, DOCKER_CONFIG: dockerConfig } });
    }
    const figures = byLine(await told(pathToFileURL(file).href, text, 3));
    assert.deepEqual([figures.get(3)?.bytes, figures.get(3)?.state], [10, 'exact']);
    rmSync(join(folder.path, 'one'), { recursive: true });
    assert.notEqual(byLine(await told(pathToFileURL(file).href, text, 3)).get(3)?.state, 'exact');
  });
});
