/**
 * How the server's process begins: with what V8 compiled in the last one. A small file of its own, since that has to be taken
 * before the rest is read.
 */
import { join } from 'node:path';
import { cacheFolder } from './util/cacheFolder.ts';
import { CompiledFiles } from './util/compiledFiles.ts';

/** By then what a session begins with has been compiled. */
const keptAfterMs = 10_000;

const files = new CompiledFiles(cacheFolder(process.env, process.platform, 'compiled'));
files.load(join(import.meta.dirname, 'server-main.js'));
setTimeout(() => files.keep('missing'), keptAfterMs).unref();
process.once('exit', () => files.keep('all'));
