import assert from 'node:assert/strict';
import { parsePlatform } from '../../../../common/platform.ts';
import { pickPlatform } from '../../../../server/registries/chooseImage.ts';
import { ProblemError } from '../../../../server/util/problemError.ts';

const platform = (text: string) => parsePlatform(text) ?? assert.fail(text);
const pick = (offered: readonly string[], wanted: string | undefined, orNearest = false) =>
  pickPlatform(
    offered.map((digest) => ({ digest, platform: platform(digest) })),
    wanted === undefined ? undefined : { ...platform(wanted), orNearest },
    'app:1',
  ).digest;

const many = ['linux/arm64', 'linux/arm/v6', 'linux/amd64', 'linux/arm/v7', 'windows/amd64'];
const windows = ['windows(10.0.20348.2700)/amd64', 'windows(10.0.26100.1)/amd64', 'windows(10.0.20348.3000)/amd64'];

describe('pickPlatform', () => {
  for (const [offered, wanted, found] of [
    [many, 'linux/arm64', 'linux/arm64'],
    [many, 'linux/arm64/v8', 'linux/arm64'],
    [many, 'linux/arm/v6', 'linux/arm/v6'],
    [many, 'linux/arm/v8', 'linux/arm/v7'],
    [many, 'linux/amd64/v3', 'linux/amd64'],
    [many, undefined, 'linux/amd64'],
    [['linux/s390x', 'linux/arm64'], undefined, 'linux/s390x'],
    [['linux/s390x'], 'linux/amd64', 'linux/s390x'],
    [windows, 'windows(10.0.20348.1)/amd64', 'windows(10.0.20348.3000)/amd64'],
    [windows, 'windows/amd64', 'windows(10.0.26100.1)/amd64'],
  ] as const) {
    it(`takes ${found} of ${offered.join(', ')} for ${wanted ?? 'nobody in particular'}`, () => {
      assert.equal(pick(offered, wanted), found);
    });
  }

  it('takes the nearest for who has not asked for one', () => {
    assert.equal(pick(['linux/arm64', 'linux/amd64/v3'], 'linux/amd64', true), 'linux/amd64/v3');
    assert.equal(pick(['windows/amd64', 'windows/arm64'], 'linux/amd64', true), 'windows/amd64');
  });

  it('names what there is where the one that is asked for is not among it', () => {
    for (const wanted of ['linux/arm/v5', 'linux/s390x', 'windows/arm64']) {
      assert.throws(
        () => pick(many, wanted),
        ({ problem }: ProblemError) =>
          problem.kind === 'notFound' && problem.next === `It is there for ${many.join(', ')}.`,
      );
    }
    assert.throws(() => pick([], undefined), ProblemError);
  });
});
