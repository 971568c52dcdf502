import assert from 'node:assert/strict';
import { formatScore, formatShare } from '../../../common/share.ts';

describe('formatShare', () => {
  it('never calls something nothing', () => {
    assert.deepEqual([0, 0.0001, 0.0099, 0.01, 0.125, 1].map(formatShare), ['0%', '<1%', '<1%', '1%', '13%', '100%']);
  });
});

describe('formatScore', () => {
  it('calls perfect only what is', () => {
    assert.deepEqual([1, 0.99999, 0.892, 0.29, 0].map(formatScore), ['100%', '99.9%', '89.2%', '29%', '0%']);
  });
});
