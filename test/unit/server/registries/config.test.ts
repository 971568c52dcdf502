import assert from 'node:assert/strict';
import { readConfig } from '../../../../server/registries/config.ts';
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

  it('reads no more of a history than an image can have', () => {
    const history = Array.from({ length: 5000 }, () => ({ created_by: 'RUN x' }));
    assert.equal(readConfig(bytes({ ...platform, history }), 'r').instructions.length, 1000);
  });
});
