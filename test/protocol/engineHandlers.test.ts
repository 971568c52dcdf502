import assert from 'node:assert/strict';
import type { ServerResponse } from 'node:http';
import { CancellationTokenSource, LSPErrorCodes, type ResponseError } from 'vscode-languageserver/node';
import type { Known, Problem } from '../../common/known.ts';
import { type ServerNotifications, type StreamSpec, streamWindowBytes } from '../../common/protocol.ts';
import { createEngine, type Engine } from '../../server/engine/engine.ts';
import { registerContainers } from '../../server/handlers/containers.ts';
import { registerEngine } from '../../server/handlers/engine.ts';
import { registerImages } from '../../server/handlers/images.ts';
import { registerStreams } from '../../server/handlers/streams.ts';
import { createHttp } from '../../server/registries/http.ts';
import { Registries } from '../../server/registries/registries.ts';
import { silentLog } from '../support/changes.ts';
import { fakeCredentials } from '../support/fakeCredentials.ts';
import { type FakeEngine, json, startFakeEngine } from '../support/fakeEngine.ts';
import { until } from '../support/until.ts';
import { type Wire, wire } from '../support/wire.ts';

describe('engine requests over the wire', () => {
  let fake: FakeEngine;
  let engine: Engine;
  let ends: Wire;
  let closeStreams: () => Promise<void>;
  let received: Received;

  beforeEach(async () => {
    fake = await startFakeEngine();
    engine = createEngine({ env: { DOCKER_HOST: fake.host }, log: silentLog });
    ends = wire();
    registerEngine(ends.server, engine);
    registerContainers(ends.server, engine);
    registerImages(
      ends.server,
      engine,
      { find: async () => undefined },
      new Registries({ http: createHttp({ env: {} }), credentials: fakeCredentials() }),
    );
    closeStreams = registerStreams(ends.server, engine);
    ends.server.listen();
    received = new Received(ends);
  });
  afterEach(async () => {
    await closeStreams();
    engine.dispose();
    ends.close();
    await fake.close();
  });

  const logs: StreamSpec = { kind: 'logs', id: 'x', tail: 10, follow: true, timestamps: false };
  const open = async (spec: StreamSpec = logs) =>
    (await ends.client.sendRequest<{ stream: number }>('gantry/stream/open', spec)).stream;

  /** A container with a terminal whose log is what `write` says. */
  function container(write: (response: ServerResponse) => void): void {
    fake.on('GET /containers/x/json', (_, response) => json(response, { Config: { Tty: true } }));
    fake.on('GET /containers/x/logs', (_, response) => write(response.writeHead(200)));
  }

  it('says in a list why there is none, and in a verb by the error’s data', async () => {
    fake.on('GET /containers/json', (_, response) => json(response, { message: 'no disk' }, 500));
    const list = await ends.client.sendRequest<Known<unknown>>('gantry/containers/list', {});
    assert.ok(list.state === 'failed');
    assert.equal(list.problem.message, 'no disk.');
    fake.on('DELETE /images/app:1', (_, response) => json(response, { message: 'in use' }, 409));
    const error = await ends.client.sendRequest('gantry/images/remove', { reference: 'app:1', force: false }).then(
      () => assert.fail('it should have failed'),
      (error: ResponseError<Problem>) => error,
    );
    assert.equal(error.code, LSPErrorCodes.RequestFailed);
    const { next, ...problem } = error.data ?? {};
    assert.deepEqual(problem, { kind: 'conflict', subject: 'app:1', message: 'in use.' });
    assert.match(String(next), /containers that use it/);
  });

  it('ends a cancelled request down to the engine', async () => {
    let closed = 0;
    fake.on('GET /images/json', (request) => request.socket.on('close', () => closed++));
    const source = new CancellationTokenSource();
    const list = ends.client.sendRequest('gantry/images/list', {}, source.token);
    await until(() => fake.count('GET /images/json') === 1);
    source.cancel();
    await assert.rejects(list, { code: LSPErrorCodes.RequestCancelled });
    await until(() => closed > 0);
  });

  it('tells of changes', async () => {
    await ends.client.sendRequest('gantry/engine/status', {});
    const told = received.next('gantry/engine/changed');
    engine.announce('builds');
    assert.deepEqual(await told, { what: ['builds'] });
  });

  it('tells the progress of a pull', async () => {
    fake.on('POST /images/create', (_, response) => {
      response.write('{"id":"a","status":"Downloading","progressDetail":{"current":3,"total":7}}\n');
      response.end('{"id":"a","status":"Download complete"}\n');
    });
    await ends.client.sendRequest('gantry/images/pull', { reference: 'app', progress: 'p' });
    assert.deepEqual(received.all('gantry/progress'), [
      { progress: 'p', value: { kind: 'pull', current: 3, total: 7, status: 'Downloading' } },
      { progress: 'p', value: { kind: 'pull', current: 7, total: 7, status: 'Download complete' } },
    ]);
  });

  describe('streams', () => {
    it('hand on the text and then their end, once', async () => {
      container((response) => {
        const bytes = Buffer.from('grüße 💥');
        response.write(bytes.subarray(0, 3));
        setImmediate(() => response.end(bytes.subarray(3)));
      });
      const stream = await open();
      await received.next('gantry/stream/end');
      assert.equal(received.text(stream), 'grüße 💥');
      assert.deepEqual(received.all('gantry/stream/end'), [{ stream }]);
    });

    it('have at most the window unacknowledged, hold the source meanwhile, and lose nothing', async () => {
      const total = 8 * 1024 * 1024;
      const text = '0123456789abcde\n'.repeat(total / 16);
      let sent = 0;
      container((response) => response.end(text, () => sent++));
      const stream = await open();
      await until(() => received.bytes(stream) > streamWindowBytes - 64 * 1024);
      for (let turn = 0; turn < 200; turn++) await new Promise(setImmediate);
      assert.ok(received.bytes(stream) <= streamWindowBytes, String(received.bytes(stream)));
      assert.equal(sent, 0, 'the engine was held back');

      let acknowledged = 0;
      const end = received.next('gantry/stream/end');
      const acknowledge = () => {
        const bytes = received.bytes(stream) - acknowledged;
        acknowledged += bytes;
        if (bytes > 0) void ends.client.sendNotification('gantry/stream/acknowledge', { stream, bytes });
      };
      const stop = received.onData(acknowledge);
      acknowledge();
      await end;
      stop();
      assert.equal(received.text(stream), text);
    });

    it('tell why they broke', async () => {
      container((response) => response.write('half', () => response.destroy()));
      const stream = await open();
      const end = await received.next('gantry/stream/end');
      assert.deepEqual([end.stream, end.problem?.kind], [stream, 'unreachable']);
      assert.equal(received.text(stream), 'half');
    });

    it('end when the client closes them, down to the engine, without a problem', async () => {
      let closed = 0;
      container((response) => {
        response.write('x');
        response.on('close', () => closed++);
      });
      const stream = await open();
      const end = received.next('gantry/stream/end');
      await ends.client.sendNotification('gantry/stream/close', { stream });
      assert.deepEqual(await end, { stream });
      await until(() => closed > 0);
    });

    it('end also while the client has not acknowledged what they sent', async () => {
      container((response) => void response.write('x'.repeat(streamWindowBytes * 4)));
      const stream = await open();
      await until(() => received.bytes(stream) > streamWindowBytes / 2);
      const end = received.next('gantry/stream/end');
      await ends.client.sendNotification('gantry/stream/close', { stream });
      assert.deepEqual(await end, { stream });
    });

    it('all end with the connection', async () => {
      let openNow = 0;
      container((response) => {
        openNow++;
        response.write('x');
        response.on('close', () => openNow--);
      });
      await Promise.all([open(), open(), open()]);
      assert.equal(openNow, 3);
      await closeStreams();
      await until(() => openNow === 0);
    });

    it('do not open for what is not there', async () => {
      fake.on('GET /containers/x/json', (_, response) => json(response, { message: 'No such container: x' }, 404));
      await assert.rejects(open(), (error: ResponseError<Problem>) => error.data?.kind === 'notFound');
    });

    it('do not mind messages about streams that are over', async () => {
      for (const [method, more] of [
        ['write', { data: 'x' }],
        ['resize', { columns: 1, rows: 1 }],
        ['acknowledge', { bytes: 1 }],
        ['close', {}],
      ] as const) {
        await ends.client.sendNotification(`gantry/stream/${method}`, { stream: 99, ...more });
      }
      container((response) => response.end('fine'));
      const stream = await open();
      await received.next('gantry/stream/end');
      assert.equal(received.text(stream), 'fine');
    });
  });
});

