import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { listContainers } from '../../server/engine/containers.ts';
import { createEngine, type Engine } from '../../server/engine/engine.ts';
import { runContainer } from '../../server/engine/run.ts';
import { openLogs } from '../../server/engine/streams/logs.ts';
import { openShell } from '../../server/engine/streams/shell.ts';
import { registerStreams } from '../../server/handlers/streams.ts';
import { ProblemError } from '../../server/util/problemError.ts';
import { silentLog } from '../support/changes.ts';
import {
  busyboxImage,
  doorTo,
  engineOrSkip,
  removeTestThings,
  shellessImage,
  testLabel,
} from '../support/realEngine.ts';
import { StreamText } from '../support/streamText.ts';
import { until } from '../support/until.ts';
import { wire } from '../support/wire.ts';

const never = new AbortController().signal;

describe('streams of a real engine', function () {
  this.timeout(30_000);
  const image = `gantry-test/busybox:streams-${process.pid}`;
  const bare = `gantry-test/bare:streams-${process.pid}`;
  const base = { image, labels: testLabel, ports: [], init: true };
  const shell = (id: string) => ({ kind: 'shell', id, columns: 97, rows: 31 }) as const;
  let engine: Engine;
  let id: string;

  before(async function () {
    engine = await engineOrSkip(this);
    await busyboxImage(engine, image);
    await shellessImage(engine, bare);
    ({ id } = await runContainer(engine, { ...base, command: ['sleep', '600'] }, never));
  });
  after(async () => {
    if (engine === undefined) return;
    await removeTestThings(engine);
    engine.dispose();
  });

  async function ran(script: string): Promise<string> {
    return (await runContainer(engine, { ...base, command: ['sh', '-c', script] }, never)).id;
  }
  const logsOf = (id: string, more = {}) =>
    ({ kind: 'logs', id, tail: 100, follow: true, timestamps: false, ...more }) as const;
  async function processes(): Promise<string> {
    const top = (await engine.json({ method: 'GET', path: `/containers/${id}/top` }, never)) as {
      Processes: string[][];
    };
    return top.Processes.map((each) => each.at(-1)).join('\n');
  }
  const untilProcesses = (condition: (all: string) => boolean) => until(async () => condition(await processes()));

  describe('logs', () => {
    it('follow until the container stops', async () => {
      const running = await ran('echo grüße; echo late >&2; sleep 1; echo end 💥');
      const stream = new StreamText(await openLogs(engine, logsOf(running), never));
      await stream.until(/late/);
      assert.match(await stream.untilEnd(), /end 💥\n$/);
      assert.equal(stream.exitCode, undefined);
    });
    it('show the last lines, with their time', async () => {
      const running = await ran('seq 1 1000');
      await engine.json({ method: 'POST', path: `/containers/${running}/wait` }, never);
      const spec = logsOf(running, { tail: 2, follow: false, timestamps: true });
      const text = await new StreamText(await openLogs(engine, spec, never)).untilEnd();
      assert.match(text, /^\d{4}-\d\d-\d\dT\S+Z 999\n\d{4}-\d\d-\d\dT\S+Z 1000\n$/);
    });
    it('lose nothing of a lot', async () => {
      const running = await ran('seq 1 200000');
      const spec = logsOf(running, { tail: 1_000_000 });
      const text = await new StreamText(await openLogs(engine, spec, never)).untilEnd();
      assert.deepEqual(
        text.trimEnd().split('\n').map(Number),
        Array.from({ length: 200_000 }, (_, index) => index + 1),
      );
    });
    it('end with an abort', async () => {
      const controller = new AbortController();
      const stream = new StreamText(await openLogs(engine, logsOf(id), controller.signal));
      const end = stream.untilEnd();
      controller.abort();
      await assert.rejects(end);
    });
    it('of a container that is not there are a problem', async () => {
      await assert.rejects(openLogs(engine, logsOf('none'), never), isProblem('notFound', /none/));
    });
  });

  describe('shell', () => {
    it('has the size of the terminal, follows it, and tells the exit code', async () => {
      const open = await openShell(engine, shell(id), never);
      const stream = new StreamText(open);
      stream.write('stty size\n');
      await stream.until(/31 97\r\n/);
      open.terminal?.resize(120, 40);
      // The resize travels beside the input: ask until it has arrived.
      stream.write('until [ "$(stty size)" = "40 120" ]; do :; done; echo now $(stty size)\n');
      await stream.until(/now 40 120\r\n/);
      stream.write('echo $TERM; exit 42\n');
      await stream.untilEnd();
      assert.equal(stream.exitCode, 42);
      assert.match(stream.text, /xterm-256color/);
      assert.ok(!stream.text.includes('7777'), 'the process id is not shown');
    });

    it('is gone after it was closed, with what it started', async () => {
      const controller = new AbortController();
      const open = await openShell(engine, shell(id), controller.signal);
      const stream = new StreamText(open);
      stream.write('sleep 4321\n');
      await untilProcesses((all) => all.includes('sleep 4321'));
      controller.abort();
      await assert.rejects(stream.untilEnd());
      await untilProcesses((all) => !all.includes('4321') && !/\bash\b/.test(all));
    });

    it('is gone when it was closed while it started', async () => {
      const controller = new AbortController();
      let abortNow = () => controller.abort();
      const spying: Engine = {
        ...engine,
        dial(...all) {
          abortNow();
          abortNow = () => {};
          return engine.dial(...all);
        },
      };
      await assert.rejects(openShell(spying, shell(id), controller.signal), { name: 'AbortError' });
      await untilProcesses((all) => !/\bash\b/.test(all));
    });

    it('survives bytes that are no text', async () => {
      const stream = new StreamText(await openShell(engine, shell(id), never));
      stream.write("printf '\\377\\376 €uro'; exit\n");
      assert.match(await stream.untilEnd(), /\ufffd\ufffd €uro/);
    });

    it('is a plain problem where there is none', async () => {
      const bareRun = await runContainer(engine, { ...base, image: bare, command: ['sleep', '600'] }, never);
      await assert.rejects(openShell(engine, shell(bareRun.id), never), isProblem('unsupported', /no shell/));
    });

    it('is a problem in a container that does not run', async () => {
      const stopped = await ran('true');
      await engine.json({ method: 'POST', path: `/containers/${stopped}/wait` }, never);
      await assert.rejects(openShell(engine, shell(stopped), never), isProblem('conflict', /not running/));
    });

    it('ends with its container', async () => {
      const other = (await runContainer(engine, { ...base, command: ['sleep', '600'] }, never)).id;
      const stream = new StreamText(await openShell(engine, shell(other), never));
      await stream.until(/[#$] /);
      const end = stream.untilEnd();
      await engine.json({ method: 'DELETE', path: `/containers/${other}`, query: { force: true } }, never);
      await end;
    });

    it('goes over the wire: input, size, exit code, and an end when it is closed', async () => {
      const { server, client, close } = wire();
      const closeStreams = registerStreams(server, engine);
      server.listen();
      let text = '';
      const end = new Promise((resolve) => client.onNotification('gantry/stream/end', resolve));
      client.onNotification('gantry/stream/data', ({ data }: { data: string }) => {
        text += data;
      });
      try {
        const { stream } = await client.sendRequest<{ stream: number }>('gantry/stream/open', shell(id));
        await client.sendNotification('gantry/stream/write', { stream, data: 'stty size; exit 5\n' });
        assert.deepEqual(await end, { stream, exitCode: 5 });
        assert.match(text, /31 97\r\n/);

        const second = await client.sendRequest<{ stream: number }>('gantry/stream/open', shell(id));
        await client.sendNotification('gantry/stream/write', { stream: second.stream, data: 'sleep 8765\n' });
        await untilProcesses((all) => all.includes('sleep 8765'));
      } finally {
        await closeStreams();
        close();
      }
      await untilProcesses((all) => !all.includes('8765') && !/\bash\b/.test(all));
    });

    it('tells when the engine goes', async () => {
      const door = await doorTo(engine);
      const behind = createEngine({ env: { DOCKER_HOST: door.host }, log: silentLog });
      try {
        const stream = new StreamText(await openShell(behind, shell(id), never));
        const logs = new StreamText(await openLogs(behind, logsOf(id), never));
        await stream.until(/[#$] /);
        const ends = [stream.untilEnd(), logs.untilEnd()].map((end) =>
          assert.rejects(end, isProblem('unreachable', /./)),
        );
        await door.shut();
        await Promise.all(ends);
      } finally {
        behind.dispose();
        await door.close();
      }
    });
  });

  it('works through ssh', async function () {
    const { address } = await engine.status(never);
    if (!address.startsWith('unix:///')) return this.skip();
    const folder = await mkdtemp(join(tmpdir(), 'gantry-ssh-'));
    const path = process.env['PATH'];
    // What ssh does, without the network: it runs the words behind the host. docker is the real one.
    const script =
      '#!/bin/sh\nwhile [ "$1" != -- ]; do shift; done\nshift\n[ "$1" = far ] || { echo "no host $1" >&2; exit 255; }\nshift\nexec "$@"\n';
    await writeFile(join(folder, 'ssh'), script, { mode: 0o755 });
    process.env['PATH'] = `${folder}${delimiter}${path}`;
    const socket = address.slice('unix://'.length);
    const far = createEngine({ env: { DOCKER_HOST: `ssh://ann@far${socket}` }, log: silentLog });
    const wrong = createEngine({ env: { DOCKER_HOST: 'ssh://nowhere' }, log: silentLog });
    try {
      assert.ok((await listContainers(far, never)).some((container) => container.id === id));
      const stream = new StreamText(await openShell(far, shell(id), never));
      stream.write('exit 3\n');
      await stream.untilEnd();
      assert.equal(stream.exitCode, 3);
      await assert.rejects(wrong.status(never), isProblem('unreachable', /ssh says: no host nowhere/));
    } finally {
      process.env['PATH'] = path;
      far.dispose();
      wrong.dispose();
      await rm(folder, { recursive: true });
    }
  });
});

function isProblem(kind: string, message: RegExp): (error: unknown) => boolean {
  return (error) => {
    assert.ok(error instanceof ProblemError, String(error));
    assert.equal(error.problem.kind, kind, error.message);
    assert.match(error.message, message);
    return true;
  };
}
