import assert from 'node:assert/strict';
import { SendWindow } from '../../../../server/handlers/sendWindow.ts';

const never = new AbortController().signal;

describe('SendWindow', () => {
  it('cuts no character and loses none', () => {
    const text = '💥'.repeat(1000);
    const pieces = [...new SendWindow(18).pieces(text)];
    assert.equal(pieces.join(''), text);
    for (const piece of pieces) {
      assert.ok(Buffer.byteLength(piece) <= 18);
      assert.equal(Buffer.from(piece).toString(), piece);
    }
  });
  it('lets nothing pass beyond the window until it is acknowledged', async () => {
    const window = new SendWindow(10);
    await window.take('12345', never);
    await window.take('12345', never);
    let passed = false;
    const third = window.take('1', never).then(() => {
      passed = true;
    });
    window.acknowledge(0);
    window.acknowledge(Number.NaN);
    window.acknowledge(-7);
    await Promise.resolve();
    assert.equal(passed, false);
    window.acknowledge(5);
    await third;
  });
  it('stops waiting when the stream is closed', async () => {
    const window = new SendWindow(1);
    await window.take('1', never);
    const controller = new AbortController();
    const waiting = window.take('1', controller.signal);
    controller.abort();
    await assert.rejects(waiting, { name: 'AbortError' });
  });
});
