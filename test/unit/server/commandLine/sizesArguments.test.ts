import assert from 'node:assert/strict';
import { readSize } from '../../../../server/commandLine/sizeArgument.ts';
import { readSizesArguments } from '../../../../server/commandLine/sizesArguments.ts';

describe('arguments of gantry sizes', () => {
  it('are a file and what to do with it', () => {
    assert.deepEqual(readSizesArguments(['Dockerfile']), { file: 'Dockerfile', format: 'text', units: 'MB' });
    const limits = ['--max-size', '1.5GB', '--max-wasted', '1kB', '--min-efficiency', '95%'];
    assert.deepEqual(readSizesArguments(['--format=json', '--units', 'MiB', ...limits, 'x']), {
      ...{ file: 'x', format: 'json', units: 'MiB', maximumBytes: 1_500_000_000 },
      ...{ maximumWasted: 1000, minimumEfficiency: 0.95 },
    });
  });
  for (const [text, bytes] of [
    ['4096', 4096],
    ['250MB', 250_000_000],
    ['250 mb', 250_000_000],
    ['1GiB', 1 << 30],
    ['0.5kB', 500],
  ] as const) {
    it(`take ${text} as ${bytes} bytes`, () => assert.equal(readSize('--max-size', text), bytes));
  }
  for (const text of ['', '-5', 'MB', '5 bananas', '1e9', '5MBit']) {
    it(`refuse "${text}" as a size`, () =>
      assert.throws(() => readSize('--max-size', text), /takes a size like 200MB/));
  }
  it('say what is wrong with them', () => {
    assert.throws(() => readSizesArguments([]), /No file is named\./);
    assert.throws(() => readSizesArguments(['a', 'b']), /One file at a time/);
    assert.throws(() => readSizesArguments(['--format', 'xml', 'a']), /--format takes text, json, not "xml"\./);
  });
});
