import assert from 'node:assert/strict';
import { actOnContainer, listContainers } from '../../server/engine/containers.ts';
import { debugReady } from '../../server/engine/debugReady.ts';
import { createEngine, type Engine } from '../../server/engine/engine.ts';
import { imageConfig, listImages, removeImage, tagImage } from '../../server/engine/images.ts';
import { pullImage } from '../../server/engine/pull.ts';
import { runContainer } from '../../server/engine/run.ts';
import { ProblemError } from '../../server/util/problemError.ts';
import { onceChanged, silentLog } from '../support/changes.ts';
import { busyboxImage, doorTo, engineOrSkip, removeTestThings, testLabel } from '../support/realEngine.ts';
import { until } from '../support/until.ts';

const never = new AbortController().signal;

describe('containers and images of a real engine', function () {
  this.timeout(30_000);
  const image = `gantry-test/busybox:containers-${process.pid}`;
  const base = { image, labels: testLabel, ports: [], init: true };
  let engine: Engine;

  before(async function () {
    engine = await engineOrSkip(this);
    await busyboxImage(engine, image);
  });
  after(async () => {
    if (engine === undefined) return;
    await removeTestThings(engine);
    engine.dispose();
  });

  it('runs an image on a free port and reads back which', async () => {
    const command = ['httpd', '-f', '-h', '/www', '-p', '8080'];
    const ports = [{ containerPort: 8080, protocol: 'tcp', hostPort: 0 }] as const;
    const run = await runContainer(engine, { ...base, command, ports }, never);
    assert.equal(run.ports.length, 1);
    const { hostPort, hostIp } = run.ports[0]!;
    assert.equal(hostIp, '127.0.0.1');
    assert.equal(await fetchText(`http://127.0.0.1:${hostPort}/`), 'hello from the container\n');

    const listed = (await listContainers(engine, never)).find(({ id }) => id === run.id);
    assert.deepEqual([listed?.name, listed?.image, listed?.state], [run.name, image, 'running']);
    assert.deepEqual(listed?.ports, run.ports);
  });

  it('says which port is taken and leaves nothing behind', async () => {
    const ports = (hostPort: number) => [{ containerPort: 80, protocol: 'tcp' as const, hostPort }];
    const first = await runContainer(engine, { ...base, command: ['sleep', '600'], ports: ports(0) }, never);
    const taken = first.ports[0]!.hostPort!;
    const name = `gantry-test-taken-${process.pid}`;
    const problem = await problemOf(
      runContainer(engine, { ...base, name, command: ['sleep', '600'], ports: ports(taken) }, never),
    );
    assert.equal(problem.kind, 'conflict');
    assert.match(problem.message, new RegExp(`port 127.0.0.1:${taken} is taken`));
    assert.ok(!(await listContainers(engine, never)).some((container) => container.name === name));
  });

  it('says why a command cannot start, and leaves nothing behind', async () => {
    const name = `gantry-test-nothing-${process.pid}`;
    const problem = await problemOf(
      runContainer(engine, { ...base, init: false, name, command: ['/no/such/thing'] }, never),
    );
    assert.match(problem.message, /no such thing|no such file|not found/i);
    assert.ok(!(await listContainers(engine, never)).some((container) => container.name === name));
  });

  it('is content with a command that is done before one can look', async () => {
    for (let index = 0; index < 5; index++) {
      const run = await runContainer(engine, { ...base, command: ['true'], autoRemove: true }, never);
      assert.deepEqual(run.ports, []);
    }
  });

  it('leaves nothing behind when the caller gives up', async () => {
    const name = `gantry-test-abort-${process.pid}`;
    const controller = new AbortController();
    const run = runContainer(engine, { ...base, name, command: ['sleep', '600'] }, controller.signal);
    controller.abort();
    await assert.rejects(run, { name: 'AbortError' });
    assert.ok(!(await listContainers(engine, never)).some((container) => container.name === name));
  });

  it('says that an image is missing, and that a name is taken', async () => {
    const missing = await problemOf(runContainer(engine, { ...base, image: 'gantry-test/none:1' }, never));
    assert.deepEqual([missing.kind, missing.next], ['notFound', 'Pull or build the image first.']);
    const name = `gantry-test-twice-${process.pid}`;
    await runContainer(engine, { ...base, name, command: ['sleep', '600'] }, never);
    const twice = await problemOf(runContainer(engine, { ...base, name, command: ['sleep', '600'] }, never));
    assert.equal(twice.kind, 'conflict');
    assert.match(String(twice.next), new RegExp(name));
  });

  it('does each verb, and tells of it by an event', async () => {
    const { id } = await runContainer(engine, { ...base, command: ['sleep', '600'] }, never);
    const state = async () => (await listContainers(engine, never)).find((container) => container.id === id)?.state;
    for (const [action, after] of [
      ['pause', 'paused'],
      ['unpause', 'running'],
      ['restart', 'running'],
      ['stop', 'exited'],
      ['stop', 'exited'],
      ['start', 'running'],
      ['kill', 'exited'],
      ['remove', undefined],
    ] as const) {
      let heard = onceChanged(engine, 'containers');
      await actOnContainer(engine, id, action, never);
      // The engine's list may be a moment behind its answer; its event is not.
      for (; (await state()) !== after; heard = onceChanged(engine, 'containers')) await heard;
    }
    assert.equal((await problemOf(actOnContainer(engine, id, 'start', never))).kind, 'notFound');
  });

  it('refuses to remove an image in use, tells tags apart from images', async () => {
    await runContainer(engine, { ...base, command: ['sleep', '600'] }, never);
    const { id } = await imageConfig(engine, image, never);
    assert.equal((await problemOf(removeImage(engine, id, false, never))).kind, 'conflict');

    const second = `gantry-test/busybox:second-${process.pid}`;
    const heard = onceChanged(engine, 'images');
    await tagImage(engine, image, second, never);
    await heard;
    const tags = async () => (await listImages(engine, never)).find((each) => each.id === id)?.tags ?? [];
    assert.deepEqual([...(await tags())].sort(), [image, second].sort());
    await removeImage(engine, second, false, never);
    assert.deepEqual(await tags(), [image]);
  });

  it('tells what running an image needs', async () => {
    const config = await imageConfig(engine, image, never);
    assert.deepEqual(config.environment, ['PATH=/bin:/sleeper']);
    assert.equal(config.platform.os, 'linux');
    assert.equal(config.labels['gantry.test'], testLabel['gantry.test']);
    const listed = (await listImages(engine, never)).find(({ id }) => id === config.id);
    assert.equal(listed?.bytes, config.bytes);
    assert.equal((await problemOf(imageConfig(engine, 'gantry-test/none:1', never))).kind, 'notFound');
    // Never the answer of another path.
    assert.match((await problemOf(imageConfig(engine, '../info', never))).message, /status 301|invalid reference/);
  });

  it('cannot pull from a registry where nobody listens, and says so', async () => {
    const options = { platform: undefined, credentials: { find: async () => undefined }, onProgress: () => {} };
    const problem = await problemOf(pullImage(engine, '127.0.0.1:1/none', options, never));
    assert.equal(problem.kind, 'unreachable');
  });

  describe('waiting for a debugger', () => {
    const inspector = 'mkdir -p /tmp/w/json; echo "[]" > /tmp/w/json/list';

    it('waits until it answers', async () => {
      const command = ['sh', '-c', `busybox ${inspector}; sleep 0.5; exec httpd -f -h /tmp/w -p 9229`];
      const ports = [{ containerPort: 9229, protocol: 'tcp', hostPort: 0 }] as const;
      const { id, ports: published } = await runContainer(engine, { ...base, command, ports }, never);
      await debugReady(engine, id, published[0]!.hostPort!, 10_000, never);
    });

    it('shows the last lines of a container that stops instead', async () => {
      const command = ['sh', '-c', 'echo it is broken; sleep 0.3; exit 7'];
      const ports = [{ containerPort: 9229, protocol: 'tcp', hostPort: 0 }] as const;
      const { id, ports: published } = await runContainer(engine, { ...base, command, ports }, never);
      const problem = await problemOf(debugReady(engine, id, published[0]!.hostPort!, 10_000, never));
      assert.match(problem.message, /exit code 7:\nit is broken$/);
    });

    it('ends after its time, and at once when aborted', async () => {
      const ports = [{ containerPort: 9229, protocol: 'tcp', hostPort: 0 }] as const;
      const { id, ports: published } = await runContainer(engine, { ...base, command: ['sleep', '600'], ports }, never);
      const port = published[0]!.hostPort!;
      assert.equal((await problemOf(debugReady(engine, id, port, 200, never))).kind, 'timeout');
      const controller = new AbortController();
      const waiting = debugReady(engine, id, port, 60_000, controller.signal);
      controller.abort();
      await assert.rejects(waiting, { name: 'AbortError' });
    });
  });

  it('finds an engine again that was gone while in use', async () => {
    const door = await doorTo(engine);
    const behind = createEngine({ env: { DOCKER_HOST: door.host }, log: silentLog });
    try {
      const events: string[] = [];
      behind.onEvent(({ type, action, id }) => events.push(`${type} ${action} ${id}`));
      await listContainers(behind, never);
      const gone = onceChanged(behind, 'status');
      await door.shut();
      await gone;
      assert.equal((await problemOf(listContainers(behind, never))).kind, 'unreachable');
      const { id } = await runContainer(engine, { ...base, command: ['sleep', '600'] }, never);
      const back = onceChanged(behind, 'containers');
      await door.open();
      await back;
      assert.ok((await listContainers(behind, never)).some((container) => container.id === id));
    } finally {
      behind.dispose();
      await door.close();
    }
  });

  it('misses no event of while the connection was broken', async () => {
    const door = await doorTo(engine);
    const behind = createEngine({ env: { DOCKER_HOST: door.host }, log: silentLog });
    try {
      const heard = (action: string, id?: string) =>
        new Promise<string>((resolve) => {
          const stop = behind.onEvent((event) => {
            if (event.action !== action || (id !== undefined && event.id !== id)) return;
            stop();
            resolve(event.id);
          });
        });
      await behind.status(never);
      // Until the stream is open nothing is heard: make something happen until it is.
      let open = false;
      const first = heard('start').then(() => {
        open = true;
      });
      await until(async () => {
        if (!open) await runContainer(engine, { ...base, command: ['true'] }, never);
        return open;
      });
      await first;

      await door.shut();
      const { id } = await runContainer(engine, { ...base, command: ['sleep', '600'] }, never);
      const missed = heard('start', id);
      await door.open();
      assert.equal(await missed, id);
    } finally {
      behind.dispose();
      await door.close();
    }
  });
});

/** The container has started; its server may need another moment. */
async function fetchText(url: string): Promise<string> {
  let text: string | undefined;
  await until(async () => {
    text = await fetch(url).then(
      (answer) => answer.text(),
      () => undefined,
    );
    return text !== undefined;
  });
  return String(text);
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
