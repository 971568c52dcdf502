import { spawnSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { delimiter, dirname } from 'node:path';
import { ensurePackages, ensurePackagesOf } from './apt.ts';
import { busyboxProgram } from './baseImages.ts';
import { findProgram, PartMissing } from './command.ts';
import { registryProgram } from './registry.ts';

/**
 * PATH with the programs that tests hold Gantry's answers against, or make their own parts with: docker's command line
 * with buildx, skopeo, htpasswd, openssl, ps, ShellCheck, a static busybox and docker-registry. Where they cannot be had,
 * tests that need one say so themselves; with CI=true that is an error.
 */
export async function witnesses(env: NodeJS.ProcessEnv = process.env): Promise<NodeJS.ProcessEnv> {
  try {
    await ensurePackages('The tests', 'skopeo', 'apache2-utils', 'openssl', 'procps', 'shellcheck');
    const hasDocker = findProgram('docker') !== undefined;
    // A command line that was there before may have come without its plugins.
    if (!hasDocker || !hasPlugin('buildx') || !hasPlugin('compose')) {
      const isDebian = /^ID=debian$/m.test(await readFile('/etc/os-release', 'utf8'));
      const names = isDebian
        ? [...(hasDocker ? [] : ['docker-cli']), 'docker-buildx', 'docker-compose']
        : ['docker-buildx', 'docker-compose-v2'];
      await (isDebian ? ensurePackagesOf('trixie', 'The tests', ...names) : ensurePackages('The tests', ...names));
    }
    const folders = [await busyboxProgram(), await registryProgram()].map((program) => dirname(program));
    return { PATH: [env['PATH'], ...new Set(folders)].join(delimiter) };
  } catch (error) {
    if (!(error instanceof PartMissing) || env['CI'] === 'true') throw error;
    console.log(error.message);
    return {};
  }
}

function hasPlugin(name: string): boolean {
  return spawnSync('docker', [name, 'version'], { stdio: 'ignore' }).status === 0;
}
