import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { listContainers } from '../../server/engine/containers.ts';
import { createEngine, type Engine } from '../../server/engine/engine.ts';
import type { EngineEvent } from '../../server/engine/events.ts';
import { pullImage } from '../../server/engine/pull.ts';
import { ProblemError } from '../../server/util/problemError.ts';
import { onceChanged, silentLog } from '../support/changes.ts';
import { type FakeEngine, json, startFakeEngine } from '../support/fakeEngine.ts';
import { until } from '../support/until.ts';

const anonymous = { find: async () => undefined };
const never = new AbortController().signal;

describe('engine connection', () => {
  let fake: FakeEngine;
  let engine: Engine;

  beforeEach(async () => {
    fake = await startFakeEngine();
    engine = engineAt(fake.host);
  });
  afterEach(async () => {
    engine.dispose();
    await fake.close();
  });

  it('connects once for many who ask at the same time', async () => {
    const answers = await Promise.all([engine.status(never), engine.status(never), listContainers(engine, never)]);
    assert.equal(answers[0].version, '27.0.1');
    assert.equal(answers[0].buildkit, true);
    assert.equal(answers[0].origin, 'DOCKER_HOST');
    assert.equal(fake.count('GET /version'), 1);
  });

  it('asks nothing before somebody asks it', () => {
    assert.deepEqual(fake.calls, []);
  });

  it('lists what was tried when nothing answers', async () => {
    await fake.stop();
    const problem = await problemOf(engine.status(never));
    assert.equal(problem.kind, 'unreachable');
    assert.deepEqual(problem.tried, [`DOCKER_HOST (${fake.host}): There is no such socket.`]);
    assert.ok(problem.next);
  });

  it('notices when the engine goes and when it returns, by itself', async () => {
    await engine.status(never);
    await until(() => fake.eventStreams === 1);
    const gone = onceChanged(engine, 'status');
    await fake.stop();
    await gone;
    assert.equal((await problemOf(listContainers(engine, never))).kind, 'unreachable');

    const back = onceChanged(engine, 'status');
    await fake.start();
    await back;
    assert.deepEqual(await listContainers(engine, never), []);
  });

  it('tells of nothing while a missing engine stays missing', async () => {
    await fake.stop();
    await problemOf(engine.status(never));
    const told: unknown[] = [];
    engine.onDidChange((what) => told.push(what));
    await problemOf(engine.status(never));
    await problemOf(engine.status(never));
    const marked = onceChanged(engine, 'builds');
    engine.announce('builds');
    await marked;
    assert.deepEqual(told, [['builds']]);
  });

  it('resumes the events one nanosecond after the last when the stream breaks', async () => {
    const seen: EngineEvent[] = [];
    engine.onEvent((event) => seen.push(event));
    await engine.status(never);
    await until(() => fake.eventStreams === 1);
    const heard = onceChanged(engine, 'containers');
    fake.emit(
      '{"Type":"container","Action":"start","Actor":{"ID":"a"},"time":1700000000,"timeNano":1700000000123456789}',
    );
    await heard;
    assert.deepEqual(
      seen.map(({ action, id }) => [action, id]),
      [['start', 'a']],
    );

    const again = onceChanged(engine, 'containers');
    const before = fake.count('GET /events');
    await fake.stop();
    await fake.start();
    await again;
    await until(() => fake.count('GET /events') > before);
    const resumed = fake.calls.filter((call) => call.startsWith('GET /events')).at(-1);
    assert.match(String(resumed), /since=1700000000\.123456790/);
  });

  it('gathers changes: a burst of events is one notification', async () => {
    const told: (readonly string[])[] = [];
    await engine.status(never);
    await until(() => fake.eventStreams === 1);
    engine.onDidChange((what) => told.push(what));
    const heard = onceChanged(engine, 'images');
    for (let index = 0; index < 200; index++) fake.emit(event('container', 'start', index));
    fake.emit(event('image', 'tag', 200));
    await heard;
    assert.deepEqual(told, [['containers', 'images']]);
  });

  it('hears nothing of health checks', async () => {
    const told: (readonly string[])[] = [];
    await engine.status(never);
    await until(() => fake.eventStreams === 1);
    engine.onDidChange((what) => told.push(what));
    const heard = onceChanged(engine, 'images');
    fake.emit(event('container', 'exec_create: /bin/check', 1));
    fake.emit(event('container', 'exec_die', 2));
    fake.emit(event('image', 'pull', 3));
    await heard;
    assert.deepEqual(told, [['images']]);
  });

  it('takes garbage among the events for a broken stream and goes on', async () => {
    await engine.status(never);
    await until(() => fake.eventStreams === 1);
    const before = fake.count('GET /events');
    fake.emit('}{ no json');
    await until(() => fake.count('GET /events') > before);
    const heard = onceChanged(engine, 'images');
    await until(() => fake.eventStreams > 0);
    fake.emit(event('image', 'tag', 1));
    await heard;
  });

  describe('answers that make no sense', () => {
    const cases: readonly (readonly [string, Parameters<FakeEngine['on']>[1], string, RegExp])[] = [
      ['no JSON', (_, response) => response.end('<html>login</html>'), 'badAnswer', /not JSON/],
      ['JSON of another shape', (_, response) => json(response, { hello: 1 }), 'badAnswer', /not a list/],
      ['no HTTP', (request) => request.socket.end('220 ftp ready\r\n'), 'badAnswer', /does not speak HTTP/],
      ['an error', (_, response) => json(response, { message: 'driver failed' }, 500), 'internal', /^driver failed\.$/],
      ['an error page', (_, response) => response.writeHead(502).end('<html>'), 'internal', /status 502/],
      [
        'a redirect elsewhere',
        (_, response) => response.writeHead(301, { Location: 'http://127.0.0.1:1/x' }).end(),
        'internal',
        /status 301/,
      ],
      ['a redirect to nowhere', (_, response) => response.writeHead(307, { Location: '//' }).end(), 'internal', /307/],
      ['nothing', (request) => request.socket.destroy(), 'unreachable', /closed the connection/],
      [
        'an answer that breaks off',
        (_, response) => response.writeHead(200, { 'Content-Length': 1000 }).write('[', () => response.destroy()),
        'unreachable',
        /closed the connection/,
      ],
    ];
    for (const [name, answer, kind, message] of cases) {
      it(name, async () => {
        fake.on('GET /containers/json', answer);
        const problem = await problemOf(listContainers(engine, never));
        assert.equal(problem.kind, kind);
        assert.match(problem.message, message);
      });
    }

    it('is no engine when it tells no version', async () => {
      fake.on('GET /version', (_, response) => json(response, []));
      assert.equal((await problemOf(engine.status(never))).kind, 'badAnswer');
    });

    it('maps entries of any shape without throwing', async () => {
      fake.on('GET /containers/json', (_, response) =>
        json(response, [null, 3, {}, { Id: 'x', Ports: [null], Labels: 7 }]),
      );
      const containers = await listContainers(engine, never);
      assert.deepEqual(
        containers.map(({ id }) => id),
        ['', '', '', 'x'],
      );
    });
  });

  it('aborts down to the socket', async () => {
    let closed: Promise<unknown> = Promise.reject(new Error('not asked'));
    closed.catch(() => {});
    fake.on('GET /containers/json', (request) => {
      closed = once(request.socket, 'close');
    });
    const controller = new AbortController();
    const list = listContainers(engine, controller.signal);
    await until(() => fake.count('GET /containers/json') === 1);
    controller.abort();
    await assert.rejects(list, { name: 'AbortError' });
    await closed;
  });

  it('lets one caller give up while another goes on', async () => {
    let release = () => {};
    fake.on('GET /version', (_, response) => {
      release = () => json(response, { Version: '1', ApiVersion: '1.45' });
    });
    const controller = new AbortController();
    const first = engine.status(controller.signal);
    const second = engine.status(never);
    await until(() => fake.count('GET /version') === 1);
    controller.abort();
    await assert.rejects(first, { name: 'AbortError' });
    release();
    assert.equal((await second).version, '1');
  });

  it('breaks what is under way when it is disposed, and leaves no connection', async () => {
    let sockets = 0;
    fake.on('GET /containers/json', (request) => {
      sockets++;
      request.socket.on('close', () => sockets--);
    });
    const list = listContainers(engine, never);
    await until(() => sockets === 1 && fake.eventStreams === 1);
    engine.dispose();
    await assert.rejects(list);
    await until(() => sockets === 0 && fake.eventStreams === 0);
    await assert.rejects(engine.status(never), { name: 'AbortError' });
  });

  it('follows a changed setting', async () => {
    const other = await startFakeEngine();
    other.on('GET /version', (_, response) =>
      json(response, { Version: '5.0', ApiVersion: '1.41', Components: [{ Name: 'Podman Engine' }] }),
    );
    let host: string | undefined;
    const switching = createEngine({ host: () => host, env: { DOCKER_HOST: fake.host }, log: silentLog });
    try {
      assert.equal((await switching.status(never)).product, 'docker');
      host = other.host;
      switching.reconnect();
      const status = await switching.status(never);
      assert.deepEqual([status.product, status.version, status.buildkit], ['podman', '5.0', false]);
      assert.equal(status.origin, 'setting gantry.engine.host');
    } finally {
      switching.dispose();
      await other.close();
    }
  });

  it('speaks TCP with the path of the address before that of the API', async () => {
    const seen: string[] = [];
    const server = createServer((socket) => {
      socket.on('data', (data) => {
        seen.push(String(data));
        socket.end('HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n');
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as { port: number };
    const remote = engineAt(`tcp://127.0.0.1:${port}/docker/`);
    try {
      assert.equal((await problemOf(remote.status(never))).kind, 'denied');
      assert.match(String(seen[0]), /^GET \/docker\/_ping\?? HTTP\/1.1\r\n/);
      assert.match(String(seen[0]), new RegExp(`Host: 127.0.0.1:${port}\r\n`));
    } finally {
      remote.dispose();
      await new Promise((resolve) => server.close(resolve));
    }
  });

  describe('pull', () => {
    const options = { platform: undefined, credentials: anonymous, onProgress: () => {} };

    it('is an error when the stream says so', async () => {
      fake.on('POST /images/create', (_, response) => {
        response.write('{"status":"Pulling from team/app","id":"1"}\r\n');
        response.end('{"errorDetail":{"message":"manifest unknown"},"error":"manifest unknown"}\r\n');
      });
      const problem = await problemOf(pullImage(engine, 'team/app', options, never));
      assert.deepEqual([problem.kind, problem.subject], ['notFound', 'team/app']);
      assert.ok(fake.calls.includes('POST /images/create?fromImage=docker.io%2Fteam%2Fapp&tag=latest'));
    });

    it('is an error when the stream breaks off', async () => {
      fake.on('POST /images/create', (_, response) => {
        response.write('{"status":"Downloading"', () => response.destroy());
      });
      assert.equal((await problemOf(pullImage(engine, 'team/app', options, never))).kind, 'unreachable');
    });

    it('asks for one tag, with the credentials of the registry', async () => {
      let header: unknown;
      fake.on('POST /images/create', (request, response) => {
        header = request.headers['x-registry-auth'];
        response.end('{"status":"Done"}\n');
      });
      const hosts: string[] = [];
      const find = async (host: string) => {
        hosts.push(host);
        return { kind: 'basic', username: 'ä', password: '>>>???' } as const;
      };
      await pullImage(engine, '127.0.0.1:5000/team/app', { ...options, credentials: { find } }, never);
      assert.deepEqual(hosts, ['127.0.0.1:5000']);
      assert.ok(fake.calls.includes('POST /images/create?fromImage=127.0.0.1%3A5000%2Fteam%2Fapp&tag=latest'));
      const decoded: unknown = JSON.parse(Buffer.from(String(header), 'base64url').toString());
      assert.deepEqual(decoded, { username: 'ä', password: '>>>???', serveraddress: '127.0.0.1:5000' });
      assert.equal(String(header).length % 4, 0);
      assert.doesNotMatch(String(header), /[+/]/);
    });
  });
});

function engineAt(host: string): Engine {
  return createEngine({ env: { DOCKER_HOST: host }, log: silentLog, random: () => 0 });
}

function event(type: string, action: string, index: number): object {
  return { Type: type, Action: action, Actor: { ID: String(index) }, timeNano: 1_700_000_000 + index };
}

async function problemOf(work: Promise<unknown>) {
  try {
    await work;
  } catch (error) {
    assert.ok(error instanceof ProblemError, String(error));
    return error.problem;
  }
  assert.fail('it should have failed');
}
