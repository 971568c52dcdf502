import assert from 'node:assert/strict';
import { formatPlatform, matchesPlatform, parsePlatform } from '../../../common/platform.ts';

describe('formatPlatform', () => {
  it('prints the variant only where there is one', () => {
    assert.equal(formatPlatform({ os: 'linux', architecture: 'amd64' }), 'linux/amd64');
    assert.equal(formatPlatform({ os: 'linux', architecture: 'arm64', variant: 'v8' }), 'linux/arm64/v8');
  });
});

describe('parsePlatform', () => {
  const cases: readonly (readonly [text: string, printed: string])[] = [
    ['linux/amd64', 'linux/amd64'],
    ['Linux/x86_64', 'linux/amd64'],
    ['linux/aarch64', 'linux/arm64'],
    ['linux/arm64/v8', 'linux/arm64'],
    ['linux/arm64/v9', 'linux/arm64/v9'],
    ['linux/arm', 'linux/arm/v7'],
    ['linux/arm/6', 'linux/arm/v6'],
    ['linux/armhf', 'linux/arm/v7'],
    ['linux/i386', 'linux/386'],
    ['macos/arm64', 'darwin/arm64'],
  ];
  for (const [text, printed] of cases) {
    it(`reads ${text}`, () => {
      const platform = parsePlatform(text);
      assert(platform);
      assert.equal(formatPlatform(platform), printed);
    });
  }

  it('keeps the version of Windows', () => {
    assert.equal(parsePlatform('windows(10.0.20348.2700)/amd64')?.osVersion, '10.0.20348.2700');
  });

  it('refuses what is not a platform, or depends on the machine', () => {
    for (const text of ['', 'linux', 'arm64', 'linux/', '/amd64', 'a/b/c/d', 'linux/am d64']) {
      assert.equal(parsePlatform(text), undefined, text);
    }
  });
});

describe('matchesPlatform', () => {
  const matches = (wanted: string, offered: string) => {
    const [a, b] = [parsePlatform(wanted), parsePlatform(offered)];
    assert(a && b);
    return matchesPlatform(a, b);
  };

  it('takes arm64 for arm64/v8 and arm for arm/v7', () => {
    assert(matches('linux/arm64', 'linux/arm64/v8'));
    assert(matches('linux/arm', 'linux/arm/v7'));
    assert(!matches('linux/arm', 'linux/arm/v6'));
    assert(!matches('linux/amd64', 'linux/arm64'));
    assert(!matches('linux/amd64', 'windows/amd64'));
  });

  it('compares the build of Windows where both name one', () => {
    assert(matches('windows/amd64', 'windows(10.0.20348.1)/amd64'));
    assert(matches('windows(10.0.20348.9)/amd64', 'windows(10.0.20348.1)/amd64'));
    assert(!matches('windows(10.0.17763.9)/amd64', 'windows(10.0.20348.1)/amd64'));
  });
});
