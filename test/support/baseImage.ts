import { readFile } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pack } from 'tar-stream';
import { busyboxProgram } from '../../scripts/parts/baseImages.ts';
import { path } from '../../server/engine/apiPath.ts';
import type { Transport } from '../../server/engine/transport.ts';

const commands = [
  'sh',
  'ls',
  'cat',
  'cp',
  'dd',
  'head',
  'mkdir',
  'rm',
  'sleep',
  'echo',
  'true',
  'false',
  'wc',
  'stat',
  'find',
  'ps',
  'printf',
  'touch',
  'chmod',
  'bash',
];

/** Imports an image of nothing but Debian's static busybox as `name` (repository:tag). Removing it is the caller's. */
export async function importBaseImage(transport: Transport, name: string, signal: AbortSignal): Promise<void> {
  const archive = pack();
  archive.entry({ name: 'bin/busybox', mode: 0o755 }, await readFile(await busyboxProgram()));
  for (const command of commands) archive.entry({ name: `bin/${command}`, type: 'symlink', linkname: 'busybox' });
  for (const folder of ['tmp', 'etc', 'proc', 'root']) archive.entry({ name: folder, type: 'directory', mode: 0o755 });
  archive.entry({ name: 'etc/passwd' }, 'root:x:0:0:root:/root:/bin/sh\n');
  archive.finalize();
  const [repo, tag] = name.split(':');
  const answer = await transport.stream(
    {
      method: 'POST',
      path: '/images/create',
      query: { fromSrc: '-', repo, tag },
      body: Readable.from(archive, { objectMode: false }),
      headers: { 'Content-Type': 'application/x-tar' },
    },
    signal,
  );
  let said = '';
  for await (const chunk of answer) said += String(chunk);
  if (/"error"/.test(said)) throw new Error(said);
}

export async function removeImage(transport: Transport, reference: string): Promise<void> {
  const signal = AbortSignal.timeout(20_000);
  await transport
    .json({ method: 'DELETE', path: path`/images/${reference}`, query: { force: true } }, signal)
    .catch(() => {}); // It may never have been made.
}
