import { readFile, realpath, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import type Docker from 'dockerode';
import tar from 'tar-stream';
import { unpackedPackages } from './apt.ts';
import { findProgram, run } from './command.ts';
import { node24 } from './dependencies.mjs';
import { baseImage, nodeImage, testLabel } from './testNames.ts';

/** Makes the images that tests start from, as far as they are not there. Nothing is pulled. Returns those it made. */
export async function makeBaseImages(docker: Docker): Promise<readonly string[]> {
  const made: string[] = [];
  for (const [name, files] of [
    [baseImage, busyboxFiles],
    [nodeImage, async () => [...(await busyboxFiles()), ...(await nodeFiles())]],
  ] as const) {
    if (await exists(docker, name)) continue;
    await importImage(docker, name, await files());
    made.push(name);
  }
  return made;
}

const exists = (docker: Docker, name: string): Promise<boolean> =>
  docker
    .getImage(name)
    .inspect()
    .then(() => true)
    .catch((error: { statusCode?: number }) => {
      if (error.statusCode === 404) return false;
      throw error;
    });

/** A file (or, with `link`, a symbolic link; or, with neither, a folder) of an image. */
interface ImageFile {
  readonly path: string;
  readonly content?: Buffer;
  readonly link?: string;
  readonly mode?: number;
}

async function importImage(docker: Docker, name: string, files: readonly ImageFile[]): Promise<void> {
  const pack = tar.pack();
  const [repo, tag] = name.split(':');
  const changes = [
    `LABEL ${testLabel}=base`,
    'ENV PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
    'CMD ["sh"]',
  ];
  const imported = docker.importImage(Readable.from(pack), { fromSrc: '-', repo, tag, changes });
  // An engine refuses a path that comes twice.
  for (const { path, content, link, mode } of new Map(files.map((file) => [file.path, file])).values()) {
    const type = content ? 'file' : link ? 'symlink' : 'directory';
    // Without a time, so that the same files make the same image.
    const header = {
      name: path,
      mtime: new Date(0),
      type,
      mode: mode ?? 0o755,
      ...(link && { linkname: link }),
    } as const;
    if (content) pack.entry(header, content);
    else pack.entry(header);
  }
  pack.finalize();
  const answer = await text(await imported);
  // The engine answers 200 and then, line by line, how it went.
  if (answer.includes('"error"')) throw new Error(`${name} was not imported: ${answer.trim()}`);
}

const commands =
  'sh ash cat chmod cp date dd df echo env expr false find grep head hostname httpd id kill ln ls mkdir mktemp mv nc printf ps pwd rm rmdir sed seq sleep sort stat tail tar tee test touch tr true tty uname wc wget which whoami xargs yes';

async function busyboxFiles(): Promise<readonly ImageFile[]> {
  const busybox = await busyboxProgram();
  return [
    ...['bin', 'etc', 'proc', 'root', 'sys', 'usr', 'usr/bin', 'var'].map((path) => ({ path })),
    { path: 'tmp', mode: 0o1777 },
    { path: 'bin/busybox', content: await readFile(busybox) },
    ...commands.split(' ').map((name) => ({ path: `bin/${name}`, link: 'busybox' })),
    { path: 'usr/bin/env', link: '/bin/busybox' },
    {
      path: 'etc/passwd',
      content: Buffer.from('root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534::/:/bin/sh\n'),
      mode: 0o644,
    },
    { path: 'etc/group', content: Buffer.from('root:x:0:\nnogroup:x:65534:\n'), mode: 0o644 },
  ];
}

/** A busybox without libraries: Debian's busybox-static. The one that is installed may be the dynamic one. */
export async function busyboxProgram(): Promise<string> {
  const installed = findProgram('busybox');
  if (installed && (await libraries(installed)).length === 0) return installed;
  return join(await unpackedPackages(['busybox-static']), 'bin/busybox');
}

async function nodeFiles(): Promise<readonly ImageFile[]> {
  const files = [{ path: 'usr/local/bin/node', content: await readFile(node24) }];
  for (const library of await libraries(node24))
    files.push({ path: library.slice(1), content: await readFile(library) });
  const folders = new Set(files.flatMap(({ path }) => parents(path)));
  return [...[...folders].sort().map((path) => ({ path })), ...files];
}

const parents = (path: string): readonly string[] =>
  dirname(path) === '.' ? [] : [...parents(dirname(path)), dirname(path)];

/** The shared libraries of a program, its loader included, as absolute paths. */
async function libraries(program: string): Promise<readonly string[]> {
  const output = await run('ldd', [await realpath(program)]).catch(() => ''); // ldd fails on a static program
  const paths = output.matchAll(/(?:=>\s*)?(\/\S+)\s+\(0x/g);
  const found = [...paths].map((match) => match[1]!);
  for (const path of found) await stat(path);
  return found;
}
