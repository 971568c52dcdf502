import assert from 'node:assert/strict';
import { instructionOf, readConfig } from '../../../../server/registries/config.ts';
import { ProblemError } from '../../../../server/util/problemError.ts';

const digest = (letter: string) => `sha256:${letter.repeat(64)}`;
const bytes = (value: unknown) => Buffer.from(JSON.stringify(value));
const platform = { os: 'linux', architecture: 'amd64' };

describe('readConfig', () => {
  it('reads platform and date', () => {
    const created = '2026-01-02T03:04:05.678901234Z';
    const config = readConfig(bytes({ os: 'linux', architecture: 'arm', variant: 'v6', created }), 'r');
    assert.deepEqual(config, {
      platform: { os: 'linux', architecture: 'arm', variant: 'v6' },
      created: Date.parse('2026-01-02T03:04:05.678Z'),
      facts: {},
      diffIds: [],
      instructions: [],
    });
  });

  it('takes the dates of reproducible builds for unknown', () => {
    for (const created of ['0001-01-01T00:00:00Z', '1970-01-01T00:00:00Z', 'yesterday', 7, undefined]) {
      assert.equal(readConfig(bytes({ ...platform, created }), 'r').created, undefined);
    }
  });

  it('wants a platform', () => {
    assert.throws(
      () => readConfig(bytes({ os: 'linux' }), 'r'),
      (error) => error instanceof ProblemError && error.problem.kind === 'badAnswer',
    );
  });

  it('tells how the image runs, of its environment the names alone', () => {
    const config = {
      User: 'app',
      WorkingDir: '/app',
      Entrypoint: ['dotnet', 'app.dll'],
      Cmd: null,
      ExposedPorts: { '8080/tcp': {} },
      Labels: { a: 'b', c: 7 },
      Env: ['PATH=/bin', 'PASSWORD=secret=1'],
    };
    assert.deepEqual(readConfig(bytes({ ...platform, config }), 'r').facts, {
      user: 'app',
      workingDirectory: '/app',
      entrypoint: ['dotnet', 'app.dll'],
      exposedPorts: ['8080/tcp'],
      labels: { a: 'b' },
      environment: ['PATH', 'PASSWORD'],
    });
  });

  it('lists the instructions that made layers', () => {
    const history = [
      { created_by: '/bin/sh -c #(nop) ADD file:abc in / ' },
      { created_by: 'ENV A=b', empty_layer: true },
      { created_by: 'COPY . . # buildkit' },
      'nonsense',
    ];
    const rootfs = { diff_ids: [digest('a'), 'bad', digest('b')] };
    const { instructions, diffIds } = readConfig(bytes({ ...platform, history, rootfs }), 'r');
    assert.deepEqual(instructions, ['ADD file:abc in /', 'COPY . .', '']);
    assert.deepEqual(diffIds, [digest('a'), digest('b')]);
  });
});

const written: readonly (readonly [createdBy: string, instruction: string])[] = [
  ['/bin/sh -c #(nop)  CMD ["bash"]', 'CMD ["bash"]'],
  ['/bin/sh -c apt-get update', 'RUN apt-get update'],
  ['|2 A=b C=d e /bin/sh -c make /bin/sh -c', 'RUN make /bin/sh -c'],
  ['RUN |1 A=b /bin/sh -c npm ci # buildkit', 'RUN npm ci'],
  ['RUN /bin/sh -c npm ci # buildkit', 'RUN npm ci'],
  ['RUN npm ci', 'RUN npm ci'],
  ['COPY /a /bin/sh -c # buildkit', 'COPY /a /bin/sh -c'],
  ['powershell -Command $x', 'powershell -Command $x'],
  ['', ''],
];

describe('instructionOf', () => {
  for (const [createdBy, instruction] of written) {
    it(createdBy, () => assert.equal(instructionOf(createdBy), instruction));
  }
  it('cuts what nobody reads to its end', () => assert.equal(instructionOf('x'.repeat(100_000)).length, 2001));
});
