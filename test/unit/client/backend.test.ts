import assert from 'node:assert/strict';
import { connectBackend, type StreamSink } from '../../../client/backend.ts';
import { memoryWire } from '../../support/memoryWire.ts';

function recordingSink(): StreamSink & { readonly events: string[] } {
  const events: string[] = [];
  return {
    events,
    data: (data) => events.push(data),
    end: ({ exitCode, problem }) => events.push(`end ${exitCode ?? problem?.kind ?? ''}`),
  };
}

const logs = { kind: 'logs', id: 'c', tail: 10, follow: true, timestamps: false } as const;

describe('backend: progress', () => {
  it('gives a pull only its own progress and lets go of it afterwards', async () => {
    const wire = memoryWire({
      'gantry/images/pull': ({ progress = '' }) => {
        wire.tell('gantry/progress', {
          progress,
          value: { kind: 'pull', current: 1, total: 2, status: 'Downloading' },
        });
        wire.tell('gantry/progress', { progress: 'other', value: { kind: 'pull', current: 9, total: 9, status: '' } });
        return null;
      },
    });
    const backend = connectBackend(wire);
    const before = wire.listeners;
    const seen: number[] = [];
    await backend.pull({ reference: 'busybox' }, ({ current }) => seen.push(current));
    assert.deepEqual(seen, [1]);
    assert.equal(wire.listeners, before);
  });

  it('lets go of the progress of a pull that fails', async () => {
    const wire = memoryWire({
      'gantry/images/pull': () => {
        throw new Error('no');
      },
    });
    const backend = connectBackend(wire);
    const before = wire.listeners;
    await assert.rejects(backend.pull({ reference: 'busybox' }, () => {}));
    assert.equal(wire.listeners, before);
  });
});

describe('backend: layers', () => {
  it('gives an analysis its progress, and asks for files of it', async () => {
    const wire = memoryWire({
      'gantry/layers/analyze': ({ progress = '', reference }) => {
        wire.tell('gantry/progress', { progress, value: { kind: 'analyze', current: 5, total: 9 } });
        const platform = { os: 'linux', architecture: 'amd64' };
        return { id: 'sha256:a', name: reference, source: 'engine', platform, bytes: 0, layers: [] };
      },
      'gantry/layers/files': () => [],
    });
    const backend = connectBackend(wire);
    const seen: number[] = [];
    const question = { reference: 'app:1', source: 'engine' } as const;
    const { id } = await backend.analyzeLayers(question, ({ current }) => seen.push(current));
    assert.deepEqual(seen, [5]);
    await backend.layerFiles({ id, layer: 0, folder: '/', filter: 'x' });
    assert.deepEqual(wire.requests.at(-1)?.params, { id: 'sha256:a', layer: 0, folder: '/', filter: 'x' });
  });
});

describe('backend: streams', () => {
  it('acknowledges in bytes of UTF-8 what was shown', async () => {
    const wire = memoryWire({ 'gantry/stream/open': () => ({ stream: 7 }) });
    await connectBackend(wire).openStream(logs, recordingSink());
    wire.tell('gantry/stream/data', { stream: 7, data: 'añ→' });
    assert.deepEqual(wire.notifications, [{ method: 'gantry/stream/acknowledge', params: { stream: 7, bytes: 6 } }]);
  });

  it('loses nothing that arrives before the answer to open', async () => {
    const wire = memoryWire({
      'gantry/stream/open': () => {
        wire.tell('gantry/stream/data', { stream: 7, data: 'early' });
        wire.tell('gantry/stream/end', { stream: 7, exitCode: 0 });
        return { stream: 7 };
      },
    });
    const sink = recordingSink();
    await connectBackend(wire).openStream(logs, sink);
    assert.deepEqual(sink.events, ['early', 'end 0']);
  });

  it('shows nothing of a stream that was closed, and tells the server of the close once', async () => {
    const wire = memoryWire({ 'gantry/stream/open': () => ({ stream: 7 }) });
    const sink = recordingSink();
    const stream = await connectBackend(wire).openStream(logs, sink);
    stream.close();
    stream.close();
    wire.tell('gantry/stream/data', { stream: 7, data: 'late' });
    stream.write('x');
    assert.deepEqual(sink.events, []);
    assert.deepEqual(wire.notifications, [{ method: 'gantry/stream/close', params: { stream: 7 } }]);
  });

  it('ends every stream with a reason when the server stops', async () => {
    const wire = memoryWire({ 'gantry/stream/open': () => ({ stream: 7 }) });
    const sink = recordingSink();
    await connectBackend(wire).openStream(logs, sink);
    wire.stop();
    wire.stop();
    assert.deepEqual(sink.events, ['end internal']);
  });
});

describe('backend: changes', () => {
  it('takes everything for changed when the server comes back, and lets go of both ways', () => {
    const wire = memoryWire({});
    const backend = connectBackend(wire);
    const seen: string[] = [];
    const stops = [
      backend.onEngineChanged((what) => seen.push(what.join())),
      backend.onRegistriesChanged((host) => seen.push(host ?? 'all registries')),
    ];
    wire.tell('gantry/engine/changed', { what: ['images'] });
    wire.comeBack();
    for (const stop of stops) stop();
    wire.comeBack();
    wire.tell('gantry/registries/changed', {});
    assert.deepEqual(seen, ['images', 'status,containers,images,builds', 'all registries']);
  });
});
