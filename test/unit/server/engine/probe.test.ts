import assert from 'node:assert/strict';
import { backoffMs } from '../../../../server/engine/backoff.ts';
import { isAtLeast, statusOf } from '../../../../server/engine/probe.ts';

describe('statusOf', () => {
  const where = { origin: 'o', address: 'a' };
  const version = { Version: '26.1.5', ApiVersion: '1.45', Os: 'linux', Arch: 'amd64' };

  it('takes a builder of version 2 for BuildKit, but not Podman’s', () => {
    assert.equal(statusOf(where, version, '2').buildkit, true);
    assert.equal(statusOf(where, version, '1').buildkit, false);
    assert.equal(statusOf(where, version, undefined).buildkit, false);
    const podman = statusOf(where, { ...version, Components: [{ Name: 'Podman Engine' }] }, '2');
    assert.deepEqual([podman.product, podman.buildkit], ['podman', false]);
  });
  for (const version of [undefined, null, 'OK', [], {}, { Version: 1, ApiVersion: '1' }]) {
    it(`refuses ${JSON.stringify(version)}`, () => assert.throws(() => statusOf(where, version, '2')));
  }
});

describe('isAtLeast', () => {
  it('compares numbers', () => {
    assert.equal(isAtLeast('1.9', '1.39'), false);
    assert.equal(isAtLeast('1.39', '1.39'), true);
    assert.equal(isAtLeast('2.0', '1.39'), true);
  });
});

describe('backoffMs', () => {
  it('doubles up to its limit, which it never passes', () => {
    const at = (failures: number, remote = false) => backoffMs(failures, remote, () => 1);
    assert.deepEqual([at(0), at(1), at(4), at(5), at(5000)], [200, 400, 3200, 5000, 5000]);
    assert.equal(at(5000, true), 60_000);
    assert.equal(
      backoffMs(0, false, () => 0),
      150,
    );
  });
});
