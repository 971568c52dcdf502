/**
 * How the server's process begins: with what V8 compiled in the last one, where this Node can keep that (22.1 and later).
 * A small file of its own, since that has to be asked for before the rest is read. Source: Node's `module.enableCompileCache`.
 */
import { lstatSync, mkdirSync } from 'node:fs';
import module from 'node:module';
import { cacheFolder } from './util/cacheFolder.ts';

/** By then what a session needs has been compiled. A process that ends before keeps it as it ends, unless it is killed. */
const keptAfterMs = 10_000;

const folder = cacheFolder(process.env, process.platform, 'compiled');
if (folder !== undefined && typeof module.enableCompileCache === 'function' && isOurs(folder)) {
  module.enableCompileCache(folder);
  setTimeout(() => module.flushCompileCache(), keptAfterMs).unref();
}

void import('./main.ts');

/** What is read from there runs: nobody else may have put it there. */
function isOurs(path: string): boolean {
  try {
    mkdirSync(path, { recursive: true, mode: 0o700 });
    const { uid, mode } = lstatSync(path);
    return process.getuid === undefined || (uid === process.getuid() && (mode & 0o022) === 0);
  } catch {
    return false; // then it starts a little later
  }
}
