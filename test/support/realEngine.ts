import { access } from 'node:fs/promises';
import { createEngine, type Engine } from '../../server/engine/engine.ts';
import { problemOf } from '../../server/util/problemError.ts';

const silent = { info() {}, warn() {}, error() {} };

/** The engine of this machine. Skips the suite, saying why, where none answers; with CI=true that is a failure. */
export async function realEngine(suite: Mocha.Context): Promise<Engine> {
  const engine = createEngine({ log: silent });
  try {
    await access('/bin/busybox');
    await engine.status(AbortSignal.timeout(10_000));
    return engine;
  } catch (error) {
    engine.dispose();
    const reason = problemOf(error, 'engine').message;
    if (process.env['CI'] === 'true') throw error;
    console.log(`      skipped: no container engine, or no /bin/busybox to make an image of (${reason})`);
    return suite.skip();
  }
}
