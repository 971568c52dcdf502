import assert from 'node:assert/strict';
import { ChildProcess, type SpawnOptions } from 'node:child_process';
import { dirname } from 'node:path';
import { formatAddress, parseAddress } from '../../../../server/engine/address.ts';
import { dialSsh, sshArguments } from '../../../../server/engine/sshStream.ts';

describe('parseAddress', () => {
  for (const [text, printed] of [
    ['unix:///var/run/docker.sock', 'unix:///var/run/docker.sock'],
    ['npipe:////./pipe/docker_engine', 'npipe:////./pipe/docker_engine'],
    ['tcp://10.0.0.1', 'tcp://10.0.0.1:2375'],
    ['tcp://10.0.0.1:80/base/', 'tcp://10.0.0.1:80/base'],
    ['localhost:2375', 'tcp://localhost:2375'],
    ['http://user:secret@proxy:1', 'tcp://proxy:1'],
    ['https://proxy', 'tcp://proxy:2376'],
    ['tcp://[::1]:2375', 'tcp://[::1]:2375'],
    ['ssh://ann@far', 'ssh://ann@far'],
    ['ssh://far:2222/run/user/7/docker.sock', 'ssh://far:2222/run/user/7/docker.sock'],
  ] as const) {
    it(`reads ${text}`, () => assert.equal(formatAddress(parseAddress(text, undefined)), printed));
  }
  for (const text of [
    '',
    'unix://',
    'tcp://',
    'tcp://host:99999',
    'tcp://host:0',
    'fd://',
    'quic://host',
    'ssh://-oProxyCommand=x',
    'ssh://-l@host',
    'ssh://ann:secret@host',
    'ssh://host/run/$(reboot).sock',
    'ssh://host/a b',
    'ssh://ho st',
    'tcp://ho st:2375',
    'tcp://a%zz',
  ]) {
    it(`refuses ${text || 'nothing'}`, () => {
      assert.throws(() => parseAddress(text, undefined), { name: 'ProblemError' });
    });
  }
  for (const text of ['ssh://ann:secret@host', 'ann:secret@host:99999', 'tcp://ann:sec/secret@host:99999']) {
    it(`repeats no password of ${text}, which it refuses`, () => {
      assert.throws(
        () => parseAddress(text, undefined),
        (error) => !String(error).includes('secret'),
      );
    });
  }
});

describe('sshArguments', () => {
  it('puts the host behind the options and asks nothing', () => {
    const address = parseAddress('ssh://ann@far:2222/run/docker.sock', undefined);
    assert.ok(address.kind === 'ssh');
    const args = sshArguments(address).join(' ');
    assert.match(args, /-o BatchMode=yes /);
    assert.match(args, / -l ann -p 2222 -- far docker --host unix:\/\/\/run\/docker\.sock system dial-stdio$/);
  });
});

describe('dialSsh', () => {
  it('starts ssh in no folder that somebody opened, where Windows would look for it first', () => {
    const address = parseAddress('ssh://far', undefined);
    assert.ok(address.kind === 'ssh');
    const starts: SpawnOptions[] = [];
    const start = (_command: string, _args: readonly string[], options: SpawnOptions) => {
      starts.push(options);
      return Object.assign(new ChildProcess(), { stdio: [] as unknown as ChildProcess['stdio'] });
    };
    dialSsh(address, start).destroy();
    assert.deepEqual(
      starts.map(({ cwd }) => cwd),
      [dirname(process.execPath)],
    );
  });
});
