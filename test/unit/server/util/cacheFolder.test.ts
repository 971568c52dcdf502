import assert from 'node:assert/strict';
import { cacheFolder } from '../../../../server/util/cacheFolder.ts';

describe('the folder for what can be got again', () => {
  const cases: readonly [NodeJS.Platform, Readonly<Record<string, string>>, string | undefined][] = [
    ['linux', { HOME: '/home/a' }, '/home/a/.cache/gantry/registries'],
    ['linux', { HOME: '/home/a', XDG_CACHE_HOME: '/cache' }, '/cache/gantry/registries'],
    ['linux', { HOME: '/home/a', XDG_CACHE_HOME: 'relative' }, '/home/a/.cache/gantry/registries'],
    ['linux', {}, undefined],
    ['darwin', { HOME: '/Users/a', XDG_CACHE_HOME: '/cache' }, '/Users/a/Library/Caches/gantry/registries'],
    [
      'win32',
      { LOCALAPPDATA: 'C:\\Users\\a\\AppData\\Local', HOME: '/home/a' },
      'C:\\Users\\a\\AppData\\Local\\gantry\\cache\\registries',
    ],
    ['win32', { HOME: '/home/a' }, undefined],
  ];
  for (const [platform, env, folder] of cases) {
    it(`is ${folder} on ${platform} with ${Object.keys(env).join(' and ') || 'nothing'}`, () => {
      assert.equal(cacheFolder(env, platform, 'registries'), folder);
    });
  }
});
