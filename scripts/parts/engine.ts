import { mkdir, mkdtemp, readdir, readFile, readlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { asRoot, ensurePackages, unpackedPackages } from './apt.ts';
import { cacheFolder } from './cache.ts';
import { findProgram, PartMissing, run } from './command.ts';
import { startDaemon } from './daemon.ts';
import { type Engine, reachableEngine } from './docker.ts';

/** A Docker Engine: one that is reachable already, else one of our own. Throws PartMissing where neither can be had. */
export async function engine(env: NodeJS.ProcessEnv = process.env): Promise<Engine> {
  try {
    return await reachableEngine(env);
  } catch (error) {
    if (!(error instanceof PartMissing)) throw error;
    if (process.platform !== 'linux' || !findProgram('apt-get') || !asRoot('true')) {
      throw new PartMissing(
        `${error.message} Start one, or name it in DOCKER_HOST. (One of its own the test bed starts only on Debian-like systems, as root.)`,
      );
    }
    console.log(`${error.message} Starting one of our own.`);
    return startEngine();
  }
}

/**
 * Starts a Docker Engine that shares nothing with another one on the machine: its own socket, data, exec root, pid
 * file and containerd namespace. Where another one runs, it also leaves the firewall and the bridge docker0 alone.
 * Its data goes away with it. With `containerdStore` it keeps images as newer engines do from the start: in containerd's store.
 */
export async function startEngine({ containerdStore = false } = {}): Promise<Engine> {
  const bin = await engineBinaries();
  const dockerd = join(bin, 'usr/sbin/dockerd');
  await removeLeftovers();
  // A socket's path has 107 bytes at most: not below the cache, whose folder is the user's choice.
  const place = await mkdtemp(join(tmpdir(), 'gantry-engine-'));
  const data = join(cacheFolder(), dataPrefix + process.pid);
  await mkdir(data, { recursive: true });
  // Without a file the machine's own /etc/docker/daemon.json is read.
  await writeFile(
    join(data, 'daemon.json'),
    JSON.stringify(containerdStore ? { features: { 'containerd-snapshotter': true } } : {}),
  );
  const dockerHost = `unix://${place}/docker.sock`;
  const bridge = (await otherEngineRuns()) ? await ownBridge() : undefined;
  const args = [
    `--host=${dockerHost}`,
    `--data-root=${data}/data`,
    `--exec-root=${place}/exec`,
    `--pidfile=${data}/docker.pid`,
    `--config-file=${data}/daemon.json`,
    '--containerd-namespace=gantry-test',
    '--containerd-plugins-namespace=gantry-test-plugins',
    `--userland-proxy-path=${join(bin, 'usr/sbin/docker-proxy')}`,
    // The static one: it runs in images that have no libc.
    `--init-path=${findProgram('tini-static')}`,
    ...(process.getuid?.() === 0 ? [] : [`--group=${process.getgid?.()}`]),
    ...(bridge ? [`--bridge=${bridge.name}`, '--iptables=false', '--ip6tables=false'] : []),
  ];
  const path = [process.env['PATH'], '/usr/sbin', '/sbin'].join(delimiter);
  const [command, commandArgs] = asRoot('env', `PATH=${path}`, dockerd, ...args)!;
  const clean = async () => {
    await bridge?.remove();
    for (const folder of [place, data]) await removeMounted(folder);
  };
  try {
    const daemon = await startDaemon(command, commandArgs, { ready: /API listen on/ });
    const { version } = await reachableEngine({ DOCKER_HOST: dockerHost });
    return {
      dockerHost,
      version,
      async stop() {
        await daemon.stop();
        await clean();
      },
    };
  } catch (error) {
    await clean();
    throw error;
  }
}

const dataPrefix = 'engine-of-';

/**
 * dockerd and its companions, unpacked into the cache. Debian 12's own is too old (20.10 cannot do heredocs); Debian
 * 13's runs there with the containerd and runc of 12. Derivatives have one of their own that is new enough.
 */
async function engineBinaries(): Promise<string> {
  await ensurePackages('A Docker Engine', 'containerd', 'runc', 'tini', 'iptables', 'iproute2', 'ca-certificates');
  const isDebian = /^ID=debian$/m.test(await readFile('/etc/os-release', 'utf8'));
  return unpackedPackages(['docker.io'], isDebian ? 'trixie' : undefined);
}

/** Whether another Docker Engine runs in our network: its firewall rules and bridge must stay as they are. */
async function otherEngineRuns(): Promise<boolean> {
  const network = await readlink('/proc/self/ns/net').catch(() => '');
  for (const pid of await processes()) {
    const name = await readFile(`/proc/${pid}/comm`, 'utf8').catch(() => '');
    if (name.trim() !== 'dockerd') continue;
    if ((await readlink(`/proc/${pid}/ns/net`).catch(() => network)) === network) return true;
  }
  return false;
}

const processes = async () => (await readdir('/proc')).filter((name) => /^\d+$/.test(name));

async function ownBridge(): Promise<{ readonly name: string; remove(): Promise<void> }> {
  const name = `gantry${process.pid % 1_000_000}`;
  const ip = (...args: string[]) => run(...asRoot('ip', ...args)!);
  const second = 16 + (process.pid % 200);
  await ip('link', 'add', 'name', name, 'type', 'bridge');
  await ip('address', 'add', `10.213.${second}.1/24`, 'dev', name);
  await ip('link', 'set', name, 'up');
  return { name, remove: async () => void (await ip('link', 'delete', name)) };
}

/** Ends the engines, and removes their data, of test runs that were killed before they could. */
async function removeLeftovers(): Promise<void> {
  for (const name of await readdir(cacheFolder()).catch(() => [])) {
    const owner = name.startsWith(dataPrefix) ? Number(name.slice(dataPrefix.length)) : undefined;
    if (!owner || alive(owner)) continue;
    const folder = join(cacheFolder(), name);
    const pid = Number(await readFile(join(folder, 'docker.pid'), 'utf8').catch(() => 0));
    const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
    // The pid may be another's by now: only an engine that works in this folder is ours.
    if (pid && command.includes(folder)) {
      await run(...asRoot('kill', String(pid))!);
      await run('timeout', ['30', 'tail', `--pid=${pid}`, '--follow', '/dev/null']);
    }
    await removeMounted(folder);
  }
}

/** Removes a folder of an engine, after what the engine may have left mounted in it. */
async function removeMounted(folder: string): Promise<void> {
  const mounts = (await readFile('/proc/self/mounts', 'utf8')).split('\n').map((line) => line.split(' ')[1] ?? '');
  for (const path of mounts.filter((path) => path.startsWith(`${folder}/`)).reverse()) {
    await run(...asRoot('umount', path)!);
  }
  await run(...asRoot('rm', '-rf', folder)!);
}

function alive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

if (import.meta.main) {
  const { dockerHost, version, stop } = await startEngine();
  console.log(`Docker Engine ${version}: DOCKER_HOST=${dockerHost} (Ctrl-C stops it)`);
  process.once('SIGINT', () => void stop());
}
