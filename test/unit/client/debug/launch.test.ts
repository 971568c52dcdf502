import assert from 'node:assert/strict';
import { connectBackend, RequestError } from '../../../../client/backend.ts';
import { type ContainerDebug, sessionKey } from '../../../../client/debug/configuration.ts';
import { attach, type LaunchWorld, launch } from '../../../../client/debug/launch.ts';
import { debugSessions, type Made } from '../../../../client/debug/sessions.ts';
import { known } from '../../../../common/known.ts';
import type { EngineStatus, RunSpec } from '../../../../common/protocol.ts';
import { type Handlers, memoryWire } from '../../../support/memoryWire.ts';
import { container, imageConfig } from '../../../support/samples.ts';

const signal = new AbortController().signal;
const launchOf = (given: Partial<ContainerDebug>): ContainerDebug => ({
  type: 'container',
  request: 'launch',
  name: 'Debug',
  ...given,
});

/** Removes by writing down what. */
const into = (removed: string[]) => async (made: Made) => {
  removed.push(...Object.values(made));
};

function memoryMemento() {
  const values = new Map<string, unknown>();
  return {
    get: <T>(key: string, fallback?: T) => (values.get(key) ?? fallback) as T,
    update: async (key: string, value: unknown) => void values.set(key, structuredClone(value)),
  };
}

/** A world where every step works but those that `handlers` answer otherwise. */
function worldOf(handlers: Handlers = {}, given: Partial<LaunchWorld> = {}) {
  const runs: RunSpec[] = [];
  const removed: string[] = [];
  const wire = memoryWire({
    'gantry/images/config': () =>
      imageConfig({
        entrypoint: ['docker-entrypoint.sh'],
        command: ['node', 'server.js'],
        workingDirectory: '/srv/app',
      }),
    'gantry/containers/run': (spec) => {
      runs.push(spec);
      return { id: 'c1', name: spec.name ?? '', ports: [{ containerPort: 9229, protocol: 'tcp', hostPort: 32768 }] };
    },
    'gantry/debug/ready': () => null,
    'gantry/engine/status': () => engineAt('unix:///var/run/docker.sock'),
    ...handlers,
  });
  const backend = connectBackend(wire);
  const sessions = debugSessions(memoryMemento(), into(removed));
  const world: LaunchWorld = {
    backend,
    sessions,
    build: async (spec) => ({ kind: 'built', imageId: 'sha256:1', tags: spec.tags, seconds: 1 }),
    run: backend.run,
    contextOf: () => undefined,
    workspaceFolder: '/w',
    newSession: () => 'beef',
    publish: () => [{ containerPort: 3000, protocol: 'tcp', hostPort: 3000, hostIp: '127.0.0.1' }],
    ...given,
  };
  return { world, runs, removed, wire };
}

const engineAt = (address: string) =>
  known<EngineStatus>(
    {
      ...({ origin: 'DOCKER_HOST', product: 'docker', version: '28', apiVersion: '1.50', buildkit: true } as const),
      platform: { os: 'linux', architecture: 'amd64' },
      address,
    },
    0,
  );

