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
    if (!findProgram('docker')) {
      const isDebian = /^ID=debian$/m.test(await readFile('/etc/os-release', 'utf8'));
      const names = isDebian
        ? ['docker-cli', 'docker-buildx', 'docker-compose']
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
