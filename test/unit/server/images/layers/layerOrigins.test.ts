import assert from 'node:assert/strict';
import type { GraphStep } from '../../../../../server/engine/buildkit/provenance.ts';
import { asTheFileIs, originsIn } from '../../../../../server/images/layers/layerOrigins.ts';

const path = '/project/Dockerfile';

function step(id: number, kind: GraphStep['kind'], layers: string, ...lines: readonly number[]): GraphStep {
  return {
    ...{ id: `step${id}`, digest: '', kind, inputs: [], layers: [...layers] },
    root: id === 0 ? undefined : `step${id - 1}`,
    locations: lines.map((line) => ({ startLine: line, endLine: line + 1 })),
  };
}

const linesOf = (steps: readonly GraphStep[]) =>
  Object.fromEntries([...originsIn({ steps }, path)].map(([digest, { line }]) => [digest, line]));

describe('the lines that made layers', () => {
  it('are where the step that ends in the layer stands', () => {
    const steps = [step(0, 'image', 'a', 0), step(1, 'exec', 'ab', 1), step(2, 'file', 'abc', 4)];
    assert.deepEqual(linesOf(steps), { b: 1, c: 4 });
    assert.deepEqual(originsIn({ steps }, path).get('b'), { path, line: 1 });
  });

  it('are none where a step made no layer, and none of the base', () => {
    assert.deepEqual(linesOf([step(0, 'image', 'ab', 0), step(1, 'exec', 'ab', 1), step(2, 'exec', '', 2)]), {});
  });

  it('are none where several places stand for one step, or several steps for one layer', () => {
    assert.deepEqual(linesOf([step(0, 'image', 'a', 0), step(1, 'exec', 'ab', 1, 7)]), {});
    assert.deepEqual(linesOf([step(0, 'image', 'a', 0), step(1, 'exec', 'ab', 1), step(2, 'exec', 'abb', 2)]), {});
  });
});

describe('the lines that made layers, in the file as it is now', () => {
  const built = ['FROM a', 'RUN one', 'RUN two', ''];
  const origins = new Map(['b', 'c'].map((digest, index) => [digest, { path, line: index + 1 }]));
  const cases: readonly (readonly [name: string, now: readonly string[], lines: Readonly<Record<string, number>>])[] = [
    ['where nothing changed', built, { b: 1, c: 2 }],
    ['where they moved', ['# new', ...built], { b: 2, c: 3 }],
    ['unless they were edited', ['FROM a', 'RUN one more', 'RUN two'], { c: 2 }],
    ['unless they stand there twice, elsewhere', ['#', 'FROM a', 'RUN one', '#', 'RUN one', 'RUN two'], { c: 5 }],
    ['unless they went', ['FROM a'], {}],
  ];
  for (const [name, now, expected] of cases) {
    it(`are told ${name}`, () => {
      const found = asTheFileIs(origins, { dockerfile: built.join('\n') }, now.join('\r\n'));
      assert.deepEqual(Object.fromEntries([...found].map(([digest, { line }]) => [digest, line])), expected);
    });
  }
});
