/** Values that outlive the process: one file each, in a folder that several processes may share. */
import { createHash, randomBytes } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fields } from './json.ts';

export interface DiskCacheOptions {
  /** Asked for at each use; undefined: nothing is kept. It is made when something is written. */
  readonly folder: () => string | undefined;
  /** Called once, with what kept the first value from being written. */
  readonly onProblem: (error: unknown) => void;
  readonly maximumFiles?: number;
  readonly maximumBytes?: number;
  /** Longer values are not kept, and longer files not read. */
  readonly maximumFileBytes?: number;
  /** How long writing is put off, so that it is not in the way of what is going on. */
  readonly delayMs?: number;
}

/** Where a value is kept. What belongs to one group is forgotten together. Files are named by hashes of both. */
export interface DiskKey {
  readonly group: string;
  readonly name: string;
}

interface Entry {
  readonly value: unknown;
  readonly at: number;
}

/** What a program of another version wrote is not read. */
const format = 1;
/** Left behind by a process that died while it wrote. */
const abandonedMs = 3600_000;

/**
 * Unlike {@link Cache} it neither asks nor judges: what it returns is as old as `at` says, came from a file that anybody
 * could have changed, and has to be checked. A file that is damaged is as if it were not there, and goes.
 */
export class DiskCache {
  readonly #options: Required<DiskCacheOptions>;
  readonly #pending = new Map<string, Entry>();
  /** Writing and forgetting, one after the other. */
  #work: Promise<void> = Promise.resolve();
  #timer: NodeJS.Timeout | undefined;
  #generation = 0;
  #told = false;

  constructor(options: DiskCacheOptions) {
    this.#options = {
      maximumFiles: 300,
      maximumBytes: 32 << 20,
      maximumFileBytes: 4 << 20,
      delayMs: 1000,
      ...options,
    };
  }

  /** Undefined when nothing is kept there, or nothing that can be read. */
  async read(key: DiskKey): Promise<Entry | undefined> {
    const folder = this.#options.folder();
    if (folder === undefined) return undefined;
    const name = fileOf(key);
    const generation = this.#generation;
    const pending = this.#pending.get(name);
    if (pending !== undefined) return pending;
    const text = await this.#readFile(join(folder, name));
    if (text === undefined || generation !== this.#generation) return undefined;
    const { version, at, value } = parse(text);
    if (version === format && typeof at === 'number') return { value, at };
    await rm(join(folder, name), { force: true }).catch(() => {}); // unreadable either way
    return undefined;
  }

  /** Keeps a value soon; it must not change any more. `at`: when it was learned, milliseconds since 1970. */
  write(key: DiskKey, value: unknown, at: number): void {
    if (this.#options.folder() === undefined) return;
    this.#pending.set(fileOf(key), { at, value });
    this.#timer ??= setTimeout(() => void this.flush(), this.#options.delayMs).unref();
  }

  /** Writes at once what waits to be. */
  flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#pending.size === 0) return this.#work;
    return this.#next(async (folder) => {
      const files = [...this.#pending];
      this.#pending.clear();
      await mkdir(folder, { recursive: true, mode: 0o700 });
      for (const [name, entry] of files) {
        const text = JSON.stringify({ version: format, ...entry });
        if (Buffer.byteLength(text) <= this.#options.maximumFileBytes) await replaceFile(join(folder, name), text);
      }
      await this.#trim(folder);
    });
  }

  /** Deletes what is kept of a group, or everything. From now on nothing of it is read, whatever becomes of the files. */
  forget(group?: string): Promise<void> {
    const prefix = group === undefined ? '' : groupPrefix(group);
    this.#generation += 1;
    for (const name of [...this.#pending.keys()]) if (name.startsWith(prefix)) this.#pending.delete(name);
    return this.#next(async (folder) => {
      const names = (await namesIn(folder)).filter((name) => name.startsWith(prefix));
      for (const name of names) await rm(join(folder, name), { force: true });
    });
  }

  #next(work: (folder: string) => Promise<void>): Promise<void> {
    const folder = this.#options.folder();
    if (folder === undefined) return this.#work;
    this.#work = this.#work.then(() => work(folder)).catch((error: unknown) => this.#tell(error));
    return this.#work;
  }

  #tell(error: unknown): void {
    if (!this.#told) this.#options.onProblem(error);
    this.#told = true;
  }

  async #readFile(path: string): Promise<string | undefined> {
    await this.#work;
    try {
      const { size } = await stat(path);
      if (size > this.#options.maximumFileBytes) return '';
      const text = await readFile(path, 'utf8');
      const now = new Date();
      utimes(path, now, now).catch(() => {}); // the order in which files go; not worth a word
      return text;
    } catch {
      return undefined; // not kept, or not for us to read
    }
  }

  /** The files unused for longest go until the rest is within bounds. */
  async #trim(folder: string): Promise<void> {
    const { maximumFiles, maximumBytes } = this.#options;
    const files = await Promise.all(
      (await namesIn(folder)).map(async (name) => {
        const path = join(folder, name);
        const found = await stat(path).catch(() => undefined); // another process was faster
        return { path, bytes: found?.size ?? 0, usedMs: found?.mtimeMs ?? 0 };
      }),
    );
    files.sort((a, b) => b.usedMs - a.usedMs);
    let count = 0;
    let bytes = 0;
    for (const file of files) {
      const abandoned = file.path.endsWith('.tmp') && Date.now() - file.usedMs > abandonedMs;
      if (!abandoned && count < maximumFiles && bytes + file.bytes <= maximumBytes) {
        count += 1;
        bytes += file.bytes;
      } else await rm(file.path, { force: true });
    }
  }
}

const ours = /^[0-9a-f]{16}-[0-9a-f]{32}\.json(?:\.[0-9a-f]+\.tmp)?$/;

async function namesIn(folder: string): Promise<readonly string[]> {
  try {
    return (await readdir(folder)).filter((name) => ours.test(name));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

/** Whoever reads meanwhile sees the old file or the new one, whole. */
async function replaceFile(path: string, text: string): Promise<void> {
  const temporary = `${path}.${randomBytes(8).toString('hex')}.tmp`;
  try {
    await writeFile(temporary, text, { mode: 0o600, flag: 'wx' });
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

function parse(text: string): Readonly<Record<string, unknown>> {
  try {
    return fields(JSON.parse(text));
  } catch {
    return {}; // cut off, or not ours
  }
}

const hash = (text: string, length: number) => createHash('sha256').update(text).digest('hex').slice(0, length);
const groupPrefix = (group: string) => `${hash(group, 16)}-`;
const fileOf = ({ group, name }: DiskKey) => `${groupPrefix(group)}${hash(name, 32)}.json`;
