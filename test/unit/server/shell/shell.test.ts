import assert from 'node:assert/strict';
import { createShell } from '../../../../server/shell/shell.ts';

describe('loading the shell parser', () => {
  it('costs nothing before it is asked for', () => {
    const shell = createShell(() => assert.fail('loads'));
    assert.equal(shell.parser, undefined);
  });

  it('loads once, however many ask', async () => {
    let loads = 0;
    const shell = createShell(async () => {
      loads++;
      return () => undefined;
    });
    const parsers = await Promise.all([shell.load(), shell.load()]);
    assert.deepEqual([loads, ...parsers.map((each) => each === shell.parser)], [1, true, true]);
  });

  it('rejects when it fails, and tries again', async () => {
    let loads = 0;
    const shell = createShell(async () => {
      if (++loads === 1) throw new Error('no such file');
      return () => undefined;
    });
    await assert.rejects(shell.load(), /no such file/);
    assert.equal(shell.parser, undefined);
    assert.ok(await shell.load());
  });
});
