import assert from 'node:assert/strict';
import { changesLists, formatSince, parseEvent } from '../../../../server/engine/events.ts';

describe('parseEvent', () => {
  it('keeps the nanoseconds that a number would round', () => {
    const event = parseEvent(
      '{"Type":"container","Action":"die","Actor":{"ID":"a","Attributes":{"exitCode":"3"}},"timeNano":1700000000123456789}',
    );
    assert.deepEqual(event, {
      type: 'container',
      action: 'die',
      id: 'a',
      attributes: { exitCode: '3' },
      timeNano: 1700000000123456789n,
    });
  });
  it('is not fooled by labels', () => {
    const line = JSON.stringify({
      Type: 'container',
      Action: 'die',
      Actor: { Attributes: { timeNano: '1', x: '"timeNano":2' } },
    });
    assert.equal(parseEvent(`${line.slice(0, -1)},"timeNano":3}`)?.timeNano, 3n);
  });
  it('passes over what it did not ask for', () => {
    for (const line of ['{}', 'null', '7', '{"Type":"network","Action":"create","timeNano":1}']) {
      assert.equal(parseEvent(line), undefined);
    }
  });
});

describe('formatSince', () => {
  it('has nine decimals', () => {
    assert.equal(formatSince(1700000000000000001n), '1700000000.000000001');
    assert.equal(formatSince(1699999999999999999n + 1n), '1700000000.000000000');
  });
});

describe('changesLists', () => {
  for (const [action, changes] of [
    ['start', true],
    ['health_status: healthy', true],
    ['exec_create: sh -c true', false],
    ['resize', false],
  ] as const) {
    it(`${action}: ${changes}`, () => {
      assert.equal(changesLists({ type: 'container', action, id: '', attributes: {}, timeNano: 0n }), changes);
    });
  }
});
