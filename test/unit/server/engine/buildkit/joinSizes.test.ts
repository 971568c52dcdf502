import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import {
  type BuildTimes,
  type CacheRecord,
  importsCache,
  type LayeredImage,
  type LoggedStep,
  sizesFromCache,
  sizesFromImage,
} from '../../../../../server/engine/buildkit/joinSizes.ts';
import { readProvenance } from '../../../../../server/engine/buildkit/provenance.ts';

interface Recording {
  readonly times: BuildTimes;
  readonly provenance: object;
  readonly log: Readonly<Record<string, LoggedStep>>;
  readonly cache: readonly CacheRecord[];
  readonly image: LayeredImage;
}

describe('joining a past build with the build cache', () => {
  // Recorded from Docker Engine 26.1.5; its `source` says how.
  const path = new URL('../../../../fixtures/buildkit/stages.json', import.meta.url);
  const { times, provenance, log, cache, image } = JSON.parse(readFileSync(path, 'utf8')) as Recording;
  const graph = readProvenance(JSON.stringify(provenance))!;
  const logged = new Map(Object.entries(log));

  /** Bytes by line from 1. */
  const byLine = (sizes: ReadonlyMap<string, number>) =>
    Object.fromEntries(
      graph.steps.flatMap(({ id, locations }) => {
        const bytes = sizes.get(id);
        return bytes === undefined ? [] : locations.map(({ startLine }) => [startLine + 1, bytes]);
      }),
    );
  const joined = (records: readonly CacheRecord[], atOnce: boolean) =>
    byLine(sizesFromCache(graph.steps, logged, times, records, atOnce));
  const without = (test: (record: CacheRecord) => boolean) => cache.filter((record) => !test(record));
  const sized = (record: CacheRecord) => record.description.endsWith('$SIZE /dev/zero > /sized');

  it('reads the Dockerfile and the lines of its steps', () => {
    assert.match(graph.dockerfile, /^FROM \S+ AS build\nWORKDIR \/src\n/);
    assert.deepEqual(
      graph.steps.filter(({ kind }) => kind === 'exec').map(({ locations }) => locations[0]),
      [
        { startLine: 3, endLine: 3 },
        { startLine: 5, endLine: 5 },
        { startLine: 9, endLine: 9 },
      ],
    );
  });

  it('knows every step when the cache was read at once', () => {
    assert.deepEqual(joined(cache, true), { 2: 0, 3: 4321, 4: 33000, 6: 5, 9: 33000, 10: 54321 });
  });

  it('tells commands apart that differ in a build argument only', () => {
    assert.deepEqual(
      cache
        .filter(sized)
        .map(({ bytes }) => bytes)
        .sort(),
      [54321, 7].sort(),
    );
    assert.equal(joined(cache, false)[10], 54321);
  });

  it('says nothing of a step when two that ran then fit with different sizes', () => {
    const other = { ...cache.find((record) => sized(record) && record.bytes === 54321)!, id: 'other', bytes: 1 };
    assert.equal(joined([...cache, other], true)[10], undefined);
  });

  it('says nothing when the record was removed and only an older one of the same text is left', () => {
    assert.equal(
      joined(
        without((record) => sized(record) && record.bytes === 54321),
        true,
      )[10],
      undefined,
    );
  });

  it('knows of cached steps later only what a step that ran stands on', () => {
    // Line 9 was cached, 10 ran on top of it; 2 to 6 were cached and nothing ran on them.
    assert.deepEqual(joined(cache, false), { 9: 33000, 10: 54321 });
  });

  it('says nothing of a cached copy when another copy on the same parent has another size, however it is written', () => {
    const copy = cache.find(({ description, bytes }) => description === '[build 3/4] COPY . .' && bytes === 4321)!;
    const other = { ...copy, id: 'other', description: '[x 1/1] ADD ./ ./', bytes: 1 };
    assert.equal(joined([...cache, other], true)[3], undefined);
    assert.equal(joined([...cache, { ...other, bytes: copy.bytes }], true)[3], copy.bytes);
  });

  it('survives a damaged graph and an empty cache', () => {
    assert.deepEqual(joined([], true), {});
    const circle = graph.steps.map((step) => ({ ...step, root: step.id }));
    assert.deepEqual([...sizesFromCache(circle, logged, times, cache, true)], []);
  });

  it('takes the layers of the image where they are the steps’ own', () => {
    assert.deepEqual(byLine(sizesFromImage(graph.steps, image)), { 9: 33000, 10: 54321 });
  });

  it('says nothing from another image', () => {
    const layers = [image.layers[0]!, 'sha256:other', image.layers[2]!];
    assert.deepEqual(byLine(sizesFromImage(graph.steps, { ...image, layers })), {});
    assert.deepEqual(byLine(sizesFromImage(graph.steps, { layers: [], layerBytes: [] })), {});
  });

  for (const json of ['null', '[]', '{}', '{"buildConfig":{"llbDefinition":[1,null]}}', '{"predicate":7}']) {
    it(`has no graph in ${json}`, () => assert.equal(readProvenance(json), undefined));
  }
});

describe('importsCache', () => {
  for (const [attributes, expected] of [
    [{}, false],
    [{ 'cache-imports': '[]' }, false],
    [{ 'cache-imports': '[{"Type":"registry","Attrs":{"ref":"r/app:cache"}}]' }, true],
    [{ 'cache-from': 'r/app:cache' }, true],
  ] as const)
    it(`is ${expected} for ${JSON.stringify(attributes)}`, () => assert.equal(importsCache(attributes), expected));
});
