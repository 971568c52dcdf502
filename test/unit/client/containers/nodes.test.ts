import assert from 'node:assert/strict';
import { actionable, removals } from '../../../../client/containers/actions.ts';
import { containerNodes, containersOf, formatPorts, openablePorts } from '../../../../client/containers/nodes.ts';
import { containerTooltip } from '../../../../client/containers/tooltip.ts';
import type { ContainerState, PublishedPort } from '../../../../common/protocol.ts';
import { outline } from '../../../support/outline.ts';
import { container } from '../../../support/samples.ts';

const noTooltip = () => undefined;
const compose = (service: string, project = 'shop') => ({ project, service });
const port = (
  containerPort: number,
  hostPort?: number,
  protocol: PublishedPort['protocol'] = 'tcp',
): PublishedPort => ({
  containerPort,
  protocol,
  ...(hostPort === undefined ? {} : { hostPort }),
});

describe('containerNodes', () => {
  it('groups compose projects by service, before containers of their own', () => {
    const nodes = containerNodes(
      [
        container({ name: 'zebra' }),
        container({ name: 'shop-web-1', compose: compose('web'), ports: [port(80, 8080)] }),
        container({ name: 'shop-db-1', compose: compose('db'), state: 'exited', status: 'Exited (0) 1 minute ago' }),
        container({ name: 'shop-web-2', compose: compose('web') }),
        container({ name: 'own-name', compose: compose('cache') }),
      ],
      noTooltip,
    );
    assert.deepEqual(outline(nodes), [
      [
        'shop — 3 of 4 running',
        [
          'db — Exited (0) 1 minute ago · busybox:latest',
          'own-name — Up 2 hours · busybox:latest',
          'web — Up 2 hours · 8080→80 · busybox:latest',
          'web 2 — Up 2 hours · busybox:latest',
        ],
      ],
      'zebra — Up 2 hours · busybox:latest',
    ]);
  });

  it('keeps ids and order when states and times change', () => {
    const before = [container({ name: 'a' }), container({ name: 'b' })];
    const after = [
      container({ name: 'b', state: 'exited', status: 'Exited (1)' }),
      container({ name: 'a', status: 'Up 3 hours' }),
    ];
    const ids = (containers: typeof before) => containerNodes(containers, noTooltip).map(({ id }) => id);
    assert.deepEqual(ids(after), ids(before));
  });

  it('says what menus may offer', () => {
    const context = (state: ContainerState, ports: readonly PublishedPort[] = []) =>
      containerNodes([container({ name: 'a', state, ports })], noTooltip)[0]?.context;
    assert.equal(context('running', [port(80, 8080)]), 'container;running;openable');
    assert.equal(context('running', [port(80)]), 'container;running');
    assert.equal(context('exited', [port(80, 8080)]), 'container;exited');
  });

  it('shows health over the state', () => {
    const icon = (health: 'healthy' | 'unhealthy') =>
      containerNodes([container({ name: 'a', health })], noTooltip)[0]?.icon?.id;
    assert.equal(icon('healthy'), 'play-circle');
    assert.equal(icon('unhealthy'), 'warning');
  });

  it('survives a state it does not know', () => {
    const nodes = containerNodes([container({ name: 'a', state: 'stopping' as ContainerState })], noTooltip);
    assert.equal(nodes[0]?.icon?.id, 'question');
  });

  it('leaves to the tooltip the registry of an image, and to the icon its health', () => {
    const described = (image: string, status: string) =>
      containerNodes([container({ name: 'a', image, status })], noTooltip)[0]?.description;
    assert.equal(described('127.0.0.1:5000/shop/api:1', 'Up 2 hours (unhealthy)'), 'Up 2 hours · shop/api:1');
    assert.equal(described('shop/api:1', 'Exited (137) 1 hour ago'), 'Exited (137) 1 hour ago · shop/api:1');
  });

  it('shortens an image that is only an id', () => {
    const [node] = containerNodes([container({ name: 'a', image: `sha256:${'ab'.repeat(32)}` })], noTooltip);
    assert.equal(node?.description, 'Up 2 hours · abababababab');
  });
});

describe('ports', () => {
  it('are told once, though the engine lists IPv4 and IPv6', () => {
    const ports = [
      { ...port(80, 8080), hostIp: '0.0.0.0' },
      { ...port(80, 8080), hostIp: '::' },
      port(53, 53, 'udp'),
      port(9000),
    ];
    assert.equal(formatPorts(ports), '53/udp, 8080→80');
  });

  it('open in a browser only where TCP is published and the container runs', () => {
    const ports = [port(53, 53, 'udp'), port(80, 8080), port(9000)];
    assert.deepEqual(openablePorts({ ...container({ name: 'a' }), ports }), [{ hostPort: 8080, containerPort: 80 }]);
    assert.deepEqual(openablePorts({ ...container({ name: 'a', state: 'exited' }), ports }), []);
  });
});

describe('actions', () => {
  const running = container({ name: 'running' });
  const exited = container({ name: 'exited', state: 'exited' });
  const paused = container({ name: 'paused', state: 'paused' });

  it('are for the containers that the engine would not refuse', () => {
    const names = (action: Parameters<typeof actionable>[1]) =>
      actionable([running, exited, paused], action).map(({ name }) => name);
    assert.deepEqual(names('start'), ['exited']);
    assert.deepEqual(names('stop'), ['running', 'paused']);
    assert.deepEqual(names('unpause'), ['paused']);
  });

  it('remove by force only what is not at rest', () => {
    assert.deepEqual(
      removals([running, exited, paused]).map(({ action }) => action),
      ['removeForce', 'remove', 'removeForce'],
    );
  });

  it('act once on a container that was chosen with its project', () => {
    const values = [
      { kind: 'container', container: running } as const,
      { kind: 'project', project: 'p', containers: [running, exited] } as const,
    ];
    assert.deepEqual(
      containersOf(values).map(({ name }) => name),
      ['running', 'exited'],
    );
  });
});

describe('containerTooltip', () => {
  it('explains a container that ended', () => {
    const text = containerTooltip(container({ name: 'a', state: 'exited', status: 'Exited (137)' }), {
      State: { ExitCode: 137, OOMKilled: true, Error: '' },
      Config: { Cmd: ['node', 'server.js'] },
      Mounts: [{ Source: '/data', Destination: '/var/lib' }],
      NetworkSettings: { Networks: { bridge: {}, shop: {} } },
    });
    assert.match(text, /Exit code: 137\nIt was ended because it ran out of memory\.\nCommand: node server\.js/);
    assert.match(text, /Networks: bridge, shop\nMount: \/data → \/var\/lib/);
  });

  it('survives an engine that answers anything', () => {
    for (const answer of [undefined, null, 'x', 3, [], { State: 'x', Mounts: {}, Config: null }]) {
      assert.match(containerTooltip(container({ name: 'a' }), answer), /^a\nImage: busybox:latest/);
    }
  });
});
