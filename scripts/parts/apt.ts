import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cached, cacheFolder } from './cache.ts';
import { findProgram, PartMissing, run } from './command.ts';

/** How a command that needs root is started: directly as root, through sudo where CI=true says the machine is ours. */
export function asRoot(command: string, ...args: readonly string[]): readonly [string, readonly string[]] | undefined {
  if (process.getuid?.() === 0) return [command, args];
  return process.env['CI'] === 'true' && findProgram('sudo') ? ['sudo', ['-n', command, ...args]] : undefined;
}

/** Installs those of the Debian packages that are missing. Throws PartMissing where that is not possible. */
export async function ensurePackages(what: string, ...names: readonly string[]): Promise<void> {
  await install(what, names);
}

/** The same from another Debian release. Only what fits the machine's own libraries: nothing else is upgraded. */
export async function ensurePackagesOf(suite: string, what: string, ...names: readonly string[]): Promise<void> {
  await install(what, names, suite);
}

async function install(what: string, names: readonly string[], suite?: string): Promise<void> {
  const missing = await missingPackages(names);
  if (missing.length === 0) return;
  const need = `${what} needs the Debian package${missing.length > 1 ? 's' : ''} ${missing.join(', ')}`;
  if (!findProgram('apt-get')) throw new PartMissing(`${need}, and this machine has no apt-get.`);
  const options = suite ? await privateApt(suite) : [];
  const aptGet = (...args: string[]) => {
    const command = asRoot('env', 'DEBIAN_FRONTEND=noninteractive', 'apt-get', ...options, ...args);
    if (!command) throw new PartMissing(`${need}. Install with: sudo apt-get install ${missing.join(' ')}`);
    return run(...command);
  };
  console.log(`Installing ${missing.join(', ')}${suite ? ` of Debian's ${suite}` : ''}`);
  await aptGet('update');
  const plan = await aptGet('install', '--simulate', '--no-install-recommends', '--no-remove', ...missing);
  const upgraded = [...plan.matchAll(/^Inst (\S+) \[/gm)].map((match) => match[1]);
  if (suite && upgraded.length > 0)
    throw new PartMissing(`${need} of ${suite}, which would replace ${upgraded.join(', ')}.`);
  await aptGet('install', '--yes', '--no-install-recommends', '--no-remove', ...missing);
}

async function missingPackages(names: readonly string[]): Promise<readonly string[]> {
  if (!findProgram('dpkg-query')) return names;
  const states = names.map(async (name) => {
    const status = await run('dpkg-query', ['--status', name]).catch(() => ''); // it knows no such package
    return status.includes('Status: install ok installed') ? [] : [name];
  });
  return (await Promise.all(states)).flat();
}

/**
 * The files of Debian packages, unpacked into the cache: the machine itself stays as it is, no service starts, and
 * root is not needed. For programs that want no other library than the machine's libc.
 * @param suite the Debian release to take them from; the machine's own without one
 */
export async function unpackedPackages(names: readonly string[], suite?: string): Promise<string> {
  const apt = findProgram('apt-get');
  if (!apt || !findProgram('dpkg-deb')) throw new PartMissing(`${names.join(', ')}: this machine has no apt-get.`);
  return cached(`debian/${[suite ?? 'own', ...names].join('-')}`, async (folder) => {
    console.log(`Fetching ${names.join(', ')}${suite ? ` from Debian's ${suite}` : ''}`);
    const options = await privateApt(suite);
    await run(apt, [...options, 'update']);
    await run(apt, [...options, 'download', ...names], { cwd: folder });
    for (const file of await readdir(folder)) await run('dpkg-deb', ['--extract', join(folder, file), folder]);
  });
}

/** An apt of our own: its lists and cache are ours, so that the machine's sources and state are only read. */
async function privateApt(suite: string | undefined): Promise<readonly string[]> {
  const state = join(cacheFolder(), 'apt', suite ?? 'own');
  await mkdir(join(state, 'lists/partial'), { recursive: true });
  await mkdir(join(state, 'cache/archives/partial'), { recursive: true });
  const options = [`Dir::State::Lists=${state}/lists`, `Dir::Cache=${state}/cache`, 'APT::Sandbox::User=root'];
  if (suite) {
    const { uri, signedBy } = await debianMirror();
    await writeFile(join(state, 'sources.list'), `deb [signed-by=${signedBy}] ${uri} ${suite} main\n`);
    options.push(`Dir::Etc::sourcelist=${state}/sources.list`, 'Dir::Etc::sourceparts=-');
  }
  return options.flatMap((option) => ['-o', option]);
}

/** The mirror and keyring of the machine's own release, from its sources in either of apt's two formats. */
async function debianMirror(): Promise<{ readonly uri: string; readonly signedBy: string }> {
  const folder = '/etc/apt/sources.list.d';
  const parts = (await readdir(folder).catch(() => [])).filter((name) => /\.(list|sources)$/.test(name));
  const files = ['/etc/apt/sources.list', ...parts.map((name) => join(folder, name))];
  for (const file of files) {
    const text = await readFile(file, 'utf8').catch(() => '');
    const uri = /^(?:URIs:\s*|deb\s+(?:\[[^\]]*\]\s+)?)(https?:\/\/\S+\/debian\/?)(?:\s|$)/m.exec(text)?.[1];
    const signedBy = /signed-by[:=]\s*(\/[^\s\]]+)/i.exec(text)?.[1];
    if (uri) return { uri, signedBy: signedBy ?? '/usr/share/keyrings/debian-archive-keyring.gpg' };
  }
  throw new PartMissing(`No Debian mirror is named in ${files.join(', ')}.`);
}
