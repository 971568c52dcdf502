import assert from 'node:assert/strict';
import { Demultiplexer } from '../../../../../server/engine/streams/demux.ts';

function frame(stream: number, payload: string | Buffer): Buffer {
  const body = Buffer.from(payload);
  const header = Buffer.alloc(8);
  header.writeUInt8(stream, 0);
  header.writeUInt32BE(body.length, 4);
  return Buffer.concat([header, body]);
}

describe('Demultiplexer', () => {
  it('joins stdout and stderr in their order', () => {
    assert.equal(
      new Demultiplexer().decode(Buffer.concat([frame(1, 'out\n'), frame(2, 'err\n'), frame(1, 'out\n')])),
      'out\nerr\nout\n',
    );
  });
  it('takes 5,000 frames of one byte in one chunk', () => {
    const chunk = Buffer.concat(Array.from({ length: 5000 }, (_, index) => frame(1, String(index % 10))));
    assert.equal(new Demultiplexer().decode(chunk), '0123456789'.repeat(500));
  });
  it('does not care where chunks are cut', () => {
    const whole = Buffer.concat([frame(1, 'grüße '), frame(2, ''), frame(2, '💥'), frame(1, 'x')]);
    for (let cut = 0; cut <= whole.length; cut++) {
      const demux = new Demultiplexer();
      assert.equal(demux.decode(whole.subarray(0, cut)) + demux.decode(whole.subarray(cut)), 'grüße 💥x');
    }
    const demux = new Demultiplexer();
    assert.equal(Array.from(whole, (byte) => demux.decode(Buffer.of(byte))).join(''), 'grüße 💥x');
  });
  it('finishes a character that another stream interrupted', () => {
    const [first, rest] = [Buffer.from('€').subarray(0, 1), Buffer.from('€').subarray(1)];
    assert.equal(new Demultiplexer().decode(Buffer.concat([frame(1, first), frame(2, 'E'), frame(1, rest)])), 'E€');
  });
  it('refuses what is no frame instead of waiting for gigabytes', () => {
    assert.throws(() => new Demultiplexer().decode(Buffer.from('plain text of a terminal')), { name: 'ProblemError' });
  });
  it('hands on what it has of a frame that is not complete', () => {
    assert.equal(new Demultiplexer().decode(frame(1, 'x'.repeat(100)).subarray(0, 58)), 'x'.repeat(50));
  });
});
