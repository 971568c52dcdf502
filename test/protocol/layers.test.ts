/** What images are made of, over the wire, with an engine that may do anything. */
import assert from 'node:assert/strict';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CancellationTokenSource, LSPErrorCodes, type ResponseError } from 'vscode-languageserver/node';
import type { Problem } from '../../common/known.ts';
import type { ImageAnalysis } from '../../common/layers.ts';
import type { AnalyzeProgress, ClientRequests, ServerNotifications } from '../../common/protocol.ts';
import { createEngine, type Engine } from '../../server/engine/engine.ts';
import { registerLayers } from '../../server/handlers/layers.ts';
import { type Analyses, createAnalyses } from '../../server/images/layers/analyses.ts';
import { createKeptAnalyses, keptAnalysesBounds } from '../../server/images/layers/keptAnalyses.ts';
import { createHttp, type Http } from '../../server/registries/http.ts';
import { Registries } from '../../server/registries/registries.ts';
import { DiskCache } from '../../server/util/diskCache.ts';
import { file, folder, symbolicLink, whiteout } from '../support/analyzed.ts';
import { silentLog } from '../support/changes.ts';
import { fakeCredentials } from '../support/fakeCredentials.ts';
import { type FakeEngine, json, startFakeEngine } from '../support/fakeEngine.ts';
import { makeImage, makeIndex } from '../support/imageContents.ts';
import { type PlainRegistry, startPlain } from '../support/registries/plain.ts';
import { createWorld } from '../support/registries/world.ts';
import { type Saved, type SavedParts, savedOci } from '../support/savedImage.ts';
import { tarOf } from '../support/tar.ts';
import { until } from '../support/until.ts';
import { type Wire, wire } from '../support/wire.ts';

const id = `sha256:${'a'.repeat(64)}`;
const otherId = `sha256:${'b'.repeat(64)}`;

const parts: SavedParts = {
  layers: [
    tarOf(folder('bin'), file('bin/sh', 1000), symbolicLink('bin/ls', 'sh')),
    tarOf(file('app/big', 5000), file('app/small', 10)),
    tarOf(whiteout('app/big')),
  ],
  history: [
    { created_by: '', created: '2024-01-02T03:04:05Z' },
    { created_by: 'ENV A=b', empty_layer: true },
    { created_by: 'COPY app /app # buildkit', created: '2025-01-02T03:04:05Z' },
    { created_by: 'RUN /bin/sh -c rm /app/big # buildkit' },
  ],
};

