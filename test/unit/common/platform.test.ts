import assert from 'node:assert/strict';
import { formatPlatform } from '../../../common/platform.ts';

describe('formatPlatform', () => {
  it('prints the variant only where there is one', () => {
    assert.equal(formatPlatform({ os: 'linux', architecture: 'amd64' }), 'linux/amd64');
    assert.equal(formatPlatform({ os: 'linux', architecture: 'arm64', variant: 'v8' }), 'linux/arm64/v8');
  });
});