describe('launch', () => {
  for (const address of ['ssh://ann@far', 'tcp://10.0.0.7:2376', 'tcp://localhost.example:2375']) {
    it(`refuses at once an engine on another machine: ${address}`, async () => {
      const { world, runs } = worldOf({ 'gantry/engine/status': () => engineAt(address) });
      const launching = launch(launchOf({ image: 'app' }), world, () => {}, signal);
      await assert.rejects(launching, (error) => error instanceof RequestError && error.problem.subject === address);
      assert.deepEqual(runs, []);
    });
  }
  for (const address of ['npipe:////./pipe/docker_engine', 'tcp://127.0.0.1:2375', 'tcp://[::1]:2375']) {
    it(`knows an engine on this machine: ${address}`, async () => {
      const { world, runs } = worldOf({ 'gantry/engine/status': () => engineAt(address) });
      await launch(launchOf({ image: 'app' }), world, () => {}, signal);
      assert.equal(runs.length, 1);
    });
  }

  it('removes what it built with the container when it does not come to a session', async () => {
    const failing = () => {
      throw new Error('no');
    };
    const { world, removed } = worldOf({ 'gantry/debug/ready': failing });
    await assert.rejects(launch(launchOf({ dockerfile: 'app/Dockerfile' }), world, () => {}, signal));
    assert.deepEqual(removed, ['app-debug-beef', 'app:debug']);
  });

  it('builds, starts under the inspector on a free port, and attaches with the paths of both sides', async () => {
    const { world, runs } = worldOf();
    const launched = await launch(launchOf({ dockerfile: 'app/Dockerfile', env: { A: '1' } }), world, () => {}, signal);
    assert.deepEqual(runs, [
      {
        image: 'app:debug',
        name: 'app-debug-beef',
        entrypoint: ['docker-entrypoint.sh'],
        command: ['node', '--inspect-brk=0.0.0.0:9229', 'server.js'],
        environment: ['A=1'],
        ports: [
          { containerPort: 9229, protocol: 'tcp', hostPort: 0, hostIp: '127.0.0.1' },
          { containerPort: 3000, protocol: 'tcp', hostPort: 3000, hostIp: '127.0.0.1' },
        ],
        labels: { 'dev.gantry.debug': 'beef' },
        init: true,
      },
    ]);
    assert.deepEqual(launched?.configuration, {
      type: 'pwa-node',
      request: 'attach',
      name: 'Debug',
      address: '127.0.0.1',
      port: 32768,
      localRoot: '/w/app',
      remoteRoot: '/srv/app',
      continueOnAttach: true,
      autoAttachChildProcesses: false,
      skipFiles: ['<node_internals>/**'],
      [sessionKey]: 'beef',
    });
  });

  it("hands js-debug's own options on, and takes roots and the command from the configuration", async () => {
    const { world, runs } = worldOf();
    const given = {
      ...launchOf({
        image: 'app:1',
        command: ['node', 'other.js'],
        localRoot: 'src',
        remoteRoot: '/x',
        stopOnEntry: true,
      }),
      smartStep: true,
      skipFiles: [],
    };
    const { configuration } = (await launch(given, world, () => {}, signal)) ?? assert.fail();
    assert.deepEqual(runs[0]?.command, ['node', '--inspect-brk=0.0.0.0:9229', 'other.js']);
    assert.equal(configuration['smartStep'], true);
    assert.deepEqual(configuration['skipFiles'], []);
    assert.deepEqual([configuration['localRoot'], configuration['remoteRoot']], ['/w/src', '/x']);
    assert.equal(configuration['continueOnAttach'], false);
    assert.ok(!('image' in configuration) && !('command' in configuration));
  });

  it('finds the sources of an image that was built here', async () => {
    const { world } = worldOf({}, { contextOf: (tag) => (tag === 'app:1' ? '/w/services/app' : undefined) });
    const launched = await launch(launchOf({ image: 'app:1' }), world, () => {}, signal);
    assert.equal(launched?.configuration['localRoot'], '/w/services/app');
  });

  it('creates nothing when the build fails or the image cannot be debugged', async () => {
    const unbuilt = worldOf({}, { build: async () => ({ kind: 'failed', message: 'no' }) });
    assert.equal(await launch(launchOf({ dockerfile: 'Dockerfile' }), unbuilt.world, () => {}, signal), undefined);
    const npm = worldOf({ 'gantry/images/config': () => imageConfig({ command: ['npm', 'start'] }) });
    await assert.rejects(
      launch(launchOf({ image: 'app' }), npm.world, () => {}, signal),
      /through npm/,
    );
    assert.deepEqual([...unbuilt.runs, ...npm.runs], []);
  });

  it('removes exactly the container it created when the inspector does not answer', async () => {
    const timeout = new RequestError({ kind: 'timeout', subject: 'c1', message: 'no inspector' });
    const { world, removed } = worldOf({
      'gantry/debug/ready': () => {
        throw timeout;
      },
    });
    await assert.rejects(
      launch(launchOf({ image: 'app' }), world, () => {}, signal),
      timeout,
    );
    assert.deepEqual(removed, ['app-debug-beef']);
    assert.equal(world.sessions.hasLeftovers, false);
  });

  it('says why a program ended that was too quick to have ports', async () => {
    const ended = new RequestError({ kind: 'internal', subject: 'c1', message: 'exit code 9' });
    const { world, removed } = worldOf({
      'gantry/containers/run': ({ name = '' }) => ({ id: 'c1', name, ports: [] }),
      'gantry/debug/ready': () => {
        throw ended;
      },
    });
    await assert.rejects(
      launch(launchOf({ image: 'app' }), world, () => {}, signal),
      ended,
    );
    assert.deepEqual(removed, ['app-debug-beef']);
  });

  it('removes what may have been created when the start itself fails', async () => {
    const { world, removed } = worldOf({
      'gantry/containers/run': () => {
        throw new Error('lost');
      },
    });
    await assert.rejects(
      launch(launchOf({ image: 'app' }), world, () => {}, signal),
      /lost/,
    );
    assert.deepEqual(removed, ['app-debug-beef']);
  });

  it('names a container of any image as the engine allows', async () => {
    for (const image of ['127.0.0.1:5000/Team/My_App:1.0', `sha256:${'a'.repeat(64)}`, 'app@sha256:00']) {
      const { world, runs } = worldOf();
      await launch(launchOf({ image }), world, () => {}, signal);
      assert.match(runs[0]?.name ?? '', /^[a-z0-9][a-z0-9_.-]*-debug-beef$/);
    }
  });
});

