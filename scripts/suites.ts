// The suites of `npm test`, in order, with the real parts that they need. Arguments name those to run (`unit`, or one
// folder: `integration/debugging`); without, all.
import { watch } from 'node:fs';
import { glob, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { integrationFolders, runIntegration } from './integration.ts';
import { attached } from './parts/attached.ts';
import { root } from './parts/dependencies.mjs';
import { addReport, emptyReport, failure, type Report, readReport, summary } from './parts/report.ts';
import { testParts } from './parts/testParts.ts';

const parts = testParts();
const interrupted = new AbortController();

/** Where suites find the real parts. */
const withRegistries = async () => ({
  ...process.env,
  ...(await parts.witnesses()),
  ...(await parts.registries()),
});
const everything = async () => ({ ...(await withRegistries()), ...(await parts.engine()) });

/** `folders` is empty for the whole suite. */
const suites: Readonly<Record<string, (folders: readonly string[]) => Promise<Report>>> = {
  check: async () => addReport(await command('types'), await command('lint')),
  unit: () => mocha('unit', process.env),
  fuzz: () => mocha('fuzz', process.env),
  protocol: async () => mocha('protocol', await withRegistries()),
  engine: async () => {
    const env = await everything();
    return env['GANTRY_TEST_NO_ENGINE'] ? skipped('engine', env['GANTRY_TEST_NO_ENGINE']) : mocha('engine', env);
  },
  integration: async (folders) =>
    runIntegration(folders.length > 0 ? folders : await integrationFolders(), await everything()),
  e2e: async () => {
    const packaged = await command('package');
    return packaged.failed > 0 ? packaged : mocha('e2e', await everything());
  },
};

/** One of package.json's scripts, counted as one test. */
async function command(script: string): Promise<Report> {
  const code = await attached('npm', ['run', '--silent', script], process.env, interrupted.signal);
  return code === 0 ? { ...emptyReport, passed: 1 } : failure(`npm run ${script}`);
}

/** How long a suite may take, and how long its process may stay once its last test has ended. */
const [suiteMs, lingerMs] = [15 * 60_000, 15_000];

/** The mocha suite in test/`suite`, run as TypeScript. */
async function mocha(suite: string, env: NodeJS.ProcessEnv): Promise<Report> {
  const scratch = await mkdtemp(join(tmpdir(), 'gantry-report-'));
  const report = join(scratch, 'report.json');
  const config = join(root, 'test', suite, '.mocharc.json');
  const args = ['--config', config, '--reporter', join(root, 'test/support/reporter.cjs')];
  if (!process.stdout.isTTY) args.push('--no-color'); // CI=true alone would colour a log
  const late = new AbortController();
  let timer = setTimeout(() => late.abort(), suiteMs);
  // The report is written when the last test has ended: what keeps the process after that was left open by a test.
  const watcher = watch(scratch, () => {
    clearTimeout(timer);
    timer = setTimeout(() => late.abort(), lingerMs);
  });
  try {
    const signal = AbortSignal.any([interrupted.signal, late.signal]);
    await attached('mocha', args, { ...env, GANTRY_TEST_REPORT: report }, signal);
    const result = await readReport(report, suite);
    return late.signal.aborted
      ? addReport(result, failure(`${suite} did not end: its tests left something open`))
      : result;
  } finally {
    clearTimeout(timer);
    watcher.close();
    await rm(scratch, { recursive: true, force: true });
  }
}

/** A suite that cannot run here: each of its files counts as one skipped test. */
async function skipped(suite: string, reason: string): Promise<Report> {
  console.log(`  SKIPPED: ${reason}`);
  let files = 0;
  for await (const _ of glob(`test/${suite}/**/*.test.ts`, { cwd: root })) files++;
  return { ...emptyReport, skipped: files };
}

const args = process.argv.slice(2);
const whole = [...Object.keys(suites), ...(await integrationFolders()).map((folder) => `integration/${folder}`)];
const unknown = args.filter((name) => !whole.includes(name));
if (unknown.length > 0) {
  console.error(`There is no suite ${unknown.join(', ')}. There are ${whole.join(', ')}.`);
  process.exit(2);
}

// Whatever ends us, what was started for the tests ends too.
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    interrupted.abort();
    void parts.stop().finally(() => process.exit(1));
  });
}

const results: [name: string, report: Report, seconds: number][] = [];
for (const [name, suite] of Object.entries(suites)) {
  const folders = args.filter((arg) => arg.startsWith(`${name}/`)).map((arg) => arg.slice(name.length + 1));
  if (args.length > 0 && !args.includes(name) && folders.length === 0) continue;
  console.log(`\n== ${name}`);
  const start = performance.now();
  const report = await suite(args.includes(name) ? [] : folders).catch((error) => {
    console.error(error);
    return failure(`${name}: ${(error as Error).message}`);
  });
  results.push([name, report, (performance.now() - start) / 1000]);
}
await parts.stop();

console.log();
for (const [name, report, seconds] of results) {
  console.log(`${name.padEnd(12)} ${summary(report)} (${seconds.toFixed(1)} s)`);
  for (const title of report.failures) console.log(`${' '.repeat(13)}failed: ${title}`);
}
const total = results.reduce((sum, [, report]) => addReport(sum, report), emptyReport);
console.log(summary(total));
process.exitCode = total.failed > 0 ? 1 : 0;
