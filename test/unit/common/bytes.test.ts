import assert from 'node:assert/strict';
import { formatBytes } from '../../../common/bytes.ts';

describe('formatBytes', () => {
  const cases: readonly (readonly [number, string])[] = [
    [0, '0 B'],
    [999, '999 B'],
    [1000, '1 kB'],
    [1_234_567, '1.23 MB'],
    [12_345_678, '12.3 MB'],
    [999_499, '999 kB'],
    [999_600, '1 MB'],
    [1_210_000_000, '1.21 GB'],
  ];
  for (const [bytes, text] of cases) it(`prints ${bytes} as ${text}`, () => assert.equal(formatBytes(bytes), text));
});
