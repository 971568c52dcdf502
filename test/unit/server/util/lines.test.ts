import assert from 'node:assert/strict';
import { lines } from '../../../../server/util/lines.ts';

async function* chunksOf(bytes: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let start = 0; start < bytes.length; start += size) yield bytes.subarray(start, start + size);
}

describe('lines', () => {
  it('does not care where chunks are cut', async () => {
    const bytes = Buffer.from('{"a":"grüße"}\r\n\n{"b":"💥"}\n{"c":1}');
    for (let size = 1; size <= bytes.length; size++) {
      const parsed: unknown[] = [];
      for await (const line of lines(chunksOf(bytes, size))) parsed.push(JSON.parse(line));
      assert.deepEqual(parsed, [{ a: 'grüße' }, { b: '💥' }, { c: 1 }]);
    }
  });
  it('does not wait for ever for the end of a line', async () => {
    async function* endless(): AsyncGenerator<Buffer> {
      for (;;) yield Buffer.alloc(1024 * 1024, 'x');
    }
    await assert.rejects(lines(endless()).next(), RangeError);
  });
});
