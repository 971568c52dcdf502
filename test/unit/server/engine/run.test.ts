import assert from 'node:assert/strict';
import { createBody, plainer } from '../../../../server/engine/run.ts';
import { ProblemError } from '../../../../server/util/problemError.ts';

describe('createBody', () => {
  it('publishes on loopback unless told otherwise', () => {
    const body = createBody({
      image: 'app',
      ports: [
        { containerPort: 80, protocol: 'tcp', hostPort: 0 },
        { containerPort: 80, protocol: 'tcp', hostPort: 8080, hostIp: '0.0.0.0' },
        { containerPort: 53, protocol: 'udp', hostPort: 53 },
      ],
    });
    assert.deepEqual(JSON.parse(JSON.stringify(body)), {
      Image: 'app',
      ExposedPorts: { '80/tcp': {}, '53/udp': {} },
      HostConfig: {
        PortBindings: {
          '80/tcp': [
            { HostIp: '127.0.0.1', HostPort: '0' },
            { HostIp: '0.0.0.0', HostPort: '8080' },
          ],
          '53/udp': [{ HostIp: '127.0.0.1', HostPort: '53' }],
        },
      },
    });
  });
});

describe('plainer', () => {
  const made = (message: string) => {
    const error = plainer(new ProblemError({ kind: 'internal', subject: 'app', message }), 'app');
    assert.ok(error instanceof ProblemError);
    return error.problem;
  };
  for (const message of [
    'driver failed programming external connectivity on endpoint web: Bind for 127.0.0.1:8080 failed: port is already allocated.',
    'driver failed: Error starting userland proxy: listen tcp4 127.0.0.1:8080: bind: address already in use.',
  ]) {
    it(`names the port in: ${message.slice(-34)}`, () => {
      const { kind, message: said } = made(message);
      assert.deepEqual([kind, said], ['conflict', 'The host port 127.0.0.1:8080 is taken.']);
    });
  }
  it('leaves all else as it is', () => assert.equal(made('no disk.').message, 'no disk.'));
});
