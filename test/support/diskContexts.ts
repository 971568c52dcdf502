import { lstatSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { failed, type Known, known } from '../../common/known.ts';
import type { ContextCopy, ContextSize, Contexts } from '../../server/language/host.ts';

/** A build context on the disk, looked at each time it is asked about. Sources are names of files and folders: no patterns, no ignore file, no archives. */
export class DiskContexts implements Contexts {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  copied(_uri: string, { sources }: ContextCopy): Known<ContextSize> {
    const all = { files: 0, bytes: 0, changedAt: 0 };
    let counted = new Set<number>();
    const visit = (path: string) => {
      const stats = lstatSync(path);
      all.changedAt = Math.max(all.changedAt, stats.mtimeMs, stats.ctimeMs);
      if (stats.isDirectory()) for (const name of readdirSync(path)) visit(join(path, name));
      else {
        all.files += 1;
        // Of several names of one file in a folder the bytes are copied once.
        if (stats.isFile() && !counted.has(stats.ino)) all.bytes += stats.size;
        counted.add(stats.ino);
      }
    };
    try {
      for (const source of sources) {
        counted = new Set();
        visit(join(this.#folder, source));
      }
    } catch (error) {
      return failed({ kind: 'notFound', subject: sources.join(), message: String(error) });
    }
    return known(all, 0);
  }

  whole(uri: string): Known<ContextSize> {
    return this.copied(uri, { keyword: 'COPY', sources: ['.'], exclude: [] });
  }

  onDidChange(): () => void {
    return () => {};
  }
}