describe('what images are made of, over the wire', () => {
  let fake: FakeEngine;
  let engine: Engine;
  let registry: PlainRegistry;
  let http: Http;
  let registries: Registries;
  let storage: string;
  let disk: DiskCache;
  let analyses: Analyses;
  let ends: Wire;
  let progress: AnalyzeProgress[];
  let logged: unknown[];

  beforeEach(async () => {
    storage = await mkdtemp(join(tmpdir(), 'gantry-layers-'));
    fake = await startFakeEngine();
    registry = await startPlain(createWorld());
    http = createHttp({ env: {}, retryDelayMs: 1 });
    registries = new Registries({ http, credentials: fakeCredentials() });
    engine = createEngine({ env: { DOCKER_HOST: fake.host }, log: silentLog });
    logged = [];
    start();
  });
  afterEach(async () => {
    await stop();
    engine.dispose();
    await http.close();
    await registry.stop();
    await fake.close();
    await rm(storage, { recursive: true });
  });

  /** A server, as it begins: it knows what the disk has. */
  function start(): void {
    disk = new DiskCache({ folder: () => storage, onProblem: (error) => logged.push(error), ...keptAnalysesBounds });
    analyses = createAnalyses({
      ...{ engine, registries },
      kept: createKeptAnalyses(disk, () => 0),
      origins: async () => new Map(),
    });
    ends = wire();
    registerLayers(ends.server, analyses, engine);
    ends.server.listen();
    progress = [];
    ends.client.onNotification('gantry/progress', ({ value }: ServerNotifications['gantry/progress']) => {
      if (value.kind === 'analyze') progress.push(value);
    });
  }
  async function stop(): Promise<void> {
    ends.close();
    await analyses.flush();
    await disk.flush();
  }

  /** An image of the engine by this name. */
  function engineHas(name: string, imageId: string, { archive, diffIds }: Saved, sizes?: readonly number[]): void {
    const inspected = { Id: imageId, Os: 'linux', Architecture: 'amd64', Size: 6010, RootFS: { Layers: diffIds } };
    for (const each of [name, imageId]) fake.on(`GET /images/${each}/json`, (_, response) => json(response, inspected));
    fake.on(`GET /images/${imageId}/get`, (_, response) => response.end(archive));
    fake.on(`GET /images/${imageId}/history`, (_, response) =>
      json(
        response,
        [...(sizes ?? [1000, 0, 5010, 0])].reverse().map((Size) => ({ Size })),
      ),
    );
  }
  const getPath = `GET /images/${id}/get`;
  const reads = () => fake.count(getPath);
  /** The engine hands over what `answer` writes. */
  const handsOver = (answer: (response: ServerResponse) => void) => fake.on(getPath, (_, response) => answer(response));

  const ask = <M extends keyof ClientRequests>(method: M, params: ClientRequests[M]['params']) =>
    ends.client.sendRequest<ClientRequests[M]['result']>(method, params);
  const analyze = (reference = 'app', more: object = {}): Promise<ImageAnalysis> =>
    ask('gantry/layers/analyze', { reference, source: 'engine', ...more });
  const problemOf = async (work: Promise<unknown>): Promise<Problem> => {
    const error = await work.then(
      () => assert.fail('it should have failed'),
      (rejected: ResponseError<Problem>) => rejected,
    );
    assert(error.data !== undefined, error.message);
    return error.data;
  };

  describe('of the engine', () => {
    it('are layers with their instructions, and files', async () => {
      const saved = savedOci(parts);
      engineHas('app', id, saved);
      const { layers, files, ...image } = await analyze();
      assert.deepEqual(image, {
        ...{ id, name: 'app', source: 'engine', bytes: 6010 },
        platform: { os: 'linux', architecture: 'amd64' },
      });
      assert.deepEqual(layers, [
        {
          ...{ digest: saved.diffIds[0], bytes: 1000, created: Date.UTC(2024, 0, 2, 3, 4, 5) },
          counts: { added: 2, changed: 0, removed: 0 },
        },
        {
          ...{ digest: saved.diffIds[1], bytes: 5010, created: Date.UTC(2025, 0, 2, 3, 4, 5) },
          createdBy: 'COPY app /app',
          counts: { added: 2, changed: 0, removed: 0 },
        },
        {
          ...{ digest: saved.diffIds[2], bytes: 0, createdBy: 'RUN rm /app/big' },
          counts: { added: 0, changed: 0, removed: 1 },
        },
      ]);
      assert.deepEqual(files, {
        efficiency: 1010 / 6010,
        reclaimableBytes: 5000,
        wasted: [{ path: '/app/big', bytes: 5000, layers: [1], removedBy: 2 }],
        wastedCount: 1,
      });
    });

    it('are looked into folder by folder', async () => {
      engineHas('app', id, savedOci(parts));
      await analyze();
      const entries = (layer: number, at: string) => ask('gantry/layers/files', { id, layer, folder: at });
      assert.deepEqual(await entries(1, '/'), [
        { name: 'app', kind: 'folder', change: 'unchanged', bytes: 5010, files: 2 },
      ]);
      assert.deepEqual(await entries(1, '/app'), [
        { name: 'big', kind: 'file', change: 'added', bytes: 5000 },
        { name: 'small', kind: 'file', change: 'added', bytes: 10 },
      ]);
      assert.deepEqual(await entries(0, '/bin/'), [
        { name: 'sh', kind: 'file', change: 'added', bytes: 1000 },
        { name: 'ls', kind: 'link', change: 'added', bytes: 0, target: 'sh' },
      ]);
      assert.equal((await problemOf(entries(0, '/app'))).kind, 'notFound');
      assert.equal((await problemOf(entries(7, '/'))).kind, 'notFound');
      assert.match(
        (await problemOf(ask('gantry/layers/files', { id: otherId, layer: 0, folder: '/' }))).message,
        /not analyzed/,
      );
    });

    const counted: readonly (readonly [name: string, sizes: readonly number[], bytes: number])[] = [
      ['also the targets of links, where the engine counts those', [1002, 0, 5010, 0], 1002],
      ['nothing but files, where the engine counts blocks', [8192, 0, 8192, 4096], 1000],
      ['nothing but files, where the engine has another history', [1002, 5010], 1000],
    ];
    for (const [name, sizes, bytes] of counted) {
      it(`count ${name}`, async () => {
        engineHas('app', id, savedOci(parts), sizes);
        assert.equal((await analyze()).layers[0]?.bytes, bytes);
      });
    }

    it('need no history of the engine', async () => {
      engineHas('app', id, savedOci(parts));
      fake.on(`GET /images/${id}/history`, (_, response) => json(response, {}, 500));
      assert.equal((await analyze()).bytes, 6010);
    });

    it('have no instructions where nobody can say which is whose', async () => {
      engineHas('app', id, savedOci({ ...parts, history: [{ created_by: 'RUN x' }] }));
      assert.deepEqual(
        (await analyze()).layers.map(({ createdBy }) => createdBy),
        [undefined, undefined, undefined],
      );
    });

    it('are told of while they are read', async () => {
      const saved = savedOci({ layers: [tarOf(file('a', 3_000_000))] });
      engineHas('app', id, saved);
      await analyze('app', { progress: 'p' });
      const last = progress.at(-1);
      assert.equal(last?.current, saved.archive.length);
      assert.ok(progress.every(({ kind, current, total }) => kind === 'analyze' && current <= total));
    });

    it('are read once, whoever asks and whatever the image is called', async () => {
      engineHas('app', id, savedOci(parts));
      engineHas('app:2', id, savedOci(parts));
      const both = await Promise.all([analyze(), analyze('app:2')]);
      assert.deepEqual(
        both.map(({ name }) => name),
        ['app', 'app:2'],
      );
      await analyze();
      assert.equal(reads(), 1);
    });

    it('are kept for the next server', async () => {
      engineHas('app', id, savedOci(parts));
      const before = await analyze();
      await stop();
      start();
      assert.deepEqual(await ask('gantry/layers/files', { id, layer: 2, folder: '/app' }), [
        { name: 'big', kind: 'file', change: 'removed', bytes: 5000 },
      ]);
      assert.deepEqual(await analyze(), before);
      assert.equal(reads(), 1);
      assert.deepEqual(logged, []);
    });

    it('are those of the platform that the id stands for by now, also where those of another are kept', async () => {
      engineHas('app', id, savedOci(parts));
      await analyze();
      const other = savedOci({ layers: [tarOf(file('arm', 77))] });
      engineHas('app', id, other);
      assert.deepEqual(
        (await analyze()).layers.map(({ digest, bytes }) => [digest, bytes]),
        [[other.diffIds[0], 77]],
      );
      await stop();
      engineHas('app', id, savedOci(parts));
      start();
      assert.equal((await analyze()).bytes, 6010);
      assert.equal(reads(), 3);
    });

    it('waste what nobody sees, of which is told from then on, by the next server too', async () => {
      engineHas('app', id, savedOci(parts));
      let told = 0;
      analyses.onDidChange(() => told++);
      assert.equal(analyses.wasted(id), undefined);
      await analyze();
      assert.equal(analyses.wasted(id), 5000);
      assert.equal(told, 1);
      await stop();
      start();
      const learned = new Promise<void>((resolve) => analyses.onDidChange(resolve));
      assert.equal(analyses.wasted(id), undefined);
      await learned;
      assert.equal(analyses.wasted(id), 5000);
      assert.equal(analyses.wasted(otherId), undefined);
    });
    it('are read again where what was kept is damaged', async () => {
      engineHas('app', id, savedOci(parts));
      const before = await analyze();
      await stop();
      const [kept] = await readdir(storage);
      const damaged = { format: 2, image: { ...before }, trees: { roots: [0], ends: 'AAAA', names: '!' } };
      await writeFile(join(storage, kept ?? ''), JSON.stringify({ version: 1, at: 0, value: damaged }));
      start();
      assert.deepEqual(await analyze(), before);
      assert.equal(reads(), 2);
    });

    it('end with the last who waits for them, down to the socket', async () => {
      engineHas('app', id, savedOci(parts));
      let open = 0;
      handsOver((response) => {
        open += 1;
        response.on('close', () => {
          open -= 1;
        });
        response.write(savedOci(parts).archive.subarray(0, 5000));
      });
      const cancels = [new CancellationTokenSource(), new CancellationTokenSource()];
      const asked = cancels.map(({ token }) =>
        ends.client.sendRequest('gantry/layers/analyze', { reference: 'app', source: 'engine' }, token).then(
          () => assert.fail(),
          (error: ResponseError<unknown>) => error.code,
        ),
      );
      await until(() => open === 1);
      cancels[0]?.cancel();
      assert.equal(await asked[0], LSPErrorCodes.RequestCancelled);
      assert.equal(open, 1);
      cancels[1]?.cancel();
      assert.equal(await asked[1], LSPErrorCodes.RequestCancelled);
      await until(() => open === 0);
      assert.equal(reads(), 1);
    });

    const faults: readonly (readonly [
      name: string,
      answer: (response: ServerResponse) => void,
      kind: Problem['kind'],
      message: RegExp,
    ])[] = [
      [
        'an engine that goes away in the middle',
        (response) => response.write(savedOci(parts).archive.subarray(0, 5000), () => response.destroy()),
        'unreachable',
        /closed the connection/,
      ],
      [
        'an archive that breaks off',
        (response) => response.end(savedOci(parts).archive.subarray(0, 5000)),
        'badAnswer',
        /cannot be read: /,
      ],
      ['a page of a proxy', (response) => response.end('<html>'.repeat(1000)), 'badAnswer', /checksum/],
      ['nothing at all', (response) => response.end(), 'badAnswer', /no manifest/],
      [
        'an engine that cannot read its own image',
        (response) => json(response, { message: 'layer is gone' }, 500),
        'internal',
        /layer is gone/,
      ],
      [
        'an engine that sends rubbish without end',
        (response) => {
          const chunk = Buffer.alloc(1 << 16, 'x');
          const send = () => {
            while (!response.destroyed && response.write(chunk));
            if (!response.destroyed) response.once('drain', send);
          };
          send();
        },
        'badAnswer',
        /checksum/,
      ],
    ];
    for (const [name, answer, kind, message] of faults) {
      it(`say what is wrong with ${name}, and are asked for again`, async () => {
        engineHas('app', id, savedOci(parts));
        handsOver(answer);
        const problem = await problemOf(analyze());
        assert.equal(problem.kind, kind, problem.message);
        assert.equal(problem.subject, 'app');
        assert.match(problem.message, message);
        engineHas('app', id, savedOci(parts));
        assert.equal((await analyze()).bytes, 6010);
        assert.equal(reads(), 2);
      });
    }

    it('are not there where the engine has no such image', async () => {
      fake.on('GET /images/nope/json', (_, response) => json(response, { message: 'No such image: nope' }, 404));
      assert.equal((await problemOf(analyze('nope'))).kind, 'notFound');
    });
  });

  describe('compared', () => {
    it('share layers from the base on, and differ in files', async () => {
      engineHas('app:1', id, savedOci(parts));
      const [base, , last] = parts.layers;
      const after = { layers: [base!, tarOf(file('app/big', 4000), file('app/new', 70)), last!] };
      engineHas('app:2', otherId, savedOci(after));
      const compared = await ask('gantry/layers/compare', {
        ...{ first: 'app:1', second: 'app:2', source: 'engine', progress: 'p' },
      });
      assert.deepEqual([compared.first.name, compared.second.name], ['app:1', 'app:2']);
      assert.deepEqual([compared.sharedLayers, compared.sharedBytes], [1, 1000]);
      assert.deepEqual(compared.files, [
        { path: '/app/new', after: 70 },
        { path: '/app/small', before: 10 },
      ]);
      assert.ok(progress.every(({ current, total }) => current <= total));
      await ask('gantry/layers/compare', { first: 'app:2', second: 'app:1', source: 'engine' });
      assert.equal(reads(), 1);
    });
  });

  describe('of a registry', () => {
    const linux = { os: 'linux', architecture: 'amd64' };
    const base = Buffer.alloc(100, 1);

    it('are what its manifest and config say, and no layer is fetched', async () => {
      const image = makeImage({ platform: linux, shared: [base], layerBytes: [10] });
      registry.push('team/app', '1', image);
      const name = `${registry.host}/team/app:1`;
      const found = await analyze(name, { source: 'registry' });
      assert.deepEqual(
        [found.id, found.name, found.source, found.platform, found.bytes],
        [image.root.digest, name, 'registry', linux, 110],
      );
      assert.deepEqual(
        found.layers.map(({ bytes }) => bytes),
        [100, 10],
      );
      assert.equal(found.files, undefined);
    });

    it('are those of the platform that was asked for', async () => {
      const platforms = ['amd64', 'arm64'].map((architecture, index) => ({
        platform: { os: 'linux', architecture },
        layerBytes: [10 + index],
      }));
      registry.push('team/app', 'multi', makeIndex(platforms));
      const name = `${registry.host}/team/app:multi`;
      const found = await analyze(name, { source: 'registry', platform: 'linux/arm64' });
      assert.deepEqual([found.platform.architecture, found.bytes], ['arm64', 11]);
      const problem = await problemOf(analyze(name, { source: 'registry', platform: 'linux/s390x' }));
      assert.equal(problem.kind, 'notFound');
      assert.equal((await problemOf(analyze(name, { source: 'registry', platform: '?' }))).kind, 'unsupported');
      assert.equal((await problemOf(analyze('No Reference', { source: 'registry' }))).kind, 'unsupported');
    });

    it('are compared without files', async () => {
      registry.push('team/app', '1', makeImage({ platform: linux, shared: [base], layerBytes: [10] }));
      registry.push('team/app', '2', makeImage({ platform: linux, shared: [base], layerBytes: [20] }));
      const at = (tag: string) => `${registry.host}/team/app:${tag}`;
      const compared = await ask('gantry/layers/compare', { first: at('1'), second: at('2'), source: 'registry' });
      assert.deepEqual([compared.sharedLayers, compared.sharedBytes, compared.files], [1, 100, undefined]);
    });
  });
});
