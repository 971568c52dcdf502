import assert from 'node:assert/strict';
import { connectBackend, RequestError } from '../../../../client/backend.ts';
import { askServer, entriesOf, problemIn, reportingBytes } from '../../../../client/layers/asking.ts';
import type { Content } from '../../../../client/layers/messages.ts';
import type { ImageAnalysis, LayerEntry } from '../../../../common/layers.ts';
import { type Handlers, memoryWire } from '../../../support/memoryWire.ts';

const never = new AbortController().signal;
const analysis: ImageAnalysis = {
  id: 'sha256:a',
  name: 'app:1',
  source: 'engine',
  platform: { os: 'linux', architecture: 'amd64' },
  bytes: 5,
  layers: [],
};
const shown: Content = { kind: 'analysis', analysis };
const subject = { kind: 'analysis', source: 'engine', reference: 'app:1' } as const;

function server(handlers: Handlers) {
  const wire = memoryWire(handlers);
  return { wire, backend: connectBackend(wire) };
}

describe('a panel asks', () => {
  it('for an analysis, and hears how far it is', async () => {
    const { wire, backend } = server({
      'gantry/layers/analyze': ({ progress = '' }) => {
        wire.tell('gantry/progress', { progress, value: { kind: 'analyze', current: 2, total: 5 } });
        return analysis;
      },
    });
    const seen: number[] = [];
    assert.deepEqual(await askServer(subject, backend, ({ current }) => seen.push(current), never), shown);
    assert.deepEqual(seen, [2]);
    const { params } = wire.requests[0]!;
    assert.deepEqual(params, { source: 'engine', reference: 'app:1', progress: 'client-1' });
  });

  it('for a comparison', async () => {
    const comparison = { first: analysis, second: analysis, sharedLayers: 0, sharedBytes: 0 };
    const { backend } = server({ 'gantry/layers/compare': () => comparison });
    const of = { kind: 'comparison', source: 'engine', first: 'a', second: 'b' } as const;
    assert.deepEqual(await askServer(of, backend, () => {}, never), { kind: 'comparison', comparison });
  });
});

describe('what goes wrong', () => {
  it('is shown with its reason and what to do', () => {
    const problem = { kind: 'notFound', subject: 'app:1', message: 'It is gone.', next: 'Build it.' } as const;
    assert.deepEqual(problemIn(new RequestError(problem), subject), { kind: 'problem', problem });
  });

  it('is no mistake where the user canceled it', () => {
    assert.deepEqual(problemIn(new DOMException('', 'AbortError'), subject), {
      kind: 'problem',
      problem: { subject: 'app:1', message: 'The analysis was canceled.' },
    });
  });
});

describe('a folder', () => {
  const entries: readonly LayerEntry[] = [{ name: 'a', kind: 'file', change: 'added', bytes: 1 }];
  const question = { kind: 'files', image: 'sha256:a', layer: 1, folder: '/' } as const;

  it('is answered with what it was asked for', async () => {
    const { wire, backend } = server({ 'gantry/layers/files': () => entries });
    assert.deepEqual(await entriesOf({ ...question, filter: 'x' }, shown, backend, never), {
      ...{ kind: 'entries', image: 'sha256:a', layer: 1, folder: '/', filter: 'x' },
      entries,
    });
    assert.deepEqual(wire.requests[0]?.params, { id: 'sha256:a', layer: 1, folder: '/', filter: 'x' });
  });

  it('of another image than the one that is shown is not asked for', async () => {
    const { wire, backend } = server({});
    const cases: readonly (readonly [Content, string])[] = [
      [{ kind: 'loading' }, 'sha256:a'],
      [shown, 'sha256:other'],
    ];
    for (const [content, image] of cases) {
      assert.equal((await entriesOf({ ...question, image }, content, backend, never)).kind, 'noEntries');
    }
    assert.deepEqual(wire.requests, []);
  });

  it('that cannot be had says why, and is not an empty one', async () => {
    const { backend } = server({
      'gantry/layers/files': () => {
        throw new RequestError({ kind: 'notFound', subject: 'x', message: 'It is gone.', next: 'Analyze again.' });
      },
    });
    assert.deepEqual(await entriesOf(question, shown, backend, never), {
      ...{ kind: 'noEntries', image: 'sha256:a', layer: 1, folder: '/' },
      message: 'It is gone. Analyze again.',
    });
  });
});

describe('progress in bytes', () => {
  it('moves forward only, and never beyond its end', () => {
    const seen: (readonly [string | undefined, number | undefined])[] = [];
    const report = reportingBytes(({ message, increment }) => seen.push([message, increment]), 'MB');
    for (const [current, total] of [
      [10, 100],
      [50, 100],
      [60, 200],
      [210, 200],
    ] as const) {
      report({ kind: 'analyze', current, total });
    }
    assert.deepEqual(seen, [
      ['10 B of 100 B', 10],
      ['50 B of 100 B', 40],
      ['60 B of 200 B', 0],
      ['210 B of 200 B', 50],
    ]);
  });
});
