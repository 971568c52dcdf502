import assert from 'node:assert/strict';
import { inspectedPorts, publishedPorts, toContainer } from '../../../../server/engine/containers.ts';

describe('toContainer', () => {
  it('takes what a view shows from an entry of the list', () => {
    const entry = {
      Id: 'abc',
      Names: ['/web/db', '/shop-db-1'],
      Image: 'postgres:17',
      State: 'running',
      Status: 'Up 2 hours (healthy)',
      Created: 1_700_000_000,
      Ports: [{ PrivatePort: 5432, Type: 'tcp' }],
      Labels: { 'com.docker.compose.project': 'shop', 'com.docker.compose.service': 'db' },
    };
    assert.deepEqual(toContainer(entry), {
      id: 'abc',
      name: 'shop-db-1',
      image: 'postgres:17',
      state: 'running',
      status: 'Up 2 hours (healthy)',
      health: 'healthy',
      created: 1_700_000_000_000,
      ports: [{ containerPort: 5432, protocol: 'tcp' }],
      compose: { project: 'shop', service: 'db' },
    });
  });
  for (const [status, health] of [
    ['Up 1 second (health: starting)', 'starting'],
    ['Up 3 days (unhealthy)', 'unhealthy'],
    ['Up 3 days (Paused)', undefined],
    ['Exited (137) 2 hours ago', undefined],
  ] as const) {
    it(`reads ${health} from ${status}`, () => assert.equal(toContainer({ Status: status }).health, health));
  }
  it('knows Podman’s word for a container that ended', () => {
    assert.equal(toContainer({ State: 'stopped' }).state, 'exited');
  });
});

describe('publishedPorts', () => {
  const port = (IP: string, PublicPort: number) => ({ IP, PrivatePort: 80, PublicPort, Type: 'tcp' });

  it('lists a port of all addresses once, not once a family', () => {
    for (const entries of [
      [port('0.0.0.0', 8080), port('::', 8080)],
      [port('::', 8080), port('0.0.0.0', 8080)],
    ]) {
      assert.deepEqual(publishedPorts(entries), [
        { containerPort: 80, protocol: 'tcp', hostPort: 8080, hostIp: '0.0.0.0' },
      ]);
    }
  });
  it('keeps two host ports of one container port, and two addresses of one host port', () => {
    assert.equal(publishedPorts([port('0.0.0.0', 8080), port('0.0.0.0', 8081)]).length, 2);
    assert.equal(publishedPorts([port('127.0.0.1', 8080), port('10.0.0.1', 8080)]).length, 2);
  });
});

describe('inspectedPorts', () => {
  it('reads the ports of an inspected container', () => {
    const Ports = { '53/udp': null, '80/tcp': [{ HostIp: '127.0.0.1', HostPort: '32768' }] };
    assert.deepEqual(inspectedPorts({ NetworkSettings: { Ports } }), [
      { containerPort: 53, protocol: 'udp' },
      { containerPort: 80, protocol: 'tcp', hostPort: 32768, hostIp: '127.0.0.1' },
    ]);
  });
});
