import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { readSizeSettings } from '../../../../server/handlers/sizeSettings.ts';
import { defaultSizeOptions, sizeHints, sizeUnits } from '../../../../server/language/sizes/sizeOptions.ts';

const manifest = JSON.parse(readFileSync('package.json', 'utf8'));
const declared = manifest.contributes.configuration.properties;

describe('settings of sizes', () => {
  it('are the defaults that package.json declares, where nothing is set', () => {
    const { problems, ...options } = readSizeSettings({ sizes: { hints: null } });
    assert.deepEqual([problems, options], [[], defaultSizeOptions]);
    assert.equal(declared['gantry.sizes.hints'].default, defaultSizeOptions.hints);
    assert.equal(declared['gantry.sizes.threshold'].default * 1_000_000, defaultSizeOptions.threshold);
    assert.equal(declared['gantry.sizes.units'].default, defaultSizeOptions.units);
    assert.equal(declared['gantry.sizes.codeLens'].default, defaultSizeOptions.codeLens);
  });
  it('can be what package.json offers', () => {
    assert.deepEqual(declared['gantry.sizes.hints'].enum, sizeHints);
    assert.deepEqual(declared['gantry.sizes.units'].enum, sizeUnits);
  });
  it('are taken over', () => {
    const { problems, ...options } = readSizeSettings({
      sizes: { hints: 'threshold', threshold: 2.5, units: 'MiB', codeLens: false },
    });
    assert.deepEqual(options, { hints: 'threshold', threshold: 2_500_000, units: 'MiB', codeLens: false });
    assert.deepEqual(problems, []);
  });
  it('say what in them means nothing, and are the defaults there', () => {
    const { problems, ...options } = readSizeSettings({
      sizes: { hints: 'some', threshold: -1, units: 'kB', codeLens: 'yes' },
    });
    assert.deepEqual(options, defaultSizeOptions);
    assert.deepEqual(
      problems,
      [
        'gantry.sizes.hints can be all, threshold, none, not "some".',
        'gantry.sizes.units can be MB, MiB, not "kB".',
        'gantry.sizes.threshold has to be a number of megabytes, not -1.',
        'gantry.sizes.codeLens can be true or false, not "yes".',
      ].sort((a, b) => problems.indexOf(a) - problems.indexOf(b)),
    );
    assert.deepEqual(readSizeSettings({ sizes: 7 }).problems, ['gantry.sizes has to be an object, not 7.']);
  });
});
