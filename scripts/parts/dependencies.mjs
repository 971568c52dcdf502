// What package-lock.json asks for, installed. Runs on the machine's own Node, before anything else is there:
// built-in modules only.
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder of package.json. */
export const root = resolve(fileURLToPath(import.meta.url), '../../..');

/** The Node that tests and VS Code's tools run on; a development dependency, whatever the machine's own is. */
export const node24 = join(root, 'node_modules/node/bin/node');

const packagesOf = (file) => {
  try {
    return JSON.parse(readFileSync(join(root, file), 'utf8')).packages ?? {};
  } catch {
    return undefined; // no such file, or one that npm did not finish: both mean "install"
  }
};

/** Why node_modules is not what package-lock.json says, or undefined when it is. */
export function staleness() {
  const wanted = packagesOf('package-lock.json');
  if (!wanted) throw new Error('package-lock.json is missing or damaged: check it out again.');
  const installed = packagesOf('node_modules/.package-lock.json');
  if (!installed) return 'node_modules is missing';
  for (const [path, { version, optional }] of Object.entries(wanted)) {
    if (path === '' || (optional && !installed[path])) continue;
    if (installed[path]?.version !== version) return `${path} should be ${version}`;
  }
  return existsSync(node24) ? undefined : 'the Node of the tests is missing';
}

/** Runs `npm ci` unless node_modules already is what package-lock.json says. */
export async function installDependencies() {
  const reason = staleness();
  if (!reason) return;
  console.log(`Installing packages (${reason})`);
  // Beside the browser that VS Code's page is shown in, nothing needs a download of its own.
  const env = { ...process.env, PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD: '1', npm_config_loglevel: 'error' };
  const code = await attached('npm', ['ci'], env);
  if (code !== 0) throw new Error(`npm ci ended with code ${code}. Its own output above says why.`);
}

/** Runs one of the project's programs on the Node of the tests, sharing our terminal. Resolves to its exit code. */
export const onNode24 = (script, args) =>
  attached(node24, ['--disable-warning=MODULE_TYPELESS_PACKAGE_JSON', join(root, script), ...args], withNode24());

/** The environment in which `node`, and every tool that starts it by name, is the Node of the tests. */
export function withNode24(env = process.env) {
  const separator = process.platform === 'win32' ? ';' : ':';
  return { ...env, PATH: [join(root, 'node_modules/.bin'), env.PATH].join(separator) };
}

function attached(command, args, env) {
  const child = spawn(command, args, { cwd: root, env, stdio: 'inherit', shell: process.platform === 'win32' });
  // Ctrl-C reaches the child too. It ends first, so that what it started is stopped before we leave.
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => resolve(code ?? 1));
  });
}
