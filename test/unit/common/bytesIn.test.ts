import assert from 'node:assert/strict';
import { formatBytesIn, utf8Length } from '../../../common/bytes.ts';

describe('bytes in binary units', () => {
  for (const [bytes, text] of [
    [0, '0 B'],
    [1023, '1023 B'],
    [1024, '1 KiB'],
    [1536, '1.5 KiB'],
    [1024 * 1023, '1023 KiB'],
    [1024 ** 2, '1 MiB'],
    [128_000_000, '122 MiB'],
    [5 * 1024 ** 3, '5 GiB'],
  ] as const) {
    it(`print ${bytes} as ${text}`, () => assert.equal(formatBytesIn('MiB', bytes), text));
  }
  it('are decimal where that is wanted', () => assert.equal(formatBytesIn('MB', 1_234_567), '1.23 MB'));
});

describe('the length in UTF-8', () => {
  for (const text of ['', 'abc', 'é', '€', '😀', 'a\ud800b']) {
    it(`of ${JSON.stringify(text)} is what it takes`, () => assert.equal(utf8Length(text), Buffer.byteLength(text)));
  }
});
