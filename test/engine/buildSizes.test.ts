import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { pack } from 'tar-stream';
import { path } from '../../server/engine/apiPath.ts';
import { build } from '../../server/engine/buildkit/build.ts';
import type { Engine } from '../../server/engine/engine.ts';
import { type Builds, createBuilds } from '../../server/images/builds.ts';
import type { BuildRecord } from '../../server/language/host.ts';
import { importBaseImage, removeImage } from '../support/baseImage.ts';
import { silentLog } from '../support/changes.ts';
import { engineOrSkip } from '../support/realEngine.ts';

/** Two headers, two padded files, two closing blocks. */
const someTarBytes = 512 + 1536 + 512 + 2560 + 1024;
const never = new AbortController().signal;

/** One Dockerfile with the bytes that each of its instructions adds, by line from 1; by construction, so that no source of sizes is its own oracle. */
interface Sample {
  readonly name: string;
  readonly text: string;
  readonly bytes: Readonly<Record<number, number>>;
  readonly buildArgs?: Readonly<Record<string, string>>;
}

describe('sizes of build steps', function () {
  this.timeout(120_000);
  let engine: Engine;
  let builds: Builds;
  let context: string;
  let dockerConfig: string;
  const mark = `gantry-test/sizes-${process.pid}-${Date.now().toString(36)}`;
  const base = `${mark}:base`;
  const triggers = `${mark}:triggers`;
  const fill = (bytes: number, file: string) => `head -c ${bytes} /dev/zero > ${file}`;

  before(async function () {
    engine = await engineOrSkip(this);
    await importBaseImage(engine, base, never);
    context = await mkdtemp(join(tmpdir(), 'gantry-sizes-'));
    dockerConfig = await mkdtemp(join(tmpdir(), 'gantry-docker-'));
    await mkdir(join(context, 'sub'));
    await writeFile(join(context, 'a.txt'), 'x'.repeat(4321));
    await writeFile(join(context, 'sub', 'b.bin'), Buffer.alloc(100_000, 1));
    await symlink('../a.txt', join(context, 'sub', 'link'));
    await writeFile(join(context, 'ignored.log'), 'x'.repeat(999));
    await writeFile(join(context, '.dockerignore'), '*.log\n*.Dockerfile\n.dockerignore\n*.tar\n!some.tar\n');
    const archive = pack();
    archive.entry({ name: 'in/one' }, Buffer.alloc(1111));
    archive.entry({ name: 'in/two' }, Buffer.alloc(2222));
    archive.finalize();
    await writeFile(join(context, 'some.tar'), archive as unknown as AsyncIterable<Buffer>);
    builds = createBuilds(engine, { log: silentLog, env: { DOCKER_CONFIG: dockerConfig } });
  });

  after(async () => {
    builds?.dispose();
    if (!engine) return;
    for (const tag of ['base', 'triggers', 'out']) await removeImage(engine, `${mark}:${tag}`);
    engine.dispose();
    await rm(context, { recursive: true });
    await rm(dockerConfig, { recursive: true });
  });

  const samples = (): readonly Sample[] => [
    {
      name: 'a single stage',
      text: `FROM ${base}\nENV A=b\nRUN ${fill(1000, `/1-${mark.slice(-8)}`)}\nWORKDIR /app\nCOPY a.txt .\nLABEL x=y\nRUN ${fill(77, '/2')} && \\\n    ${fill(23, '/3')}\nCMD ["sh"]\n`,
      bytes: { 3: 1000, 4: 0, 5: 4321, 7: 100 },
    },
    {
      name: 'several stages, one of them unused',
      text: `FROM ${base} AS build\nWORKDIR /src-${mark.slice(-8)}\nCOPY . .\nRUN ${fill(33_000, '/out')}\nFROM ${base} AS unused\nRUN ${fill(7, '/unused')}\nFROM build AS checked\nRUN ${fill(5, '/ok')}\nFROM ${base}\nCOPY --from=checked /out /out\nCOPY --from=checked /ok /ok\n`,
      // A layer that is in no image yet counts its symbolic links by the length of their target (overlay2's DiffSize).
      bytes: { 2: 0, 3: '../a.txt'.length + 4321 + 100_000 + someTarBytes, 4: 33_000, 8: 5, 10: 33_000, 11: 5 },
    },
    {
      name: 'mounts',
      text: `FROM ${base} AS tools\nRUN ${fill(600, `/tool-${mark.slice(-8)}`)}\nFROM ${base}\nRUN --mount=type=cache,target=/cache-${mark.slice(-8)} ${fill(50_000, `/cache-${mark.slice(-8)}/x`)} && ${fill(300, '/kept')}\nRUN --mount=type=bind,from=tools,target=/t --mount=type=tmpfs,target=/scratch ${fill(9999, '/scratch/x')} && ${fill(301, '/kept2')}\n`,
      bytes: { 2: 600, 4: 300, 5: 301 },
    },
    {
      name: 'here-documents',
      text: `FROM ${base}\nRUN <<EOF\n${fill(2000, `/h-${mark.slice(-8)}`)}\n${fill(3, '/h2')}\nEOF\nCOPY <<ONE <<TWO /here/\n12345\nONE\n123456789\nTWO\nRUN cat <<EOF > /cat\nabc\nEOF\n`,
      bytes: { 2: 2003, 6: 16, 11: 4 },
    },
    {
      name: 'a build argument in a command',
      text: `FROM ${base}\nARG SIZE=1\nRUN head -c $SIZE /dev/zero > /arg-${mark.slice(-8)}\nRUN ["sh", "-c", "head -c 12 /dev/zero > /exec"]\n`,
      bytes: { 3: 54_321, 4: 12 },
      buildArgs: { SIZE: '54321' },
    },
    {
      name: 'the same text with another argument',
      text: `FROM ${base}\nARG SIZE=1\nRUN head -c $SIZE /dev/zero > /arg-${mark.slice(-8)}\nRUN ["sh", "-c", "head -c 12 /dev/zero > /exec"]\n`,
      bytes: { 3: 4, 4: 12 },
      buildArgs: { SIZE: '4' },
    },
    {
      name: 'ADD of an archive and a link copy',
      text: `FROM ${base}\nADD some.tar /ad-${mark.slice(-8)}/\nCOPY --link sub /linked/\nADD a.txt sub/b.bin /many/\nCOPY --chmod=700 a.txt /mode\n`,
      bytes: { 2: 3333, 3: 100_000, 4: 104_321, 5: 4321 },
    },
    {
      name: 'removal and repetition',
      text: `FROM ${base}\nRUN ${fill(5000, `/r-${mark.slice(-8)}`)}\nRUN rm /r-${mark.slice(-8)}\nRUN ${fill(5000, `/r-${mark.slice(-8)}`)}\nRUN true\nRUN true\n`,
      bytes: { 2: 5000, 3: 0, 4: 5000, 5: 0, 6: 0 },
    },
    {
      name: 'nothing but a copy on scratch',
      text: `FROM scratch\nCOPY sub/b.bin /only-${mark.slice(-8)}\n`,
      bytes: { 2: 100_000 },
    },
  ];

  it('are exact to the byte for what Gantry builds, at once and when all is cached', async () => {
    for (const sample of samples()) {
      for (const cached of [false, true]) {
        const file = await dockerfile(sample);
        const result = await build(
          engine,
          {
            dockerfile: file,
            context,
            tags: [`${mark}:out`],
            ...(sample.buildArgs ? { buildArgs: sample.buildArgs } : {}),
          },
          { credentials: { find: async () => undefined }, refuse: () => undefined },
          () => {},
          never,
        );
        assert.equal(result.kind, 'built', JSON.stringify(result));
        const record = await newestBuild(file, sample.text, result.kind === 'built' ? result.imageId : '');
        await expectExact(record, sample, `${sample.name}${cached ? ', cached' : ''}`, cached);
      }
    }
  });

  it('are exact for what the command line builds', async () => {
    const sample = samples()[1]!;
    const file = await dockerfile({ ...sample, text: sample.text.replaceAll('/out', '/cli') });
    const text = sample.text.replaceAll('/out', '/cli');
    const { stdout } = await promisify(execFile)('docker', ['build', '-q', '-t', `${mark}:out`, '-f', file, context], {
      env: { ...process.env, DOCKER_CONFIG: dockerConfig },
    });
    const record = await newestBuild(file, text, stdout.trim());
    await expectExact(record, { ...sample, text }, 'command line', false);
  });

  it('are exact for triggers of the base image, each at the line of FROM', async () => {
    const onBuild = await dockerfile({
      name: 'onbuild',
      text: `FROM ${base}\nONBUILD RUN ${fill(99, `/onb-${mark.slice(-8)}`)}\nONBUILD COPY a.txt /onb2\n`,
      bytes: {},
    });
    const made = await build(
      engine,
      { dockerfile: onBuild, context, tags: [triggers] },
      { credentials: { find: async () => undefined }, refuse: () => undefined },
      () => {},
      never,
    );
    assert.equal(made.kind, 'built');
    const text = `FROM ${triggers}\nRUN ${fill(8, '/8')}\n`;
    const file = await dockerfile({ name: 'triggered', text, bytes: {} });
    const result = await build(
      engine,
      { dockerfile: file, context, tags: [`${mark}:out`] },
      { credentials: { find: async () => undefined }, refuse: () => undefined },
      () => {},
      never,
    );
    const record = await newestBuild(file, text, result.kind === 'built' ? result.imageId : '');
    assert.deepEqual(record.steps.map(({ startLine, bytes }) => [startLine + 1, bytes]).sort(), [
      [1, 4321],
      [1, 99],
      [2, 8],
    ]);
  });

  it('are never those of another build of the same text', async () => {
    // Everything the engine describes a step by is the same in all of these; only the context and an argument differ.
    const text = `FROM ${base} AS build\nARG SIZE=1\nWORKDIR /same-${mark.slice(-8)}\nCOPY varying .\nRUN head -c $SIZE /dev/zero > /made\nFROM ${base}\nCOPY --from=build /made /made\n`;
    const folders = await Promise.all(
      [1000, 2000, 3000].map(async (bytes) => {
        const folder = await mkdtemp(join(tmpdir(), 'gantry-sizes-'));
        await writeFile(join(folder, 'varying'), Buffer.alloc(bytes));
        await writeFile(join(folder, 'Dockerfile'), text);
        return { folder, bytes };
      }),
    );
    const go = async ({ folder, bytes }: { folder: string; bytes: number }) => {
      const spec = {
        dockerfile: join(folder, 'Dockerfile'),
        context: folder,
        tags: [],
        buildArgs: { SIZE: String(bytes + 7) },
      };
      const result = await build(
        engine,
        spec,
        { credentials: { find: async () => undefined }, refuse: () => undefined },
        () => {},
        never,
      );
      assert.equal(result.kind, 'built');
      if (result.kind === 'built') untagged.push(result.imageId);
    };
    const untagged: string[] = [];
    const [one, two, three] = folders as [(typeof folders)[0], (typeof folders)[0], (typeof folders)[0]];
    // 1. At the same time; 2. each again from the cache, in turns.
    await Promise.all([go(one), go(two)]);
    for (const each of [three, one, two, one, three]) await go(each);
    // A second pair of eyes that comes late and knows only what the engine still says.
    const late = createBuilds(engine, { log: silentLog, env: { DOCKER_CONFIG: dockerConfig } });
    try {
      let exact = 0;
      for (const { folder, bytes } of folders) {
        const expected: Record<number, number> = { 3: 0, 4: bytes, 5: bytes + 7, 7: bytes + 7 };
        for (const eyes of [builds, late]) {
          const uri = pathToFileURL(join(folder, 'Dockerfile')).href;
          const wanted = folder === two.folder ? 2 : folder === one.folder ? 3 : 2;
          for (const record of await allBuilds(eyes, uri, text, wanted)) {
            assert.equal(record.buildArgs['SIZE'], String(bytes + 7));
            for (const { startLine, bytes: told } of record.steps) {
              assert.equal(told, expected[startLine + 1], `${bytes}, line ${startLine + 1}`);
              exact++;
            }
            // The final stage is certain in any case: the image is there.
            assert.ok(record.steps.some(({ startLine }) => startLine === 6));
          }
        }
      }
      console.log(`      ${exact} of ${2 * 7 * 4} told, all exact`);
    } finally {
      late.dispose();
      for (const id of untagged) await removeImage(engine, id);
      for (const { folder } of folders) await rm(folder, { recursive: true });
    }
  });

  /** All records of a document, once there are so many. */
  async function allBuilds(eyes: Builds, uri: string, text: string, wanted: number): Promise<readonly BuildRecord[]> {
    for (;;) {
      const changed = new Promise<void>((resolve) => {
        const stop = eyes.onDidChange(() => {
          stop();
          resolve();
        });
      });
      const found = eyes.builds({ uri, text });
      if (found.state === 'known' && found.value.length === wanted) return found.value;
      await changed;
    }
  }

  async function dockerfile(sample: Sample): Promise<string> {
    const file = join(context, `${sample.name.replaceAll(/\W+/g, '-')}.Dockerfile`);
    await writeFile(file, sample.text);
    return file;
  }

  /** The record of the build that made `imageId`, once it is there. */
  async function newestBuild(file: string, text: string, imageId: string): Promise<BuildRecord> {
    const uri = pathToFileURL(file).href;
    const since = Date.now();
    for (;;) {
      const changed = new Promise<void>((resolve) => {
        const stop = builds.onDidChange(() => {
          stop();
          resolve();
        });
      });
      const found = builds.builds({ uri, text });
      if (found.state === 'failed') throw new Error(found.problem.message);
      const newest = found.state === 'known' ? found.value[0] : undefined;
      if (newest && newest.image?.id === imageId && !used.has(newest.ref)) {
        used.add(newest.ref);
        return newest;
      }
      await changed;
      assert.ok(Date.now() - since < 10_000, 'the record never came');
    }
  }
  const used = new Set<string>();

  async function expectExact(record: BuildRecord, sample: Sample, name: string, cached: boolean): Promise<void> {
    assert.equal(record.dockerfile, sample.text);
    const reported = Object.fromEntries(record.steps.map(({ startLine, bytes }) => [startLine + 1, bytes]));
    for (const [line, bytes] of Object.entries(reported))
      assert.equal(bytes, sample.bytes[Number(line)], `${name}, line ${line}`);
    // What the engine itself says of the image, newest first, the base's one layer last.
    const history = (await engine.json({ method: 'GET', path: path`/images/${record.image!.id}/history` }, never)) as {
      Size: number;
      CreatedBy: string;
    }[];
    const engineSizes = history
      .filter(({ CreatedBy }) => /^(RUN|COPY|ADD|WORKDIR)/.test(CreatedBy))
      .map(({ Size }) => Size)
      .reverse();
    const last = sample.text.split('\n').findLastIndex((line) => line.startsWith('FROM')) + 1;
    const chain = record.steps.filter(({ startLine }) => startLine + 1 > last).map(({ bytes }) => bytes);
    assert.deepEqual(chain, engineSizes, `${name}: final stage`);
    const missing = Object.keys(sample.bytes).filter((line) => !(line in reported));
    console.log(
      `      ${name}: ${record.steps.length} exact, ${missing.length} left out${missing.length > 0 ? ` (lines ${missing})` : ''}`,
    );
    if (!cached) assert.deepEqual(missing, [], name);
  }
});
