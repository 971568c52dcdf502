import assert from 'node:assert/strict';
import { exactVersions, mayBeNewer, newerTags } from '../../../common/newerTags.ts';

describe('tags to move to', () => {
  const cases: readonly (readonly [title: string, current: string, tags: string, expected: object])[] = [
    ['the newest patch', '22.11.0', '22.11.2 22.11.10 22.11.1', { patch: '22.11.10' }],
    [
      'the newest minor version, and of it the newest patch',
      '22.11.0',
      '22.9.9 22.12.0 22.14.1 22.14.0',
      { minor: '22.14.1' },
    ],
    ['both', '1.2.3', '1.2.4 1.3.0 2.0.0', { patch: '1.2.4', minor: '1.3.0' }],
    ['none of another major version', '1.2.3', '2.2.4', {}],
    ['nothing older, and not itself', '1.2.3', '1.2.3 1.2.2 1.1.9', {}],
    ['none before its release', '22.11.0', '22.11.1-rc1 22.12.0-beta.1 22.12.0-alpha', {}],
    ['none from one before its release', '9.0.0-rc.1', '9.0.1 9.0.0-rc.2', {}],
    [
      'those of its variant',
      '22.11.0-alpine3.20',
      '22.11.1 22.11.1-slim 22.11.1-alpine3.21 22.11.1-alpine3.20',
      { patch: '22.11.1-alpine3.20' },
    ],
    ['none of a variant from a plain one', '22.11.0', '22.11.1-slim', {}],
    ['none with other numbers', '22.11', '22.11.1 22.12.1 22.12', { minor: '22.12' }],
    ['those written with a v', 'v1.2.3', '1.2.4 v1.2.5', { patch: 'v1.2.5' }],
    [
      'Java in its own numbers',
      '17.0.10_7-jdk',
      '17.0.10_8-jdk 17.0.11_9-jdk 17.0.12_1-jre',
      { patch: '17.0.11_9-jdk' },
    ],
    [
      'of the same Windows: another build of it runs on no host of this one',
      '10.0.17763.5576',
      '10.0.17763.6000 10.0.20348.2340',
      { patch: '10.0.17763.6000' },
    ],
    ['none of a Windows that came later', '10.0.17763.5576-amd64', '10.0.20348.2340-amd64', {}],
    [".NET's, whose numbers are as high as any", '10.0.100', '10.0.400', { patch: '10.0.400' }],
    ['no dates', '1.27.3', '1.27.20240605 1.28.20240605', {}],
    ['nothing for a month', '22.04', '22.10 24.04', {}],
    ['nothing for what moves with all', '22', '22.1 23', {}],
    ['nothing for what is no version', 'latest', '1.0.0 latest', {}],
    ['nothing for a date', '20240605', '20240606', {}],
    ['nothing for a hash', '1a2b3c4', '1.2.3', {}],
  ];
  for (const [title, current, tags, expected] of cases) {
    it(`are ${title}`, () => assert.deepEqual(newerTags(current, tags.split(' ')), expected));
  }
  it('may be there for versions only', () => {
    assert.deepEqual(['1.2.3-slim', '1.2', '1', 'latest', '22.04'].map(mayBeNewer), [
      ...[['patch', 'minor'], ['minor'], [], [], []],
    ]);
  });
});

describe('exact versions', () => {
  const cases: readonly (readonly [title: string, tags: string, expected: string])[] = [
    ['have three numbers, the newest first', '1.2 1.2.3 latest 1 1.10.0', '1.10.0 1.2.3'],
    ['have as many as there are', '1 1.2 2', '1.2'],
    ['may have four', '1.2.3 1.2.3.4', '1.2.3 1.2.3.4'],
    ['are plain before they are variants', '1.2.4-slim 1.2.3 1.2.3-slim', '1.2.3 1.2.4-slim 1.2.3-slim'],
    ['are no pre-releases, dates and names', '2.0.0-rc1 20240605 bookworm 1.0.0', '1.0.0'],
    ['are none where there are none', 'latest main', ''],
  ];
  for (const [title, tags, expected] of cases)
    it(title, () => assert.equal(exactVersions(tags.split(' ')).join(' '), expected));
});
