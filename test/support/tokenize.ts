import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import oniguruma from 'vscode-oniguruma';
import textmate from 'vscode-textmate';

const require = createRequire(import.meta.url);

/** Our own grammars by scope; `source.ignore.gantry` is injected as package.json says. */
const own: Readonly<Record<string, string>> = {
  'source.dockerfile': 'syntaxes/dockerfile.tmLanguage.json',
  'source.ignore.gantry': 'syntaxes/ignore.injection.tmLanguage.json',
};

/** Grammars that VS Code brings along, as published in tm-grammars. */
const builtIn: Readonly<Record<string, string>> = {
  'source.shell': 'shellscript',
  'source.powershell': 'powershell',
  'source.python': 'python',
  'source.js': 'javascript',
  'source.json': 'json',
  'source.yaml': 'yaml',
  'text.xml': 'xml',
  'source.sql': 'sql',
  'text.html.markdown': 'markdown',
};

export interface Token {
  readonly line: number;
  readonly text: string;
  /** Outermost first, without the grammar's own scope. */
  readonly scopes: readonly string[];
}

/**
 * A tokenizer on the very engine that VS Code uses (vscode-textmate on Oniguruma), with VS Code's own grammars for the
 * embedded languages. `extra` adds or replaces grammars by scope.
 */
export async function tokenizer(
  scope: string,
  extra: Readonly<Record<string, textmate.IRawGrammar>> = {},
): Promise<(text: string) => Token[]> {
  const grammar = await load(scope, extra, onigLib());
  return (text) => tokens(grammar, text);
}

/** What it takes to read a text: searches of the regular expression engine, and how deep the rules are nested at the end. */
export async function effortOf(scope: string, text: string): Promise<{ searches: number; depth: number }> {
  let searches = 0;
  const engine = await onigLib();
  const counting: textmate.IOnigLib = {
    createOnigString: engine.createOnigString,
    createOnigScanner(sources) {
      const scanner = engine.createOnigScanner(sources);
      return {
        findNextMatchSync(...parameters: Parameters<textmate.OnigScanner['findNextMatchSync']>) {
          searches++;
          return scanner.findNextMatchSync(...parameters);
        },
        dispose: () => scanner.dispose?.(),
      };
    },
  };
  const grammar = await load(scope, {}, Promise.resolve(counting));
  const state = text.split('\n').reduce((stack, line) => grammar.tokenizeLine(line, stack).ruleStack, textmate.INITIAL);
  return { searches, depth: state.depth };
}

async function load(
  scope: string,
  extra: Readonly<Record<string, textmate.IRawGrammar>>,
  engine: Promise<textmate.IOnigLib>,
): Promise<textmate.IGrammar> {
  const registry = new textmate.Registry({
    onigLib: engine,
    loadGrammar: async (wanted) => {
      if (extra[wanted] !== undefined) return extra[wanted];
      const ownPath = own[wanted];
      if (ownPath !== undefined) return textmate.parseRawGrammar(readFileSync(ownPath, 'utf8'), ownPath);
      const name = builtIn[wanted];
      if (name === undefined) return undefined;
      const path = require.resolve(`tm-grammars/grammars/${name}.json`);
      return textmate.parseRawGrammar(readFileSync(path, 'utf8'), path);
    },
    getInjections: (into) => (into === 'source.ignore' ? ['source.ignore.gantry'] : undefined),
  });
  const grammar = await registry.loadGrammar(scope);
  if (grammar === null) throw new Error(`no grammar for ${scope}`);
  return grammar;
}

function tokens(grammar: textmate.IGrammar, text: string): Token[] {
  let stack = textmate.INITIAL;
  return text.split(/\r?\n/).flatMap((line, number) => {
    const result = grammar.tokenizeLine(line, stack);
    stack = result.ruleStack;
    return result.tokens.map((token) => ({
      line: number,
      text: line.slice(token.startIndex, token.endIndex),
      scopes: token.scopes.slice(1),
    }));
  });
}

let loading: Promise<textmate.IOnigLib> | undefined;

function onigLib(): Promise<textmate.IOnigLib> {
  loading ??= oniguruma.loadWASM(readFileSync(require.resolve('vscode-oniguruma/release/onig.wasm'))).then(() => ({
    createOnigScanner: (sources: string[]) => new oniguruma.OnigScanner(sources),
    createOnigString: (text: string) => new oniguruma.OnigString(text),
  }));
  return loading;
}
