// Opens Gantry on samples/: in desktop VS Code where there is a `code` command, else in a VS Code served on loopback
// until Ctrl-C.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { findProgram, PartMissing, run } from './parts/command.ts';
import { root } from './parts/dependencies.mjs';
import { dockerAt, reachableEngine } from './parts/docker.ts';
import { engine } from './parts/engine.ts';
import { provideSampleBases } from './parts/sampleBases.ts';
import { startVsCodeServer } from './parts/vsCodeServer.ts';

const { values } = parseArgs({
  options: { 'with-engine': { type: 'boolean', default: false }, port: { type: 'string', default: '0' } },
});
const samples = join(root, 'samples');

const found = values['with-engine'] ? await engine() : await reachableEngine().catch(withoutEngine);
const env = found ? { ...process.env, DOCKER_HOST: found.dockerHost } : process.env;
if (found && values['with-engine']) await provideSampleBases(dockerAt(found.dockerHost));

const desktop = findProgram('code', 'code.cmd');
if (desktop) {
  const flags = found && values['with-engine'] ? ['--wait'] : [];
  console.log('Opening Gantry on samples/ in VS Code.');
  await run(desktop, ['--new-window', ...flags, `--extensionDevelopmentPath=${root}`, samples], { env });
  await found?.stop();
} else {
  const dataFolder = await mkdtemp(join(tmpdir(), 'gantry-start-'));
  const server = await startVsCodeServer({ dataFolder, extensionFolder: root, env, port: Number(values.port) });
  console.log(`\nGantry is open at\n\n  ${server.address(samples)}\n\nCtrl-C ends it.`);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void server.stop());
  await server.ended;
  await found?.stop();
  await rm(dataFolder, { recursive: true, force: true });
}

function withoutEngine(error: unknown): undefined {
  if (!(error instanceof PartMissing)) throw error;
  console.log(`${error.message} Gantry works without one; "npm start -- --with-engine" brings one up.`);
}
