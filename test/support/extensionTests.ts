// What VS Code runs as --extensionTestsPath: mocha inside the extension host. `suite:files` stands for the test files
// of the folder that is run; the bundler fills it in (scripts/parts/integration.ts).
import { appendFileSync } from 'node:fs';
import Mocha from 'mocha';
import { gantry } from './extensionHost.ts';

export async function run(): Promise<void> {
  const reporter = process.env['GANTRY_TEST_REPORTER'];
  const color = process.env['GANTRY_TEST_COLOR'] === 'true';
  const mocha = new Mocha({ ui: 'bdd', color, timeout: 20_000, forbidOnly: true, ...(reporter && { reporter }) });
  // Mocha would load files itself, one by one; here they are in the bundle and only need its globals.
  mocha.suite.emit('pre-require', globalThis, '', mocha);
  await import('suite:files');
  // Before any test makes the host busy; the runner compares what all hosts say.
  const { activationMs } = await gantry.activate();
  const activations = process.env['GANTRY_TEST_ACTIVATIONS'];
  if (activations) appendFileSync(activations, `${activationMs}\n`);
  const failures = await new Promise<number>((resolve) => mocha.run(resolve));
  if (failures > 0) throw new Error(`${failures} failed`);
}
