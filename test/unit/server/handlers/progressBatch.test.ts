import assert from 'node:assert/strict';
import type { BuildProgress } from '../../../../common/protocol.ts';
import { progressBatch } from '../../../../server/handlers/progressBatch.ts';

describe('progressBatch', () => {
  let sent: BuildProgress[];
  let waiting: { work: () => void; ms: number } | undefined;
  const batch = () => {
    sent = [];
    waiting = undefined;
    return progressBatch(
      (value) => sent.push(value),
      (work, ms) => {
        waiting = { work, ms };
        return () => {
          waiting = undefined;
        };
      },
    );
  };
  const log = (text: string, id = 'a'): BuildProgress => ({ kind: 'log', id, text });
  const step = (state: 'running' | 'done', id = 'a'): BuildProgress => ({ kind: 'step', id, name: id, state });

  it('sends the first at once and joins what follows', () => {
    const { add } = batch();
    add(step('running'));
    assert.deepEqual(sent, [step('running')]);
    for (let line = 0; line < 1000; line++) add(log(`${line}\n`));
    add(step('done'));
    add(log('x', 'b'));
    assert.equal(sent.length, 1);
    waiting!.work();
    assert.deepEqual(
      sent.slice(1).map(({ kind, id }) => `${kind} ${id}`),
      ['log a', 'step a', 'log b'],
    );
    assert.equal(sent[1]!.kind === 'log' && sent[1]!.text.split('\n').length, 1001);
  });

  it('waits in proportion to what it sent: 20 a second', () => {
    const { add } = batch();
    add(step('running'));
    assert.equal(waiting!.ms, 50);
    for (const id of ['b', 'c', 'd']) add(step('running', id));
    waiting!.work();
    assert.equal(waiting!.ms, 150);
  });

  it('loses nothing at the end', () => {
    const { add, end } = batch();
    add(log('1'));
    add(log('2'));
    end();
    assert.deepEqual(sent, [log('1'), log('2')]);
    assert.equal(waiting, undefined);
  });
});
