/** How sizes follow what happens: edits, and builds of others. */
import assert from 'node:assert/strict';
import type { Engine } from '../../server/engine/engine.ts';
import { importBaseImage, removeImage } from '../support/baseImage.ts';
import { type LiveSizes, openLiveSizes } from '../support/liveSizes.ts';
import { type Door, doorTo, engineOrSkip } from '../support/realEngine.ts';

const never = new AbortController().signal;
const unique = `${process.pid}-${Date.now().toString(36)}`;
const mark = `gantry-test/live-${unique}`;

describe('size hints in an editor with a real engine', function () {
  this.timeout(60_000);
  let engine: Engine;
  let door: Door;
  let live: LiveSizes | undefined;

  before(async function () {
    engine = await engineOrSkip(this);
    await importBaseImage(engine, `${mark}:base`, never);
    door = await doorTo(engine);
  });
  after(async () => {
    await live?.dispose();
    if (!engine) return;
    await door.close();
    for (const tag of ['base', 'out']) await removeImage(engine, `${mark}:${tag}`);
    engine.dispose();
  });

  const fill = (bytes: number, file: string) => `head -c ${bytes} /dev/zero > ${file}-${unique}`;
  const first = `FROM ${mark}:base\nRUN ${fill(1000, '/one')}\nRUN ${fill(2000, '/two')}\n`;
  const exact = (hints: readonly string[]) => hints.filter((hint) => /^\d+ [\d.]+ k?B( · heaviest)?$/.test(hint));

  it('follow an edit at the next question, and a build of the command line by what the engine says of it, asked nothing before', async () => {
    const { address: host } = await engine.status(never);
    live = await openLiveSizes(first, { tag: `${mark}:out`, host, serverHost: door.host });
    await live.until(() => true);
    await live.build(first);
    assert.deepEqual(exact(await live.until((hints) => exact(hints).length === 2)), ['1 1 kB', '2 2 kB · heaviest']);

    const second = `FROM ${mark}:base\nRUN for at in 0 2 4; do echo at $at s; sleep 2; done; ${fill(3000, '/one')}\nRUN ${fill(2000, '/two')}\n`;
    await live.edit(second);
    assert.deepEqual((await live.hints()).slice(1), ['2 2 kB stale']);

    const asked = new Map<string, number>();
    await live.build(second, (printed) => {
      for (const [, said] of printed.matchAll(/^#\d+ [\d.]+ (at \d s)$/gm)) asked.set(said!, door.asked);
    });
    const ended = performance.now();
    // While something ran and nothing ended. What was asked for before may still come in, which takes no two seconds.
    assert.deepEqual([...asked.keys()], ['at 0 s', 'at 2 s', 'at 4 s']);
    assert.equal(asked.get('at 4 s'), asked.get('at 2 s'));
    assert.deepEqual(exact(await live.until((hints) => exact(hints).length === 2)), ['1 3 kB · heaviest', '2 2 kB']);
    const ms = performance.now() - ended;
    console.log(`      ${ms.toFixed(0)} ms from the end of the build to its sizes`);
    assert.ok(ms < 1000, `${ms} ms`);
  });
});
