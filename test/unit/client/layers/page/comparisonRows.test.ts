import assert from 'node:assert/strict';
import { differing, layerPairs } from '../../../../../client/layers/page/comparisonRows.ts';
import type { AnalyzedLayer, FileDifference, ImageAnalysis } from '../../../../../common/layers.ts';

/** `COPY a=3` is a layer of 3 bytes that `COPY a` made. */
const image = (...layers: readonly string[]): ImageAnalysis => ({
  id: layers.join(),
  name: 'app',
  source: 'engine',
  platform: { os: 'linux', architecture: 'amd64' },
  bytes: 0,
  layers: layers.map((text): AnalyzedLayer => {
    const [createdBy = '', bytes = ''] = text.split('=');
    return { digest: text, bytes: Number(bytes), ...(createdBy !== '' && { createdBy }) };
  }),
});

function pairs(first: readonly string[], second: readonly string[], sharedLayers = 0): readonly string[] {
  const comparison = { first: image(...first), second: image(...second), sharedLayers, sharedBytes: 0 };
  return layerPairs(comparison).map((pair) => `${pair.first?.digest ?? ''} | ${pair.second?.digest ?? ''}`);
}

describe('the layers of two images', () => {
  it('stand for one another when the same instruction made them, whatever their size', () => {
    assert.deepEqual(pairs(['RUN a=1', 'COPY b=2'], ['RUN a=1', 'COPY b=9']), [
      'RUN a=1 | RUN a=1',
      'COPY b=2 | COPY b=9',
    ]);
  });

  it('come without those that are shared', () => {
    assert.deepEqual(pairs(['FROM=9', 'RUN a=1'], ['FROM=9', 'RUN a=2'], 1), ['RUN a=1 | RUN a=2']);
  });

  it('stand alone where the other image has none like them, each in its place', () => {
    assert.deepEqual(pairs(['RUN a=1', 'RUN old=2', 'COPY b=3'], ['RUN a=1', 'COPY b=3', 'RUN new=4']), [
      'RUN a=1 | RUN a=1',
      'RUN old=2 | ',
      'COPY b=3 | COPY b=3',
      ' | RUN new=4',
    ]);
  });

  it('of no known instruction are the same only by their digest', () => {
    assert.deepEqual(pairs(['=1', '=2'], ['=1', '=3']), ['=1 | =1', ' | =3', '=2 | ']);
  });

  it('stand for one another when an instruction was edited where it stands', () => {
    assert.deepEqual(pairs(['COPY a=1', 'RUN b=2', 'COPY c=3'], ['RUN b and d=4', 'ADD e=5', 'COPY c=3']), [
      'COPY a=1 | ',
      'RUN b=2 | RUN b and d=4',
      ' | ADD e=5',
      'COPY c=3 | COPY c=3',
    ]);
    assert.deepEqual(pairs(['RUN a=1', 'COPY c=3'], ['COPY c=3', 'RUN b=2']), [
      'RUN a=1 | ',
      'COPY c=3 | COPY c=3',
      ' | RUN b=2',
    ]);
  });

  it('end where either has no more', () => {
    assert.deepEqual(pairs([], ['RUN a=1']), [' | RUN a=1']);
    assert.deepEqual(pairs(['RUN a=1'], []), ['RUN a=1 | ']);
  });
});

describe('files that differ', () => {
  const files: readonly FileDifference[] = [
    { path: '/App/new', after: 5 },
    { path: '/app/gone', before: 50 },
    { path: '/app/grown', before: 1, after: 31 },
    { path: '/lib/shrunk', before: 9, after: 8 },
  ];
  const names = (...given: Parameters<typeof differing> extends [unknown, ...infer R] ? R : never) =>
    differing(files, ...given).map(({ path }) => path);

  it('come with the largest difference first, whichever way', () => {
    assert.deepEqual(names('all', ''), ['/app/gone', '/app/grown', '/App/new', '/lib/shrunk']);
  });

  it('are chosen by how they changed', () => {
    assert.deepEqual(names('grown', ''), ['/app/grown', '/App/new']);
    assert.deepEqual(names('shrunk', ''), ['/app/gone', '/lib/shrunk']);
    assert.deepEqual(names('new', ''), ['/App/new']);
    assert.deepEqual(names('gone', ''), ['/app/gone']);
  });

  it('are chosen by their path in any case', () => {
    assert.deepEqual(names('grown', '/APP'), ['/app/grown', '/App/new']);
  });
});
