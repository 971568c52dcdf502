import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { unpackedPackages } from './apt.ts';
import { findProgram } from './command.ts';
import { startDaemon } from './daemon.ts';

/** The account of a registry that asks for one. */
export const account = { user: 'gantry', password: 'gantry-test' } as const;

/** `htpasswd -Bbn gantry gantry-test`, at its lowest cost: the registry checks it at every request. */
const htpasswdLine = 'gantry:$2y$04$n2ylVTCPMdrw28WoCM9j0eZVGUs/eMvUfSesTt9NO56rEy.wzNmm6';

export interface Registry {
  /** host:port, as it stands in an image reference. */
  readonly address: string;
  stop(): Promise<void>;
}

/** Starts an empty docker-registry (Distribution) on a free loopback port. It forgets everything when it stops. */
export async function startRegistry({ basic = false } = {}): Promise<Registry> {
  const folder = await mkdtemp(join(tmpdir(), 'gantry-registry-'));
  const config = {
    version: '0.1',
    log: { level: 'info', accesslog: { disabled: true } },
    storage: { filesystem: { rootdirectory: join(folder, 'data') }, delete: { enabled: true } },
    http: { addr: '127.0.0.1:0' },
    ...(basic && { auth: { htpasswd: { realm: 'gantry-test', path: join(folder, 'htpasswd') } } }),
  };
  await writeFile(join(folder, 'htpasswd'), `${htpasswdLine}\n`);
  await writeFile(join(folder, 'config.yml'), JSON.stringify(config)); // YAML contains JSON
  const daemon = await startDaemon(await registryProgram(), ['serve', join(folder, 'config.yml')], {
    // Settings of the machine's own registry would win over the file.
    env: Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('REGISTRY_'))),
    ready: /listening on (127\.0\.0\.1:\d+)/,
  });
  return {
    address: daemon.match[1]!,
    async stop() {
      await daemon.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Distribution's own server, installed or unpacked from Debian's package. */
export const registryProgram = async (): Promise<string> =>
  findProgram('docker-registry') ?? join(await unpackedPackages(['docker-registry']), 'usr/bin/docker-registry');

if (import.meta.main) {
  const { address, stop } = await startRegistry({ basic: process.argv.includes('--basic') });
  console.log(`Registry at http://${address}/v2/ (Ctrl-C stops it)`);
  process.once('SIGINT', () => void stop());
}
