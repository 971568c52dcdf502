import { readFile, stat } from 'node:fs/promises';

interface Version {
  readonly stamp: string;
  readonly text: string;
}

/** A file that is read again when it has changed since the last look. */
export class WatchedFile {
  readonly path: string;
  #version: Version | undefined;

  constructor(path: string) {
    this.path = path;
  }

  /** Its text; undefined when there is no such file. Throws what node:fs throws for anything else. */
  async read(): Promise<string | undefined> {
    try {
      const { mtimeMs, ctimeMs, size, ino } = await stat(this.path);
      const stamp = `${mtimeMs} ${ctimeMs} ${size} ${ino}`;
      if (this.#version?.stamp !== stamp) this.#version = { stamp, text: await readFile(this.path, 'utf8') };
      return this.#version.text;
    } catch (error) {
      this.#version = undefined;
      const code = (error as NodeJS.ErrnoException).code;
      if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
      throw error;
    }
  }
}
