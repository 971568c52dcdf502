// Runs every folder of test/integration in a real VS Code: its *.test.ts inside the extension host, with a copy of its
// workspace/ opened.
import { cp, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { runTests } from '@vscode/test-electron';
import { build, type Plugin } from 'esbuild';
import { root } from './parts/dependencies.mjs';
import { vsCodeForTests } from './parts/desktop.ts';
import { addReport, emptyReport, failure, type Report, readReport } from './parts/report.ts';

const folders = join(root, 'test/integration');
const out = join(root, 'node_modules/.cache/gantry/integration');

const suiteFiles = (suite: string): Plugin => ({
  name: 'suite-files',
  setup(build) {
    build.onResolve({ filter: /^suite:files$/ }, () => ({ path: suite, namespace: 'suite' }));
    build.onLoad({ filter: /.*/, namespace: 'suite' }, async () => {
      const names = (await readdir(join(folders, suite))).filter((name) => name.endsWith('.test.ts'));
      if (names.length === 0) throw new Error(`test/integration/${suite} has no *.test.ts`);
      const contents = names.map((name) => `import ${JSON.stringify(`./${name}`)};`).join('\n');
      return { contents, resolveDir: join(folders, suite) };
    });
  },
});

/** The folders of test/integration. */
export async function integrationFolders(): Promise<readonly string[]> {
  const entries = await readdir(folders, { withFileTypes: true });
  return entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
}

/** Runs these folders and returns the sum of what they report. One without a report counts as one failure. */
export async function runIntegration(names: readonly string[], env: NodeJS.ProcessEnv): Promise<Report> {
  const vscode = await vsCodeForTests();
  const scratch = await mkdtemp(join(tmpdir(), 'gantry-activations-'));
  const activations = join(scratch, 'milliseconds');
  let sum = emptyReport;
  try {
    for (const name of names) {
      const suiteEnv = { ...env, ...vscode.env, GANTRY_TEST_ACTIVATIONS: activations };
      sum = addReport(sum, await runSuite(name, vscode.executable, suiteEnv));
    }
    const said = await readFile(activations, 'utf8').catch(() => ''); // no host came that far
    return addReport(sum, checkActivations(said.trim().split('\n').map(Number)));
  } finally {
    await vscode.stop();
    await rm(scratch, { recursive: true, force: true });
  }
}

const activationLimitMs = 50;

/** `activate()` of each of the hosts, milliseconds. Hosts differ by what else the machine does, so their median counts. */
function checkActivations(hosts: readonly number[]): Report {
  const median = hosts.toSorted((a, b) => a - b)[Math.floor(hosts.length / 2)] ?? Number.NaN;
  console.log(`\n  activate() took ${hosts.map((ms) => ms.toFixed(1)).join(', ')} ms in ${hosts.length} fresh hosts`);
  if (hosts.length < 3) return emptyReport;
  return median < activationLimitMs
    ? { ...emptyReport, passed: 1 }
    : failure(`activate() took ${median.toFixed(1)} ms, the median of ${hosts.length} hosts`);
}

async function runSuite(suite: string, vscode: string, env: NodeJS.ProcessEnv): Promise<Report> {
  const bundle = join(out, `${suite}.js`);
  await build({
    entryPoints: [join(root, 'test/support/extensionTests.ts')],
    outfile: bundle,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node22',
    sourcemap: 'inline',
    external: ['vscode', 'mocha', 'dockerode'],
    plugins: [suiteFiles(suite)],
    logLevel: 'warning',
  });
  const scratch = await mkdtemp(join(tmpdir(), 'gantry-vscode-'));
  const workspace = join(scratch, 'workspace');
  await cp(join(folders, suite, 'workspace'), workspace, { recursive: true });
  console.log(`\n  ${suite}`);
  const report = join(scratch, 'report.json');
  const output = join(scratch, 'output.txt');
  const log: string[] = [];
  const sink = () => new Writable({ write: (chunk, _, done) => done(void log.push(String(chunk))) });
  try {
    await runTests({
      vscodeExecutablePath: vscode,
      extensionDevelopmentPath: root,
      extensionTestsPath: bundle,
      launchArgs: [workspace, `--user-data-dir=${join(scratch, 'data')}`, `--extensions-dir=${join(scratch, 'ext')}`],
      extensionTestsEnv: {
        ...env,
        GANTRY_TEST_REPORTER: join(root, 'test/support/reporter.cjs'),
        GANTRY_TEST_COLOR: String(Boolean(process.stdout.isTTY)),
        GANTRY_TEST_REPORT: report,
        GANTRY_TEST_OUTPUT: output,
      },
      stdout: sink(),
      stderr: sink(),
    }).catch((error) => log.push(`${error}\n`)); // failed tests are in the report; the log tells the rest
    process.stdout.write(await readFile(output, 'utf8').catch(() => '')); // no test ran: the log says why
    const result = await readReport(report, `integration/${suite}`);
    if (result.failed > 0) process.stdout.write(`\nWhat VS Code printed:\n${log.join('')}`);
    return result;
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}
