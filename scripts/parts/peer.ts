import { join } from 'node:path';
import { cached } from './cache.ts';
import { run } from './command.ts';
import { withNode24 } from './dependencies.mjs';

const name = 'dockerfile-language-server-nodejs';
export const peerVersion = '0.15.0';

/** The language server to compare with, installed once from npm: a program for Node that takes --stdio. */
export async function peerServer(): Promise<string> {
  const folder = await cached(`${name}-${peerVersion}`, async (folder) => {
    const options = ['--no-audit', '--no-fund', '--no-package-lock', '--ignore-scripts'];
    await run('npm', ['install', '--prefix', folder, ...options, `${name}@${peerVersion}`], {
      cwd: folder,
      env: withNode24(),
    });
  });
  return join(folder, 'node_modules', name, 'bin/docker-langserver');
}
