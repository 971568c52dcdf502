import { constants, open, stat } from 'node:fs/promises';

/** Larger files are not what their name says, and not read. */
export const maxBytes = 64 * 1024;

export interface SmallFile {
  /** Differs when the file has changed. */
  readonly stamp: string;
  /** The last change to it, milliseconds since 1970. */
  readonly changedAt: number;
  /** Undefined when the file is larger than allowed. */
  readonly text: string | undefined;
}

/**
 * Reads a file that is written by hand; `known`, where it has not changed. Undefined when there is none, which a folder or a
 * pipe of that name is not either. Throws what node:fs throws for anything else.
 */
export async function readSmallFile<T extends SmallFile>(
  path: string,
  maxBytes: number,
  known?: T,
): Promise<SmallFile | T | undefined> {
  try {
    const found = await stat(path);
    if (!found.isFile()) return undefined;
    const { mtimeMs, ctimeMs, size, ino } = found;
    const stamp = `${mtimeMs} ${ctimeMs} ${size} ${ino}`;
    if (known?.stamp === stamp) return known;
    const changedAt = Math.max(mtimeMs, ctimeMs);
    return { stamp, changedAt, text: size > maxBytes ? undefined : await readStart(path, maxBytes) };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw error;
  }
}

/** Up to the limit, however much the file has grown meanwhile; not even a pipe in its place can keep it waiting. */
async function readStart(path: string, maxBytes: number): Promise<string> {
  const handle = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(maxBytes), 0, maxBytes, 0);
    return buffer.toString('utf8', 0, bytesRead);
  } finally {
    await handle.close();
  }
}
