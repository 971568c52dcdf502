import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { serving } from '../../support/documents.ts';
import { gantry, servers } from '../../support/extensionHost.ts';
import { until } from '../../support/until.ts';

describe('The extension, at its end', () => {
  it('takes its server along', async () => {
    await serving();
    assert.equal((await servers()).length, 1);
    // The module that VS Code has loaded and calls when the window goes.
    const main = join(gantry.extensionPath, gantry.packageJSON.main);
    const { deactivate } = createRequire(main)(main) as { deactivate(): Promise<void> };
    await deactivate();
    // It is told to go, and keeps what V8 compiled on its way out.
    await until(async () => (await servers()).length === 0);
  });
});
