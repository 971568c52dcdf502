import assert from 'node:assert/strict';
import { retryAfterMs } from '../../../../server/registries/retryAfter.ts';

describe('retryAfterMs', () => {
  const now = Date.parse('2026-01-01T00:00:00Z');
  it('reads seconds, dates and Docker Hub', () => {
    assert.equal(retryAfterMs({ 'retry-after': '30' }, now), 30_000);
    assert.equal(retryAfterMs({ 'retry-after': 'Thu, 01 Jan 2026 00:01:00 GMT' }, now), 60_000);
    assert.equal(retryAfterMs({ 'x-retry-after': String(now / 1000 + 5) }, now), 5000);
  });
  it('takes a moment that has passed for now, and a year for a day', () => {
    assert.equal(retryAfterMs({ 'retry-after': 'Thu, 01 Jan 2015 00:00:00 GMT' }, now), 0);
    assert.equal(retryAfterMs({ 'retry-after': '31536000' }, now), 86_400_000);
  });
  it('does not guess', () => {
    assert.equal(retryAfterMs({}, now), undefined);
    assert.equal(retryAfterMs({ 'retry-after': 'soon' }, now), undefined);
  });
});
