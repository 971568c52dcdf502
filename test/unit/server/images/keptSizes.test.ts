import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createKeptSizes, type KeptSizesRoom } from '../../../../server/images/keptSizes.ts';
import type { Kept, KeptSize } from '../../../../server/language/sizes/sources.ts';
import { DiskCache } from '../../../../server/util/diskCache.ts';

const size = (bytes: number, at = 0): KeptSize => ({ bytes, startedAt: 0, at, cached: false });
const keptOf = (...sizes: readonly (readonly [string, KeptSize])[]): Kept => ({
  sizes: new Map(sizes),
  images: new Map([['name', 'engine sha256:1']]),
});

describe('kept sizes', () => {
  let folder: string;
  const rooms: KeptSizesRoom[] = [];
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'gantry-kept-'));
  });
  afterEach(async () => {
    for (const room of rooms.splice(0)) await room.dispose();
    await rm(folder, { recursive: true });
  });

  /** A room whose file was read. */
  async function room(uri = 'file:///w/Dockerfile'): Promise<KeptSizesRoom> {
    const disk = new DiskCache({ folder: () => folder, onProblem: (error) => assert.fail(String(error)) });
    const workspaceOf = (of: string) => of.slice(0, of.lastIndexOf('/'));
    const made = createKeptSizes({ disk, workspaceOf, now: () => 5 });
    rooms.push(made);
    const read = new Promise<void>((resolve) => void made.onDidChange(resolve));
    assert.equal(made.of(uri), undefined);
    await read;
    return made;
  }
  const sizesIn = (kept: KeptSizesRoom, uri = 'file:///w/Dockerfile') => [...(kept.of(uri)?.sizes ?? [])];

  it('outlive the process, for the workspace they are of', async () => {
    const first = await room();
    first.keep('file:///w/Dockerfile', keptOf(['k', { ...size(7), seconds: 1.5, layer: `sha256:${'a'.repeat(64)}` }]));
    await first.dispose();
    const second = await room();
    assert.deepEqual(sizesIn(second), [['k', { ...size(7), seconds: 1.5, layer: `sha256:${'a'.repeat(64)}` }]]);
    assert.deepEqual([...second.of('file:///w/other')!.images], [['name', 'engine sha256:1']]);
    assert.deepEqual(sizesIn(await room('file:///elsewhere/Dockerfile'), 'file:///elsewhere/Dockerfile'), []);
  });
  it('are those of the later build', async () => {
    const kept = await room();
    kept.keep('file:///w/Dockerfile', keptOf(['k', size(7, 2)]));
    kept.keep('file:///w/Dockerfile', keptOf(['k', size(8, 1)]));
    assert.deepEqual(sizesIn(kept), [['k', size(7, 2)]]);
    kept.keep('file:///w/Dockerfile', keptOf(['k', size(9, 3)]));
    assert.deepEqual(sizesIn(kept), [['k', size(9, 3)]]);
  });
  it('do not grow without end: the oldest go', async () => {
    const kept = await room();
    kept.keep(
      'file:///w/Dockerfile',
      keptOf(...Array.from({ length: 6100 }, (_, at) => [`k${at}`, size(at, at)] as const)),
    );
    const keys = sizesIn(kept).map(([key]) => key);
    assert.equal(keys.length, 6000);
    assert.equal(keys[0], 'k100');
    await kept.dispose();
    assert.equal(sizesIn(await room()).length, 6000);
  });
  it('of a file that somebody else wrote are those that make sense', async () => {
    const first = await room();
    first.keep('file:///w/Dockerfile', keptOf(['k', size(7)]));
    await first.dispose();
    const [name] = await readdir(folder);
    const file = join(folder, name!);
    const { value, ...rest } = JSON.parse(await readFile(file, 'utf8'));
    const bad = [{ bytes: -1 }, { bytes: 1.5 }, { bytes: '7' }, { startedAt: null }, { at: 'now' }].map(
      (more, index) => [`bad${index}`, { ...size(1), ...more }],
    );
    const sizes = [
      ...value.sizes,
      ...bad,
      'x',
      ['only'],
      ['l', { ...size(1), layer: '<b>' }],
      ['x'.repeat(300), size(1)],
    ];
    await writeFile(file, JSON.stringify({ ...rest, value: { sizes, images: [['n', 5], 'y'] } }));
    const second = await room();
    assert.deepEqual(sizesIn(second), [
      ['k', size(7)],
      ['l', size(1)],
    ]);
    assert.deepEqual([...second.of('file:///w/Dockerfile')!.images], []);
  });
});
