/**
 * Loads the files of a bundle with what V8 compiled of them in an earlier process. Unlike Node's own compile cache, which keeps a
 * file as it is before it runs, this one keeps the functions that ran: compiling those one by one is most of what a start takes.
 * Source: Node's `vm.Script`, `cachedData` and `createCachedData`.
 */
import { createHash } from 'node:crypto';
import { lstatSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { Script } from 'node:vm';

/** What other versions left behind. Where one is in use still, it is made anew. */
const forgottenAfterMs = 30 * 24 * 60 * 60 * 1000;

/** How much more has to be compiled by now for it to be worth writing. */
const worthwhile = 1.1;

const hashBytes = 32;

interface Loaded {
  readonly script: Script;
  /** The name of its file in the folder. */
  readonly name: string;
  /** Length of what V8 took; 0 where it had to compile the file. */
  taken: number;
}

export class CompiledFiles {
  readonly #folder: string | undefined;
  readonly #loaded: Loaded[] = [];
  readonly #exports = new Map<string, { exports: unknown }>();

  /** `folder`: where it is kept. Undefined, or one that others may write to: nothing is kept or taken. */
  constructor(folder: string | undefined) {
    this.#folder = folder !== undefined && isOurs(folder) ? folder : undefined;
  }

  /** What the CommonJS file at this absolute path exports. Files that it requires by `./name` are loaded in the same way. */
  load(path: string): unknown {
    const known = this.#exports.get(path);
    if (known) return known.exports;
    const module: { exports: unknown } = { exports: {} };
    this.#exports.set(path, module);
    const require = createRequire(path);
    const script = this.#compile(path);
    script.runInThisContext()(
      module.exports,
      (id: string) => (id.startsWith('./') ? this.load(join(dirname(path), id)) : require(id)),
      module,
      path,
      dirname(path),
    );
    return module.exports;
  }

  /** Keeps what is compiled by now of each file. With `missing` only of those of which nothing was kept. Takes some 20 ms. */
  keep(which: 'missing' | 'all'): void {
    if (this.#folder === undefined) return;
    let wrote = false;
    for (const loaded of this.#loaded) {
      if (which === 'missing' && loaded.taken > 0) continue;
      const data = loaded.script.createCachedData();
      if (data.length < loaded.taken * worthwhile) continue;
      loaded.taken = data.length;
      wrote = write(join(this.#folder, loaded.name), data) || wrote;
    }
    if (wrote) forgetOld(this.#folder);
  }

  #compile(path: string): Script {
    const source = readFileSync(path);
    const name = `${basename(path, '.js')}-${hashOf(source).toString('hex', 0, 8)}-${process.versions.v8}`;
    const cachedData = this.#folder === undefined ? undefined : read(join(this.#folder, name));
    const script = new Script(`${head}${source.toString()}\n})`, {
      filename: path,
      columnOffset: -head.length,
      ...(cachedData && { cachedData }),
    });
    const taken = script.cachedDataRejected === false ? (cachedData?.length ?? 0) : 0;
    this.#loaded.push({ script, name, taken });
    return script;
  }
}

const head = '(function (exports, require, module, __filename, __dirname) {';

/** V8 does not look whether it is whole: it stands behind its hash. */
function read(file: string): Buffer | undefined {
  try {
    const kept = readFileSync(file);
    const data = kept.subarray(hashBytes);
    return hashOf(data).equals(kept.subarray(0, hashBytes)) ? data : undefined;
  } catch {
    return undefined; // nothing is kept yet
  }
}

/** Whole or not at all: another process may write it too. */
function write(file: string, data: Buffer): boolean {
  const partial = `${file}.${process.pid}`;
  try {
    writeFileSync(partial, Buffer.concat([hashOf(data), data]), { mode: 0o600 });
    renameSync(partial, file);
    return true;
  } catch {
    rmSync(partial, { force: true });
    return false; // then the next start is as slow
  }
}

function forgetOld(folder: string): void {
  try {
    for (const each of readdirSync(folder, { withFileTypes: true })) {
      const file = join(folder, each.name);
      if (each.isFile() && statSync(file).mtimeMs < Date.now() - forgottenAfterMs) rmSync(file);
    }
  } catch {
    // Another process was faster, or it stays.
  }
}

function hashOf(data: Buffer): Buffer {
  return createHash('sha256').update(data).digest();
}

/** What is read from there runs: nobody else may have put it there. */
function isOurs(folder: string): boolean {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const { uid, mode } = lstatSync(folder);
    return process.getuid === undefined || (uid === process.getuid() && (mode & 0o022) === 0);
  } catch {
    return false;
  }
}
