import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, join } from 'node:path';
import { type SyntaxNode, syntaxOf } from './syntax.ts';

export interface Syntax {
  readonly root: SyntaxNode;
  /** Whether there is something in it that no shell would read. */
  readonly hasError: boolean;
}

/** Undefined where the text is not one that can be read to its end in time. */
export type ReadSyntax = (text: string) => Syntax | undefined;

/** Loads tree-sitter and its grammar of bash, 1.6 MB in all, and answers with the one parser there is. */
export async function loadGrammar(): Promise<ReadSyntax> {
  const [{ Parser, Language }, wasmBinary, grammar] = await Promise.all([
    import('web-tree-sitter'),
    readShipped('web-tree-sitter/web-tree-sitter.wasm'),
    readShipped('tree-sitter-bash/tree-sitter-bash.wasm'),
  ]);
  // It looks for the file unless it is told a place, though it has the file.
  await Parser.init({ wasmBinary, locateFile: (name: string) => name });
  const language = await Language.load(grammar);
  const { types } = language;
  const parser = new Parser().setLanguage(language);
  let dead = false;

  return (text) => {
    if (dead || text.includes('\0') || longestPipeline(text) > maxPipeline) return undefined;
    const late = budget(text.length);
    try {
      const tree = parser.parse(text, null, { progressCallback: late });
      if (tree === null) {
        parser.reset();
        return undefined;
      }
      try {
        return { root: syntaxOf(tree, types), hasError: tree.rootNode.hasError };
      } finally {
        tree.delete();
      }
    } catch {
      dead = true; // out of its memory, of which there is one for the whole process: nothing is certain in it any more
      return undefined;
    }
  };
}

/**
 * Tells when reading has taken ten times what a text of that length takes: the grammar is quadratic for texts such as `))))`.
 * It counts the processor's time, since a busy machine must not change what is found.
 */
function budget(length: number): () => boolean {
  const start = process.cpuUsage();
  const microseconds = 50_000 + 4 * length;
  return () => {
    const { user, system } = process.cpuUsage(start);
    return user + system > microseconds;
  };
}

/** Of what is one pipeline the grammar puts off everything to its end, then takes memory that grows with the square of it. */
const maxPipeline = 200;

/** How many `|` there are at most with no other end of a command between them. */
function longestPipeline(text: string): number {
  let longest = 0;
  let length = 0;
  for (let at = text.indexOf('|'); at !== -1; at = text.indexOf('|', at + 1)) {
    length++;
    longest = Math.max(longest, length);
    const next = text.indexOf('|', at + 1);
    if (next === -1) break;
    if (/[\n;&]/.test(text.slice(at + 1, next))) length = 0;
  }
  return longest;
}

/** A file of a package: beside the bundle that ships it, or where npm put it when the sources run as they are. */
async function readShipped(file: string): Promise<Uint8Array<ArrayBuffer>> {
  const here = import.meta.dirname;
  try {
    return await readFile(join(here, basename(file)));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    return readFile(createRequire(join(here, 'index.js')).resolve(file));
  }
}
