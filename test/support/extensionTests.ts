// What VS Code runs as --extensionTestsPath: mocha inside the extension host. `suite:files` stands for the test files
// of the folder that is run; the bundler fills it in (scripts/parts/integration.ts).
import Mocha from 'mocha';

export async function run(): Promise<void> {
  const reporter = process.env['GANTRY_TEST_REPORTER'];
  const color = process.env['GANTRY_TEST_COLOR'] === 'true';
  const mocha = new Mocha({ ui: 'bdd', color, timeout: 20_000, forbidOnly: true, ...(reporter && { reporter }) });
  // Mocha would load files itself, one by one; here they are in the bundle and only need its globals.
  mocha.suite.emit('pre-require', globalThis, '', mocha);
  await import('suite:files');
  const failures = await new Promise<number>((resolve) => mocha.run(resolve));
  if (failures > 0) throw new Error(`${failures} failed`);
}