type Told = ServerNotifications;

/** What the client was told, in order. */
class Received {
  private readonly told: { readonly method: keyof Told; readonly params: unknown }[] = [];
  private readonly waiting = new Map<keyof Told, (params: unknown) => void>();
  private readonly dataListeners = new Set<() => void>();
  private readonly streams = new Map<number, { text: string; bytes: number }>();

  constructor({ client }: Wire) {
    const methods: readonly (keyof Told)[] = [
      'gantry/engine/changed',
      'gantry/progress',
      'gantry/stream/data',
      'gantry/stream/end',
    ];
    for (const method of methods) {
      client.onNotification(method, (params: unknown) => {
        this.told.push({ method, params });
        this.waiting.get(method)?.(params);
        if (method === 'gantry/stream/data') this.add(params as Told['gantry/stream/data']);
      });
    }
  }

  all<M extends keyof Told>(method: M): readonly Told[M][] {
    return this.told.filter((each) => each.method === method).map(({ params }) => params as Told[M]);
  }

  /** The first one, also when it has come already. */
  next<M extends keyof Told>(method: M): Promise<Told[M]> {
    const [first] = this.all(method);
    if (first !== undefined) return Promise.resolve(first);
    return new Promise((resolve) => this.waiting.set(method, (params) => resolve(params as Told[M])));
  }

  onData(listener: () => void): () => void {
    this.dataListeners.add(listener);
    return () => this.dataListeners.delete(listener);
  }

  text(stream: number): string {
    return this.streams.get(stream)?.text ?? '';
  }

  bytes(stream: number): number {
    return this.streams.get(stream)?.bytes ?? 0;
  }

  private add({ stream, data }: Told['gantry/stream/data']): void {
    this.streams.set(stream, {
      text: this.text(stream) + data,
      bytes: this.bytes(stream) + Buffer.byteLength(data),
    });
    for (const listener of this.dataListeners) listener();
  }
}
