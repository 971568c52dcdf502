import type Docker from 'dockerode';
import { dockerAt } from '../../scripts/parts/docker.ts';
import { testLabel } from '../../scripts/parts/testNames.ts';

/** What `npm test` says about the parts that it started (scripts/parts/testParts.ts). */
function told(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set: run this suite with "npm test -- <suite>".`);
  return value;
}

/** The addresses (host:port) of two real, at first empty registries, and the account that the second asks for. */
export const testRegistries = () => ({
  open: told('GANTRY_TEST_REGISTRY'),
  basic: told('GANTRY_TEST_REGISTRY_BASIC'),
  user: told('GANTRY_TEST_USER'),
  password: told('GANTRY_TEST_PASSWORD'),
});

/** Skips the running test or suite, saying why, on a machine that can have no engine. */
export function needsEngine(context: Mocha.Context): void {
  const reason = process.env['GANTRY_TEST_NO_ENGINE'];
  if (!reason) return;
  console.log(`    skipped: ${reason}`);
  context.skip();
}

/** A client of the engine under test, whose base images are there. */
export const testEngine = (): Docker => dockerAt(told('DOCKER_HOST'));

/** To be put on whatever a test creates in an engine: by it, what a failed test left behind is found and removed. */
export const testLabels = (): Record<string, string> => ({ [testLabel]: told('GANTRY_TEST_RUN') });
