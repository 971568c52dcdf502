import assert from 'node:assert/strict';
import { frame, frameReader } from '../../../../../server/engine/buildkit/frames.ts';

describe('frames', () => {
  const messages = [Buffer.from('one'), Buffer.alloc(0), Buffer.alloc(70_000, 7), Buffer.from('last')];
  const stream = Buffer.concat(messages.map((message) => frame(message)));

  for (const size of [1, 2, 4, 5, 6, 1000, 69_999, stream.length]) {
    it(`come out whole from chunks of ${size}`, () => {
      const reader = frameReader();
      const found: Buffer[] = [];
      for (let at = 0; at < stream.length; at += size) {
        found.push(...reader.push(stream.subarray(at, at + size)).map((message) => Buffer.from(message)));
      }
      assert.deepEqual(found, messages);
      assert.equal(reader.partial, false);
    });
  }

  it('say that one is cut off', () => {
    const reader = frameReader();
    assert.deepEqual(reader.push(stream.subarray(0, 7)), []);
    assert.equal(reader.partial, true);
  });

  it('refuse a length that no message has', () => {
    assert.throws(() => frameReader().push(Buffer.from('HTTP/1.1 400 Bad Request\r\n')), /not gRPC/);
    assert.throws(() => frameReader().push(Buffer.from([0, 255, 255, 255, 255, 1])), /not gRPC/);
  });
});