describe('attach', () => {
  const inspected = container({ name: 'web', ports: [{ containerPort: 9229, protocol: 'tcp', hostPort: 9300 }] });
  const world = (containers: readonly ReturnType<typeof container>[]) =>
    worldOf({ 'gantry/containers/list': () => known(containers, 0) }).world;
  const configuration = launchOf({ request: 'attach', container: 'web' });

  it('finds the published port, and has nothing to remove', async () => {
    const attached = await attach(configuration, world([inspected]), signal);
    assert.equal(attached['port'], 9300);
    assert.equal(attached['remoteRoot'], '/srv/app');
    assert.ok(!(sessionKey in attached));
    assert.equal(attached['continueOnAttach'], false);
  });

  it('explains what is missing', async () => {
    await assert.rejects(attach(configuration, world([]), signal), /no running container/);
    await assert.rejects(
      attach(configuration, world([{ ...inspected, state: 'exited' }]), signal),
      /no running container/,
    );
    await assert.rejects(
      attach(configuration, world([{ ...inspected, ports: [] }]), signal),
      /does not publish port 9229/,
    );
  });
});

describe('debugSessions', () => {
  it('removes a container once, however often its session ends', async () => {
    const removed: string[] = [];
    const sessions = debugSessions(memoryMemento(), into(removed));
    await sessions.begin('s', { container: 'box' });
    await Promise.all([sessions.end('s'), sessions.end('s'), sessions.endAll()]);
    await sessions.end('s');
    assert.deepEqual(removed, ['box']);
  });

  it('knows after a reload what the window before it left, and nothing else', async () => {
    const removed: string[] = [];
    const memento = memoryMemento();
    const before = debugSessions(memento, async () => {});
    await before.begin('old', { container: 'left' });
    const after = debugSessions(memento, into(removed));
    await after.begin('new', { container: 'live' });
    assert.equal(after.hasLeftovers, true);
    await after.endLeftovers();
    assert.deepEqual(removed, ['left']);
    assert.equal(after.hasLeftovers, false);
    await after.end('new');
    assert.deepEqual(removed, ['left', 'live']);
  });

  it('remembers a container that could not be removed', async () => {
    const memento = memoryMemento();
    let engine = 'down';
    const sessions = debugSessions(memento, async () => {
      if (engine === 'down') throw new Error('no engine');
    });
    await sessions.begin('s', { container: 'box' });
    await assert.rejects(sessions.end('s'), /no engine/);
    assert.equal(debugSessions(memento, async () => {}).hasLeftovers, true);
    engine = 'up';
    await sessions.end('s');
    assert.equal(debugSessions(memento, async () => {}).hasLeftovers, false);
  });
});
