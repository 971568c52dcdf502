import assert from 'node:assert/strict';
import { backoffMs } from '../../../../server/engine/backoff.ts';
import { clockAhead, isAtLeast, statusOf } from '../../../../server/engine/probe.ts';

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

describe('the clock of an engine', () => {
  const noon = Date.UTC(2030, 0, 1, 12);
  const date = 'Tue, 01 Jan 2030 12:00:00 GMT';
  for (const [name, askedAt, answeredAt, expected] of [
    ['may be ours within the second that it tells', noon + 999, noon + 1500, undefined],
    ['may be ours while the answer takes long', noon - 3000, noon + 100, undefined],
    ['is ahead, by no more than what would be had it answered at once', noon - 60_200, noon - 60_000, 62_000],
    ['is behind, by no less than what would be', noon + 60_000, noon + 60_200, -59_000],
  ] as const)
    it(name, () => assert.equal(clockAhead(date, askedAt, answeredAt), expected));
  it('is taken for ours where it does not tell', () => assert.equal(clockAhead(undefined, 0, 0), undefined));
});
