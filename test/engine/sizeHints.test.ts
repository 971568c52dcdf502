import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { link, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { pack } from 'tar-stream';
import { BuildContexts } from '../../server/context/contexts.ts';
import { path } from '../../server/engine/apiPath.ts';
import { build } from '../../server/engine/buildkit/build.ts';
import type { Engine } from '../../server/engine/engine.ts';
import type { EngineRequest } from '../../server/engine/transport.ts';
import type { FileSizes } from '../../server/language/sizes/fileSizes.ts';
import { ProblemError } from '../../server/util/problemError.ts';
import { importBaseImage, removeImage } from '../support/baseImage.ts';
import { silentLog } from '../support/changes.ts';
import { engineOrSkip } from '../support/realEngine.ts';
import { type SizesOfEngine, shown, sizesOfEngine } from '../support/sizesOfEngine.ts';

/** Two headers, two padded files, two closing blocks. */
const someTarBytes = 512 + 1536 + 512 + 2560 + 1024;
const archive = pack();
archive.entry({ name: 'in/one' }, Buffer.alloc(1111));
archive.entry({ name: 'in/two' }, Buffer.alloc(2222));
archive.finalize();
const tar = await buffer(archive as unknown as AsyncIterable<Buffer>);
const tgz = gzipSync(tar);
const someTgzBytes = tgz.length;
const never = new AbortController().signal;
const unique = `${process.pid}-${Date.now().toString(36)}`;
const mark = `gantry-test/hints-${unique}`;
const base = `${mark}:base`;
const out = `${mark}:out`;
const fill = (bytes: number, file: string) => `head -c ${bytes} /dev/zero > ${file}`;

type Builder = 'gantry' | 'command line' | 'compose' | 'classic';

/** A Dockerfile with the bytes that each of its instructions adds, by line from 1: by construction, so that no source is its own oracle. */
interface Sample {
  readonly name: string;
  readonly text: string;
  readonly bytes: Readonly<Record<number, number>>;
  readonly by?: Builder;
  readonly buildArgs?: Readonly<Record<string, string>>;
  readonly target?: string;
  readonly fails?: true;
  /** Lines of which the engine keeps too little for a certain size. */
  readonly open?: readonly number[];
}

const samples: readonly Sample[] = [
  {
    name: 'a single stage',
    text: `FROM ${base}\nENV A=b\nRUN ${fill(1000, '/1')}\nWORKDIR /app\nCOPY a.txt .\nLABEL x=y\nRUN ${fill(77, '/2')} && \\\n    ${fill(23, '/3')}\nCMD ["sh"]\n`,
    bytes: { 3: 1000, 4: 0, 5: 4321, 7: 100 },
  },
  {
    name: 'several stages, one of them unused',
    text: `FROM ${base} AS build\nWORKDIR /src\nCOPY . .\nRUN ${fill(33_000, '/out')}\nFROM ${base} AS unused\nRUN ${fill(7, '/unused')}\nFROM build AS checked\nRUN ${fill(5, '/ok')}\nFROM ${base}\nCOPY --from=checked /out /out\nCOPY --from=checked /ok /ok\n`,
    // A layer that is in no image yet counts its symbolic links by the length of their target (overlay2's DiffSize).
    bytes: {
      2: 0,
      3: '../a.txt'.length + 4321 + 3000 + 100_000 + someTarBytes + someTgzBytes,
      4: 33_000,
      8: 5,
      10: 33_000,
      11: 5,
    },
  },
  {
    name: 'cache and temporary mounts',
    text: `FROM ${base}\nRUN --mount=type=cache,target=/cache ${fill(50_000, '/cache/x')} && ${fill(300, '/kept')}\nRUN --mount=type=tmpfs,target=/scratch ${fill(9999, '/scratch/x')} && ${fill(301, '/kept2')}\n`,
    bytes: { 2: 300, 3: 301 },
  },
  {
    name: 'bind mounts of a stage and of the context',
    text: `FROM ${base} AS tools\nRUN ${fill(600, '/tool')}\nFROM ${base}\nRUN --mount=type=bind,from=tools,target=/t cat /t/tool > /a\nRUN --mount=type=bind,target=/c cat /c/a.txt > /b\nRUN --mount=target=/c,source=sub cat /c/b.bin > /d\n`,
    bytes: { 2: 600, 4: 600, 5: 4321, 6: 100_000 },
  },
  {
    name: 'here-documents',
    text: `FROM ${base}\nRUN <<EOF\n${fill(2000, '/h')}\n${fill(3, '/h2')}\nEOF\nCOPY <<ONE <<TWO /here/\n12345\nONE\n123456789\nTWO\nRUN cat <<EOF > /cat\nabc\nEOF\nCOPY <<-"END" /plain\n\t$HOME\n\tEND\n`,
    bytes: { 2: 2003, 6: 16, 11: 4, 14: 6 },
  },
  {
    name: 'a shebang',
    text: `FROM ${base}\nRUN <<EOF\n#!/bin/sh\n${fill(222, '/shebang')}\nEOF\n`,
    bytes: { 2: 222 },
  },
  {
    name: 'a build argument in a command',
    text: `FROM ${base}\nARG SIZE=12\nRUN head -c $SIZE /dev/zero > /arg\n`,
    bytes: { 3: 12 },
  },
  {
    name: 'the exec form and another shell',
    text: `FROM ${base}\nRUN ["sh", "-c", "head -c 12 /dev/zero > /exec"]\nSHELL ["/bin/busybox", "sh", "-c"]\nRUN ${fill(13, '/bash')}\n`,
    bytes: { 2: 12, 4: 13 },
  },
  {
    name: 'a linked copy',
    text: `FROM ${base}\nCOPY --link a.txt /linked\nRUN ${fill(44, '/4')}\n`,
    bytes: { 2: 4321, 3: 44 },
  },
  {
    name: 'archives',
    text: `FROM ${base}\nADD some.tar /plain/\nADD some.tgz /zipped/\nCOPY some.tar /kept.tar\n`,
    bytes: { 2: 3333, 3: 3333, 4: someTarBytes },
  },
  {
    name: 'symbolic links',
    text: `FROM ${base}\nCOPY sub /sub\nRUN ln -s /sub/b.bin /link && ${fill(9, '/9')}\n`,
    bytes: { 2: 100_000, 3: 9 },
  },
  {
    name: 'hard links',
    text: `FROM ${base}\nRUN ${fill(5000, '/one')} && ln /one /other\nCOPY links /once/\nCOPY links/one links/other /twice/\n`,
    bytes: { 2: 5000, 3: 3000, 4: 6000 },
  },
  {
    name: 'a change of modes',
    text: `FROM ${base}\nCOPY sub/b.bin /data/\nRUN chmod -R 700 /data\nCOPY --chmod=600 a.txt /mode\n`,
    bytes: { 2: 100_000, 3: 100_000, 4: 4321 },
  },
  {
    name: 'removal in a later layer',
    text: `FROM ${base}\nRUN ${fill(50_000, '/big')}\nRUN rm /big\nRUN ${fill(50_000, '/big')}\nRUN true\nRUN true\n`,
    bytes: { 2: 50_000, 3: 0, 4: 50_000, 5: 0, 6: 0 },
  },
  {
    name: 'a copy on nothing',
    text: `FROM scratch\nCOPY sub/b.bin /only\nCOPY a.txt /more\n`,
    bytes: { 2: 100_000, 3: 4321 },
  },
  {
    name: 'a stage by its number, and the JSON form',
    text: `FROM ${base}\nRUN ${fill(61, '/61')}\nFROM ${base}\nCOPY --from=0 /61 /61\nCOPY ["a.txt", "sub/b.bin", "/json/"]\n`,
    bytes: { 2: 61, 4: 61, 5: 104_321 },
  },
  {
    name: 'an argument for the base image, and a value that the file has',
    text: `ARG TAG=base\nFROM ${mark}:$TAG\nARG FILE=a.txt\nCOPY $FILE /x\nENV SIZE=31\nRUN ${'head -c $SIZE /dev/zero > /env'}\n`,
    bytes: { 4: 4321, 6: 31 },
  },
  {
    name: 'a backtick that escapes, and lines that end as on Windows',
    text: `# escape=\`\r\nFROM ${base}\r\nRUN ${fill(15, '/a')} && \`\r\n  ${fill(16, '/b')}\r\nCOPY a.txt /a.txt\r\n`,
    bytes: { 3: 31, 5: 4321 },
  },
  {
    name: 'the same commands in stages with other arguments, which run at the same time',
    text: `FROM ${base} AS one\nARG SIZE=51\nRUN ${'head -c $SIZE /dev/zero > /same; sleep 0.3'}\nRUN cat /same /same > /twice\nFROM ${base} AS two\nARG SIZE=52\nRUN ${'head -c $SIZE /dev/zero > /same; sleep 0.3'}\nRUN cat /same /same > /twice\nFROM ${base}\nCOPY --from=one /twice /1\nCOPY --from=two /twice /2\n`,
    bytes: { 3: 51, 4: 102, 7: 52, 8: 104, 10: 102, 11: 104 },
    // While both ran, both made a record of the same description on the same image.
    open: [3, 4, 7, 8],
  },
  {
    name: 'another owner, folders, several archives at once and here-documents that ADD writes',
    text: `FROM ${base}\nCOPY --chown=1:2 a.txt sub/b.bin /owned/\nADD links /added/\nADD some.* /all/\nADD <<-ONE /one\n\t\tab\n\tONE\nCOPY --chmod=755 --chown=3 <<"TWO" /two\n$A\\\nTWO\n`,
    bytes: { 2: 104_321, 3: 3000, 4: 3333, 5: 3, 8: 4 },
  },
  {
    name: 'copies over what is there, through a link, and of an image',
    text: `FROM ${base}\nRUN mkdir /real && ln -s /real /link && ${fill(10, '/real/a.txt')}\nCOPY a.txt /link/\nCOPY --from=${mark}:root /etc/passwd /passwd\nRUN --mount=type=bind,from=${mark}:root,target=/m cat /m/etc/passwd /m/etc/passwd > /twice\n`,
    bytes: { 2: 10, 3: 4321, 4: 30, 5: 60 },
  },
  {
    name: 'the platform of the engine by a variable',
    text: `FROM --platform=$BUILDPLATFORM ${base} AS tool\nARG TARGETARCH\nRUN printf $TARGETARCH > /arch\nFROM --platform=$TARGETPLATFORM ${base}\nCOPY --from=tool /arch /arch\nRUN cat /arch /arch > /twice\n`,
    bytes: { 3: 5, 5: 5, 6: 10 },
  },
  {
    name: 'a build of one stage',
    text: `FROM ${base} AS wanted\nRUN ${fill(71, '/71')}\nFROM ${base} AS other\nRUN ${fill(72, '/72')}\n`,
    bytes: { 2: 71 },
    target: 'wanted',
  },
  {
    name: 'a build that fails',
    text: `FROM ${base} AS first\nRUN ${fill(81, '/81')}\nFROM ${base}\nCOPY a.txt /a.txt\nRUN ${fill(82, '/82')}\nRUN exit 3\nRUN ${fill(83, '/83')}\n`,
    bytes: { 4: 4321, 5: 82 },
    fails: true,
  },
  {
    name: 'the command line',
    by: 'command line',
    text: `FROM ${base} AS build\nRUN ${fill(91, '/91')}\nFROM ${base}\nCOPY --from=build /91 /91\nCOPY sub /sub\n`,
    bytes: { 2: 91, 4: 91, 5: 100_000 },
  },
  {
    name: 'the command line, failing',
    by: 'command line',
    text: `FROM ${base}\nRUN ${fill(92, '/92')}\nCOPY a.txt /a\nRUN exit 9\n`,
    bytes: { 2: 92, 3: 4321 },
    fails: true,
  },
  {
    name: 'compose',
    by: 'compose',
    text: `FROM ${base}\nRUN ${fill(93, '/93')}\nCOPY a.txt /a.txt\n`,
    bytes: { 2: 93, 3: 4321 },
  },
  {
    name: 'the classic builder',
    by: 'classic',
    text: `FROM ${base}\nENV A=b\nRUN ${fill(94, '/94')}\nCOPY a.txt /app/\nARG SIZE=95\nRUN head -c $SIZE /dev/zero > /95\nCMD ["sh"]\n`,
    bytes: { 3: 94, 4: 4321, 6: 95 },
    // Images tell times in whole seconds: whether a file was changed before that or after it is not certain then.
    open: [6],
  },
];

describe('size hints on a real engine', function () {
  this.timeout(180_000);
  let engine: Engine;
  let context: string;
  let files: string;
  let dockerConfig: string;
  const open: SizesOfEngine[] = [];

  before(async function () {
    engine = await engineOrSkip(this);
    await importBaseImage(engine, `${mark}:root`, never);
    context = await mkdtemp(join(tmpdir(), 'gantry-context-'));
    files = await mkdtemp(join(tmpdir(), 'gantry-files-'));
    dockerConfig = await mkdtemp(join(tmpdir(), 'gantry-docker-'));
    await mkdir(join(context, 'sub'));
    await writeFile(join(context, 'a.txt'), 'x'.repeat(4321));
    await mkdir(join(context, 'links'));
    await writeFile(join(context, 'links', 'one'), 'y'.repeat(3000));
    await link(join(context, 'links', 'one'), join(context, 'links', 'other'));
    await writeFile(join(context, 'sub', 'b.bin'), Buffer.alloc(100_000, 1));
    await symlink('../a.txt', join(context, 'sub', 'link'));
    await writeFile(join(context, 'some.tar'), tar);
    await writeFile(join(context, 'some.tgz'), tgz);
    // Nothing that stands on it can have been built before.
    const { file } = await written('base', `FROM ${mark}:root\nRUN echo ${unique} > /unique\n`);
    await run({ name: 'base', text: '', bytes: {} }, file, base);
  });

  after(async () => {
    for (const each of open) await each.dispose();
    if (!engine) return;
    for (const tag of ['root', 'base', 'out', 'triggers']) await removeImage(engine, `${mark}:${tag}`);
    engine.dispose();
    for (const folder of [context, files, dockerConfig]) await rm(folder, { recursive: true });
  });

  const lookingAt = (folder?: string) => {
    const sizes = sizesOfEngine(engine, {
      ...{ dockerConfig },
      ...(folder !== undefined && { folder }),
    });
    open.push(sizes);
    return sizes;
  };

  async function written(name: string, text: string): Promise<{ readonly file: string; readonly uri: string }> {
    const folder = join(files, name.replaceAll(/\W+/g, '-').toLowerCase());
    await mkdir(folder, { recursive: true });
    const file = join(folder, 'Dockerfile');
    await writeFile(file, text);
    return { file, uri: pathToFileURL(file).href };
  }

  async function run(
    { by = 'gantry', buildArgs, target, fails, text }: Sample,
    file: string,
    tag = out,
  ): Promise<void> {
    const env = { ...process.env, DOCKER_CONFIG: dockerConfig };
    const command = async (args: readonly string[], more: NodeJS.ProcessEnv = {}) => {
      const done = promisify(execFile)('docker', [...args], { env: { ...env, ...more } });
      await done.then(
        () => assert.ok(!fails, text),
        (error: unknown) => {
          if (!fails) throw error;
        },
      );
    };
    if (by === 'command line') return command(['build', '-q', '-t', out, '-f', file, context]);
    if (by === 'classic') {
      // Nobody keeps a note of its context: it is looked for beside the file.
      await writeFile(join(file, '..', 'a.txt'), 'x'.repeat(4321));
      return command(['build', '-q', '-t', out, join(file, '..')], { DOCKER_BUILDKIT: '0' });
    }
    if (by === 'compose') {
      const compose = join(file, '..', 'compose.yaml');
      const service = { app: { image: out, build: { context, dockerfile: file } } };
      await writeFile(compose, JSON.stringify({ name: `gantry-${unique}`, services: service }));
      return command(['compose', '-f', compose, 'build', '-q']);
    }
    const spec = { dockerfile: file, context, tags: [tag], ...(buildArgs && { buildArgs }), ...(target && { target }) };
    const world = { credentials: { find: async () => undefined }, refuse: () => undefined };
    const result = await build(engine, spec, world, () => {}, never);
    assert.equal(result.kind, fails ? 'failed' : 'built', JSON.stringify(result));
  }

  const exactIn = ({ figures }: FileSizes) =>
    new Map(
      [...figures].flatMap(([{ startLine }, { bytes, state }]) =>
        state === 'exact' ? [[startLine + 1, bytes] as const] : [],
      ),
    );

  /** Waits for every size that there has to be, and holds every exact one to what it has to be. */
  async function expectExact(sizes: SizesOfEngine, sample: Sample, uri: string): Promise<FileSizes> {
    const wanted = Object.keys(sample.bytes)
      .map(Number)
      .filter((line) => !sample.open?.includes(line));
    const found = await sizes
      .until(uri, sample.text, (all) => wanted.every((line) => exactIn(all).has(line)))
      .catch((error: unknown) => assert.fail(`${sample.name}: ${String(error)}`));
    for (const [line, bytes] of exactIn(found))
      assert.equal(bytes, sample.bytes[line], `${sample.name}, line ${line}: ${shown(found).join(', ')}`);
    return found;
  }

  for (const sample of samples) {
    it(`are exact for ${sample.name}`, async () => {
      const { file, uri } = await written(sample.name, sample.text);
      const sizes = lookingAt();
      sizes.of(uri, sample.text);
      await run(sample, file);
      await expectTotal(await expectExact(sizes, sample, uri), sample);
    });
  }

  it('are exact for a base image with instructions of its own, and so is the total', async () => {
    const triggers = `${mark}:triggers`;
    const made = await written(
      'triggers',
      `FROM ${base}\nONBUILD RUN ${fill(99, '/99')}\nONBUILD COPY a.txt /onbuild\n`,
    );
    await run({ name: 'triggers', text: '', bytes: {} }, made.file, triggers);
    const sample: Sample = { name: 'triggered', text: `FROM ${triggers}\nRUN ${fill(8, '/8')}\n`, bytes: { 2: 8 } };
    const { file, uri } = await written(sample.name, sample.text);
    const sizes = lookingAt();
    sizes.of(uri, sample.text);
    await run(sample, file);
    await expectTotal(await expectExact(sizes, sample, uri), sample);
  });

  it('stay exact when the build cache is emptied and another process asks, which the engine tells nothing', async () => {
    const sample = { ...samples[1]!, name: 'pruned', text: samples[1]!.text.replaceAll('/ok', '/fine') };
    const { file, uri } = await written(sample.name, sample.text);
    const folder = await mkdtemp(join(tmpdir(), 'gantry-kept-'));
    try {
      const before = lookingAt(folder);
      before.of(uri, sample.text);
      await run(sample, file);
      await expectExact(before, sample, uri);
      await before.dispose();
      // The cache of this engine is not ours to empty: an engine that tells nothing of it is as good.
      const mute: Engine = Object.create(engine, {
        dial: {
          value: () => Promise.reject(new ProblemError({ kind: 'notFound', subject: 'BuildKit', message: 'gone' })),
        },
        json: {
          value: (request: EngineRequest, signal: AbortSignal) =>
            /^\/system\/df|\/history$/.test(request.path) ? Promise.resolve([]) : engine.json(request, signal),
        },
      });
      const contexts = new BuildContexts(silentLog, Date.now);
      contexts.built(file, context);
      const after = sizesOfEngine(mute, { contexts, dockerConfig, folder });
      open.push(after);
      const found = await expectExact(after, sample, uri);
      const sources = new Set([...found.figures.values()].map(({ source }) => source));
      sources.delete('prediction'); // of a copy, which needs no engine
      assert.deepEqual([...sources], ['kept']);
      await contexts.dispose();
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  /** The image as the engine has it, where the sample makes one. */
  async function expectTotal({ stages }: FileSizes, { target, fails, open: uncertain, name }: Sample): Promise<void> {
    if (fails || uncertain) return;
    const image = (await engine.json({ method: 'GET', path: path`/images/${out}/json` }, never)) as { Size: number };
    const stage = target === undefined ? stages.at(-1) : stages.find((each) => each.stage.name?.value === target);
    assert.deepEqual([stage?.total?.bytes, stage?.total?.state], [image.Size, 'exact'], name);
  }
});
