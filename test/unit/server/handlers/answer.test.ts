import assert from 'node:assert/strict';
import type { Connection } from 'vscode-languageserver';
import { tell } from '../../../../server/handlers/answer.ts';

/** A connection whose client is gone. */
function gone(sendNotification: () => Promise<void>): Connection {
  return { sendNotification } as unknown as Connection;
}

describe('tell', () => {
  it('leaves no rejection behind when the channel breaks, which would end the process before its shells are hung up', async () => {
    const rejections: unknown[] = [];
    const note = (reason: unknown) => rejections.push(reason);
    const others = process.rawListeners('unhandledRejection');
    process.removeAllListeners('unhandledRejection').on('unhandledRejection', note);
    try {
      const broken = gone(() => Promise.reject(new Error('the channel is closed')));
      tell(broken, 'gantry/stream/end', { stream: 1 });
      await new Promise(setImmediate);
    } finally {
      process.off('unhandledRejection', note);
      for (const other of others) process.on('unhandledRejection', other as (reason: unknown) => void);
    }
    assert.deepEqual(rejections, []);
  });

  it('does not throw on a connection that is closed', () => {
    const closed = gone(() => {
      throw new Error('Connection is closed.');
    });
    tell(closed, 'gantry/stream/end', { stream: 1 });
  });
});
