import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ensurePackages } from './apt.ts';
import { cached } from './cache.ts';
import { run } from './command.ts';
import { node24, root, withNode24 } from './dependencies.mjs';

/** code-server 4.139.1 carries the VS Code named beside it. Both are what the tests run in. */
const codeServer = '4.139.1';
export const vsCodeVersion = '1.139.1';

/**
 * The server of a real VS Code, extension host and all, that a browser shows: `lib/vscode/out/server-main.js` of
 * code-server, installed once from npm. Its native modules are compiled for the Node of the tests.
 */
export async function servedVsCode(): Promise<string> {
  const folder = await cached(`code-server-${codeServer}`, async (folder) => {
    await ensurePackages('The served VS Code', ...buildPackages);
    console.log(`Installing VS Code ${vsCodeVersion} (code-server, about two minutes, once)`);
    const env = { ...withNode24(), npm_config_nodedir: headers(), npm_config_loglevel: 'error' };
    const options = ['--no-audit', '--no-fund', '--no-package-lock', '--dangerously-allow-all-scripts'];
    await run('npm', ['install', '--prefix', folder, ...options, `code-server@${codeServer}`], { cwd: folder, env });
  });
  return join(folder, 'node_modules/code-server/lib/vscode/out/server-main.js');
}

const buildPackages =
  process.platform === 'linux'
    ? ['python3', 'make', 'g++', 'pkg-config', 'libkrb5-dev', 'libsecret-1-dev', 'libx11-dev', 'libxkbfile-dev']
    : [];

/** Where node-gyp finds Node's headers without downloading them: the package beside the binary, wherever npm put it. */
function headers(): string {
  const name = `node-${process.platform}-${process.arch}`;
  const folder = [join(root, 'node_modules/node/node_modules', name), join(root, 'node_modules', name)].find((path) =>
    existsSync(join(path, 'include/node/node_api.h')),
  );
  if (!folder)
    throw new Error(`${name}, which comes with ${node24}, has no headers: delete node_modules and run again.`);
  return folder;
}

if (import.meta.main) console.log(await servedVsCode());
