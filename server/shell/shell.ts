import type { ShellParser } from '../language/diagnostics/rule.ts';
import { loadGrammar, type ReadSyntax } from './grammar.ts';
import { shellParser } from './parser.ts';

/** What takes shell commands apart. It costs nothing before it is asked for. */
export interface ShellRoom {
  /** Undefined until it is loaded. */
  readonly parser: ShellParser | undefined;
  /** Loads it once. A failure rejects, and is tried again the next time. */
  load(): Promise<ShellParser>;
}

export function createShell(loadSyntax: () => Promise<ReadSyntax> = loadGrammar): ShellRoom {
  let parser: ShellParser | undefined;
  let loading: Promise<ShellParser> | undefined;
  async function loadOnce(): Promise<ShellParser> {
    try {
      parser = shellParser(await loadSyntax());
      return parser;
    } finally {
      loading = undefined;
    }
  }
  return {
    get parser() {
      return parser;
    },
    async load() {
      if (parser) return parser;
      loading ??= loadOnce();
      return loading;
    },
  };
}
