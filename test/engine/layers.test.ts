/** What layers are said to hold, beside what a real engine says of them. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { extract } from 'tar-stream';
import { PartMissing } from '../../scripts/parts/command.ts';
import { startEngine } from '../../scripts/parts/engine.ts';
import { path } from '../../server/engine/apiPath.ts';
import { build } from '../../server/engine/buildkit/build.ts';
import { createEngine, type Engine } from '../../server/engine/engine.ts';
import { type Analyses, createAnalyses } from '../../server/images/layers/analyses.ts';
import { createLayerOrigins } from '../../server/images/layers/layerOrigins.ts';
import type { Registries } from '../../server/registries/registries.ts';
import { importBaseImage, removeImage } from '../support/baseImage.ts';
import { silentLog } from '../support/changes.ts';
import { engineOrSkip } from '../support/realEngine.ts';

const program = new URL('../../dist/cli.js', import.meta.url).pathname;
const never = new AbortController().signal;

describe('layers of real images', () => {
  testStore();
});

describe("layers of real images in containerd's store", () => {
  testStore({ containerdStore: true });
});

function testStore({ containerdStore = false } = {}): void {
  let own: Awaited<ReturnType<typeof startEngine>> | undefined;
  let engine: Engine;
  let analyses: Analyses;
  let context: string;
  const mark = `gantry-test/layers-${process.pid}-${Date.now().toString(36)}`;
  const [base, out, other] = ['base', 'out', 'other'].map((tag) => `${mark}:${tag}`) as [string, string, string];

  before(async function () {
    this.timeout(120_000);
    engine = await engineOrSkip(this);
    if (containerdStore) {
      engine.dispose();
      own = await startEngine({ containerdStore }).catch((error: unknown) => {
        if (error instanceof PartMissing) return undefined;
        throw error;
      });
      if (own === undefined) return this.skip();
      const { dockerHost } = own;
      engine = createEngine({ host: () => dockerHost, log: silentLog });
    }
    await importBaseImage(engine, base, never);
    context = await mkdtemp(join(tmpdir(), 'gantry-layers-'));
    await writeFile(join(context, 'a.txt'), 'x'.repeat(4321));
    await writeFile(join(context, 'b.bin'), Buffer.alloc(100_000, 1));
    const env = { DOCKER_CONFIG: context };
    analyses = createAnalyses({
      engine,
      registries: undefined as unknown as Registries, // of the engine's images none is asked
      kept: { read: async () => undefined, write: async () => {} },
      origins: createLayerOrigins(engine, { env, home: context, log: silentLog }),
    });
  });

  after(async () => {
    if (!context) return;
    for (const name of [out, other, base]) await removeImage(engine, name);
    engine.dispose();
    await own?.stop();
    await rm(context, { recursive: true });
  });

  async function built(tag: string, lines: readonly string[]): Promise<void> {
    const dockerfile = join(context, 'Dockerfile');
    await writeFile(dockerfile, `${lines.join('\n')}\n`);
    const spec = { dockerfile, context, tags: [tag] };
    const world = { credentials: { find: async () => undefined }, refuse: () => undefined };
    const done = await build(engine, spec, world, () => {}, never);
    assert.equal(done.kind, 'built', JSON.stringify(done));
  }
  const analyzed = (reference: string) => analyses.analyze({ reference, source: 'engine' }, () => {}, never);
  /** By the engine, the base first, of what makes layers. */
  async function historyOf(reference: string): Promise<readonly number[]> {
    const request = { method: 'GET', path: path`/images/${reference}/history` } as const;
    const entries = (await engine.json(request, never)) as readonly { Size: number; CreatedBy: string }[];
    return entries
      .filter(({ CreatedBy }) => !/^(?:ENV|LABEL|CMD)/.test(CreatedBy))
      .map(({ Size }) => Size)
      .reverse();
  }
  const fill = (bytes: number, file: string) => `head -c ${bytes} /dev/zero > ${file}`;

  const lines = [
    `FROM ${base}`,
    'ENV A=b',
    'WORKDIR /app',
    'COPY a.txt b.bin /app/',
    `RUN mkdir -p /d/e && ${fill(777, '/d/e/x')} && ln -s e/x /d/link && ${fill(5_000_000, '/big')}`,
    'RUN chmod -R 700 /app',
    'RUN rm /big',
    `RUN ${fill(1234, '/h1')} && cp -l /h1 /h2`,
    'RUN rm /h1',
    `RUN rm -r /d && mkdir /d && ${fill(10, '/d/new')}`,
    'RUN true',
    'LABEL x=y',
    'CMD ["sh"]',
  ];

  it('have as many bytes as their files', async () => {
    await built(out, lines);
    const { layers } = await analyzed(out);
    assert.deepEqual(
      layers.slice(1).map((layer) => layer.bytes),
      [0, 104_321, 5_000_777, 104_321, 0, 1234, 0, 10, 0],
    );
  });

  // Containerd's counts blocks of the disk.
  if (!containerdStore)
    it('have as many bytes as docker history says, to the byte, and the image as many as the engine says', async () => {
      const { layers, bytes, id } = await analyzed(out);
      assert.deepEqual(
        layers.map((layer) => layer.bytes),
        await historyOf(out),
      );
      const inspected = (await engine.json({ method: 'GET', path: path`/images/${id}/json` }, never)) as {
        Size: number;
      };
      assert.equal(bytes, inspected.Size);
    });

  it('are named by their instructions and the lines that made them', async () => {
    const { layers } = await analyzed(out);
    assert.deepEqual(
      layers.slice(1).map(({ createdBy, origin }) => [createdBy, origin?.line]),
      [
        ['WORKDIR /app', 2],
        ['COPY a.txt b.bin /app/', 3],
        [lines[4], 4],
        ['RUN chmod -R 700 /app', 5],
        ['RUN rm /big', 6],
        [lines[7], 7],
        ['RUN rm /h1', 8],
        [lines[9], 9],
        ['RUN true', 10],
      ],
    );
    assert.ok(layers.slice(1).every(({ origin }) => origin?.path === join(context, 'Dockerfile')));
  });

  it('tell what was added, changed and removed, and what of it is wasted', async () => {
    const { files, id, layers } = await analyzed(out);
    assert.deepEqual(
      layers.slice(1).map(({ counts }) => [counts?.added, counts?.changed, counts?.removed]),
      [
        [0, 0, 0],
        [2, 0, 0],
        [3, 0, 0],
        [0, 2, 0],
        [0, 0, 1],
        [2, 0, 0],
        [0, 0, 1],
        [1, 0, 2],
        [0, 0, 0],
      ],
    );
    // /h1 stays as /h2.
    assert.deepEqual(files?.wasted, [
      { path: '/big', bytes: 5_000_000, layers: [3], removedBy: 5 },
      { path: '/app/b.bin', bytes: 100_000, layers: [2, 4] },
      { path: '/app/a.txt', bytes: 4321, layers: [2, 4] },
      { path: '/d/e/x', bytes: 777, layers: [3], removedBy: 8 },
    ]);
    const changed = (layer: number, folder: string) =>
      analyses
        .files(id, layer, folder)
        .then((entries) => entries.map(({ name, change, bytes }) => [change, name, bytes]));
    assert.deepEqual(await changed(4, '/app'), [
      ['changed', 'b.bin', 100_000],
      ['changed', 'a.txt', 4321],
    ]);
    assert.deepEqual((await changed(5, '/'))[0], ['removed', 'big', 5_000_000]);
    assert.deepEqual(await changed(8, '/d'), [
      ['removed', 'e', 777],
      ['added', 'new', 10],
      ['removed', 'link', 0],
    ]);
    assert.deepEqual(await changed(8, '/d/e'), [['removed', 'x', 777]]);
  });

  it('are held to limits by the Dockerfile that they were built of', async () => {
    const limited = (...limits: readonly string[]) => {
      const args = [program, 'sizes', ...limits, join(context, 'Dockerfile')];
      const host = own && { DOCKER_HOST: own.dockerHost };
      const env = { ...process.env, ...host, DOCKER_CONFIG: context, XDG_CACHE_HOME: join(context, 'cache') };
      const { status, stdout, stderr } = spawnSync(process.execPath, args, { env, encoding: 'utf8' });
      return { status, stderr, last: stdout.trimEnd().split('\n').at(-1) };
    };
    const waste = 5_000_000 + 100_000 + 4321 + 777;
    assert.deepEqual(limited('--max-wasted', String(waste), '--min-efficiency', '10%').status, 0);
    const { status, stderr, last } = limited('--max-wasted', String(waste - 1), '--min-efficiency', '99.9%');
    assert.equal(status, 1, stderr);
    assert.match(stderr, /the image wastes 5105098 bytes, more than the 5105097 bytes of --max-wasted\./);
    assert.match(stderr, /the image has an efficiency of [\d.]+%, less than the 99\.9% of --min-efficiency\./);
    assert.match(last ?? '', /: 5\.11 MB wasted, efficiency [\d.]+%$/);
    await writeFile(join(context, 'Dockerfile'), `${lines.join('\n')}\nRUN echo new >/new\n`);
    assert.equal(limited('--max-wasted', '1GB').status, 2);
    await writeFile(join(context, 'Dockerfile'), `FROM ${base}\nENV A=b\n`);
    assert.equal(limited('--max-size', '1GB').status, 0);
    assert.equal(limited('--max-size', '1kB').status, 1);
  });

  it('waste as much as the image shows less than its layers hold', async () => {
    const { bytes, files, id, layers } = await analyzed(out);
    const { Id } = (await engine.json({ method: 'POST', path: '/containers/create', body: { Image: out } }, never)) as {
      Id: string;
    };
    try {
      const exported = await engine.stream({ method: 'GET', path: path`/containers/${Id}/export` }, never);
      let visible = 0;
      const archive = extract();
      archive.on('entry', ({ type, size }, content, next) => {
        if (type === 'file') visible += size ?? 0;
        content.resume().on('end', next);
      });
      await pipeline(exported, archive);
      // The engine may count in what it imported also where links point to.
      const inBase = (await analyses.files(id, 0, '/')).reduce((sum, entry) => sum + entry.bytes, 0);
      const inLayers = bytes - (layers[0]?.bytes ?? 0) + inBase;
      assert.equal(files?.reclaimableBytes, inLayers - visible);
    } finally {
      await engine.json({ method: 'DELETE', path: path`/containers/${Id}`, query: { force: true } }, never);
    }
  });

  it('are compared with those of another build', async () => {
    await built(other, [...lines.slice(0, 4), `RUN ${fill(123, '/app/a.txt')}`]);
    const question = { first: out, second: other, source: 'engine' } as const;
    const { sharedLayers, first, sharedBytes, files } = await analyses.compare(question, () => {}, never);
    assert.equal(sharedLayers, 3);
    assert.equal(
      sharedBytes,
      first.layers.slice(0, 3).reduce((sum, layer) => sum + layer.bytes, 0),
    );
    assert.deepEqual(files, [
      { path: '/app/a.txt', before: 4321, after: 123 },
      { path: '/h2', before: 1234 },
      { path: '/d/new', before: 10 },
    ]);
  });
}
