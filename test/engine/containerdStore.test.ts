import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { isDeepStrictEqual, promisify } from 'node:util';
import { PartMissing } from '../../scripts/parts/command.ts';
import { startEngine } from '../../scripts/parts/engine.ts';
import { BuildContexts } from '../../server/context/contexts.ts';
import { createEngine, type Engine } from '../../server/engine/engine.ts';
import { imageHistory } from '../../server/engine/images.ts';
import type { FileSizes } from '../../server/language/sizes/fileSizes.ts';
import { importBaseImage } from '../support/baseImage.ts';
import { silentLog } from '../support/changes.ts';
import { engineOrSkip } from '../support/realEngine.ts';
import { type SizesOfEngine, sizesOfEngine } from '../support/sizesOfEngine.ts';

const never = new AbortController().signal;
const base = 'gantry-test/store:base';
const out = 'gantry-test/store:out';
const dockerfile = `FROM ${base} AS made
RUN head -c 1234567 /dev/urandom > /made
FROM ${base}
WORKDIR /app
COPY a.txt b.txt ./
COPY --from=made /made /app/
RUN head -c 777 /dev/zero > /end
`;
/** Of what becomes the image. */
const layers = [4, 5, 6, 7];

describe("sizes of build steps in containerd's image store", function () {
  this.timeout(60_000);
  let own: Awaited<ReturnType<typeof startEngine>> | undefined;
  let engine: Engine;
  let folder: string;
  let uri: string;
  let contexts: BuildContexts;
  let sizes: SizesOfEngine;

  before(async function () {
    // Where there can be no engine at all, that is said once and for all.
    (await engineOrSkip(this)).dispose();
    try {
      own = await startEngine({ containerdStore: true });
    } catch (error) {
      if (!(error instanceof PartMissing)) throw error;
      console.log(`      skipped: ${error.message}`);
      return this.skip();
    }
    const { dockerHost } = own;
    engine = createEngine({ host: () => dockerHost, log: silentLog });
    await importBaseImage(engine, base, never);
    folder = await mkdtemp(join(tmpdir(), 'gantry-store-'));
    uri = pathToFileURL(join(folder, 'Dockerfile')).href;
    for (const [name, text] of Object.entries({ Dockerfile: dockerfile, 'a.txt': 'a'.repeat(5000), 'b.txt': 'b' })) {
      await writeFile(join(folder, name), text);
    }
  });

  beforeEach(() => {
    contexts = new BuildContexts(silentLog, Date.now);
    contexts.built(join(folder, 'Dockerfile'), folder);
    sizes = looking();
  });
  afterEach(async () => {
    await sizes.dispose();
    await contexts.dispose();
  });

  after(async () => {
    engine?.dispose();
    await own?.stop();
    if (folder) await rm(folder, { recursive: true });
  });

  const looking = () =>
    sizesOfEngine(engine, { contexts, dockerConfig: join(folder, 'docker'), folder: join(folder, 'kept') });
  const docker = (...args: string[]) =>
    promisify(execFile)('docker', args, {
      env: { ...process.env, DOCKER_HOST: own!.dockerHost, DOCKER_CONFIG: join(folder, 'docker') },
    });
  const build = () => docker('build', '--quiet', '--tag', out, folder);
  const figureOf = ({ figures }: FileSizes, line: number) =>
    [...figures].find(([{ startLine }]) => startLine + 1 === line)?.[1];
  const states = (found: FileSizes) => layers.map((line) => figureOf(found, line)?.state);
  const are = (state: string) => (found: FileSizes) => states(found).every((each) => each === state);
  const ofEngine = async (name: string) =>
    (await imageHistory(engine, name, never)).map(({ bytes }) => bytes).reverse();

  const inspectedOut = async () =>
    JSON.parse((await docker('image', 'inspect', out)).stdout)[0] as { Id: string; RootFS: { Layers: string[] } };
  /** The layers of its one platform, out of what `docker save` writes. */
  async function manifestOf(id: string): Promise<readonly { readonly size: number }[]> {
    const archive = join(folder, '.saved.tar');
    await docker('save', '--output', archive, out);
    const blob = async (digest: string) =>
      JSON.parse((await promisify(execFile)('tar', ['-xOf', archive, `blobs/${digest.replace(':', '/')}`])).stdout);
    const index = await blob(id);
    return index.layers ?? (await blob(index.manifests[0].digest)).layers;
  }

  it('are those of docker history for the image, which its total is the sum of', async () => {
    sizes.of(uri, dockerfile);
    await build();
    const found = await sizes.until(uri, dockerfile, are('exact'));
    const [below = 0, ...own] = await ofEngine(out);
    assert.deepEqual(
      layers.map((line) => figureOf(found, line)?.bytes),
      own,
    );
    const stage = found.stages.at(-1);
    const total = own.reduce((sum, bytes) => sum + bytes, below);
    assert.deepEqual([stage?.base?.bytes, stage?.total?.bytes, stage?.total?.state], [below, total, 'exact']);
  });

  it('come with what each layer takes compressed, as the manifest says', async () => {
    const found = await sizes.until(uri, dockerfile, are('exact'));
    const { RootFS, Id } = await inspectedOut();
    const saved = await manifestOf(Id);
    assert.equal(saved.length, RootFS.Layers.length);
    assert.deepEqual(
      layers.map((line) => figureOf(found, line)?.compressedBytes),
      saved.slice(1).map(({ size }) => size),
    );
  });

  it('are rough for a stage that is not in the image: its cache counts packed layers, too', async () => {
    const found = await sizes.until(uri, dockerfile, (all) => figureOf(all, 2) !== undefined);
    const { bytes = 0, state, note } = figureOf(found, 2)!;
    assert.equal(state, 'about');
    assert.match(note ?? '', /compressed/);
    assert.ok(bytes >= 1_234_567 && bytes < 1_300_000, String(bytes));
  });

  it('are kept where the engine forgets its builds', async () => {
    await sizes.until(uri, dockerfile, are('exact'));
    await sizes.dispose();
    await docker('builder', 'prune', '--all', '--force');
    await docker('rmi', '--force', out);
    await docker('buildx', 'history', 'rm', '--all').catch(() => {}); // older ones have no such command
    sizes = looking();
    await sizes.until(uri, dockerfile, are('exact'));
  });

  it('are stale after a file was changed that is copied, and a prediction where it is copied', async () => {
    await sizes.until(uri, dockerfile, are('exact'));
    await writeFile(join(folder, 'b.txt'), 'another');
    contexts.changed([pathToFileURL(join(folder, 'b.txt')).href]);
    const expected = ['exact', 'about', 'stale', 'stale'];
    const found = await sizes.until(uri, dockerfile, (all) => isDeepStrictEqual(states(all), expected));
    assert.equal(figureOf(found, 5)?.bytes, 5007);
  });

  it('are rough for a build that failed', async () => {
    const text = `FROM ${base}\nRUN head -c 4321 /dev/zero > /early\nRUN false\n`;
    await writeFile(join(folder, 'Dockerfile'), text);
    sizes.of(uri, text);
    await assert.rejects(build());
    const found = await sizes.until(uri, text, (all) => figureOf(all, 2) !== undefined);
    assert.equal(figureOf(found, 2)?.state, 'about');
  });
});
