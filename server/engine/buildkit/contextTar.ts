import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join, relative } from 'node:path';
import { Readable } from 'node:stream';
import { finished } from 'node:stream/promises';
import type { Pack } from 'tar-stream';
import { readIgnoreFile } from '../../../common/ignore.ts';
import { changedMeanwhile, isMissing } from './contextError.ts';
import { openContextFile } from './diffCopy.ts';
import { type ContextEntry, walkContext } from './walkContext.ts';

export interface ContextTar {
  readonly body: Readable;
  /** Where the Dockerfile is in it. */
  readonly dockerfile: string;
}

/**
 * A build context as the tar that the engine's REST API takes, made while it is read. What .dockerignore leaves out is not in it, except
 * the Dockerfile; one from outside the context is added under a name of its own. A file that cannot be read ends `body` with a ProblemError.
 * Source: docker/cli cli/command/image/build/context.go.
 */
export async function contextTar(
  context: string,
  dockerfile: string,
  { classic }: { readonly classic: boolean },
  signal: AbortSignal,
): Promise<ContextTar> {
  const { pack } = await import('tar-stream');
  const inside = relative(context, dockerfile).replaceAll('\\', '/');
  const isInside = inside !== '' && !inside.startsWith('../') && !isAbsolute(inside);
  const name = isInside ? inside : `.dockerfile.${randomBytes(8).toString('hex')}`;
  const exclude = await ignorePatterns(context, dockerfile);
  const archive = pack();
  const fill = async () => {
    if (!isInside) await addForeign(archive, name, dockerfile, exclude);
    // The classic builder takes both out again itself when it has read them; BuildKit keeps the Dockerfile in the context.
    const kept = [`!${literal(name)}`, ...(classic ? ['!.dockerignore'] : [])];
    const filter = { exclude: exclude.length > 0 ? [...exclude, ...kept] : [], include: [] };
    const seen = new Map<string, string>();
    for await (const entry of walkContext(context, filter, signal)) {
      if (!isInside && entry.path === '.dockerignore') continue;
      await addEntry(archive, context, entry, seen);
    }
    archive.finalize();
  };
  fill().catch((error: unknown) => archive.destroy(error as Error));
  return { body: Readable.from(archive, { objectMode: false }), dockerfile: name };
}

/** The file beside the Dockerfile replaces the one of the context. Source: moby/buildkit frontend/dockerui/context.go. */
export async function ignorePatterns(context: string, dockerfile: string): Promise<readonly string[]> {
  for (const file of [
    join(dirname(dockerfile), `${basename(dockerfile)}.dockerignore`),
    join(context, '.dockerignore'),
  ]) {
    try {
      return readIgnoreFile(await readFile(file, 'utf8'));
    } catch (error) {
      if (!isMissing(error)) throw error;
    }
  }
  return [];
}

function literal(path: string): string {
  return path.replaceAll(/[*?[\]\\]/g, '\\$&');
}

/** The engine drops from the context what the .dockerignore in it names, so the Dockerfile's own name is put there. */
async function addForeign(archive: Pack, name: string, dockerfile: string, exclude: readonly string[]): Promise<void> {
  archive.entry({ name, mode: 0o600 }, await readFile(dockerfile));
  archive.entry({ name: '.dockerignore', mode: 0o600 }, [...exclude, name, '.dockerignore', ''].join('\n'));
}

async function addEntry(archive: Pack, context: string, entry: ContextEntry, seen: Map<string, string>): Promise<void> {
  const { path, stats, link } = entry;
  const header = { name: path, mode: Number(stats.mode & 0o7777n), mtime: stats.mtime, uid: 0, gid: 0 };
  if (link !== undefined) return void archive.entry({ ...header, type: 'symlink', linkname: link });
  if (stats.isDirectory()) return void archive.entry({ ...header, type: 'directory' });
  const key = `${stats.dev}:${stats.ino}`;
  const first = stats.nlink > 1n ? seen.get(key) : undefined;
  if (first !== undefined) return void archive.entry({ ...header, type: 'link', linkname: first });
  seen.set(key, path);
  await addFile(archive, context, path, { ...header, size: Number(stats.size) });
}

/** The header has said how many bytes come: a file that grew is cut there, one that shrank is an error. */
async function addFile(
  archive: Pack,
  context: string,
  path: string,
  header: { readonly name: string; readonly size: number },
): Promise<void> {
  const file = await openContextFile(context, path);
  try {
    const sink = archive.entry(header);
    const ended = finished(sink as unknown as NodeJS.WritableStream);
    ended.catch(() => {}); // Awaited below, unless reading fails first.
    for (let left = header.size; left > 0; ) {
      const { bytesRead, buffer } = await file.read(Buffer.allocUnsafe(Math.min(left, 64 * 1024)));
      if (bytesRead === 0) throw changedMeanwhile(path);
      left -= bytesRead;
      if (!sink.write(buffer.subarray(0, bytesRead))) await drained(sink);
    }
    sink.end(undefined);
    await ended;
  } finally {
    await file.close();
  }
}

function drained(sink: ReturnType<Pack['entry']>): Promise<void> {
  return new Promise((resolve, reject) => {
    sink.once('drain', resolve);
    sink.once('close', () => reject(new Error('the transfer was ended')));
  });
}
