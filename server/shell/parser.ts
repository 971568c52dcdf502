import type { ShellParser } from '../language/diagnostics/rule.ts';
import type { Instruction } from '../language/dockerfile/dockerfile.ts';
import { heredocOperators, withoutHeredocs } from '../language/shell/heredocOperators.ts';
import type { ShellScript } from '../language/shell/script.ts';
import { runOf, type ShellSource, shellSources } from '../language/shell/sources.ts';
import { convertScript } from './convert.ts';
import type { ReadSyntax, Syntax } from './grammar.ts';
import type { SyntaxNode } from './syntax.ts';

/** UTF-16 units. What is longer is no command that anybody wrote by hand. */
const maxLength = 256 * 1024;

export function shellParser(read: ReadSyntax): ShellParser {
  return {
    scripts(instruction, shell) {
      const run = runOf(instruction);
      if (run === undefined) return [];
      const sources = shellSources(instruction, shell);
      if (sources.length === 0 && run.json) return execScript(run);
      return sources.flatMap((source) => readScript(source, read) ?? []);
    },
  };
}

function readScript({ text, dialect, form, spanOf }: ShellSource, read: ReadSyntax): ShellScript | undefined {
  if (text.length > maxLength) return undefined;
  const syntax = readNegated(withoutHeredocs(text, heredocOperators(text)), read);
  if (syntax === undefined) return undefined;
  const { root, complete } = convertScript(syntax.root, text, spanOf);
  return { root, span: spanOf(0, text.length), dialect, form, broken: syntax.hasError || !complete };
}

/** How deep `! { ! { …; }; }` is read. */
const maxNegated = 3;

/**
 * The grammar negates simple commands only: of `! { a; }` it makes a command named `{`. Such a `!` is hidden from it, and
 * found again by what stands behind it.
 */
function readNegated(text: string, read: ReadSyntax): Syntax | undefined {
  let shown = text;
  let syntax = read(shown);
  for (let round = 0; syntax && round < maxNegated; round++) {
    const hidden = misread(syntax.root, shown);
    if (hidden.length === 0) break;
    const units = shown.split('');
    for (const at of hidden) units[at] = ' ';
    shown = units.join('');
    syntax = read(shown);
  }
  return syntax;
}

const negatedCompound = /!\s+(?:\{|(?:if|while|until|for|case)\b)/y;

function misread(root: SyntaxNode, text: string): readonly number[] {
  const found: number[] = [];
  if (!text.includes('!')) return found;
  const open = [root];
  for (let node = open.pop(); node; node = open.pop()) {
    for (const child of node.children) open.push(child);
    negatedCompound.lastIndex = node.start;
    if (node.type === 'negated_command' && negatedCompound.test(text)) found.push(node.start);
  }
  return found;
}

/** `RUN ["a", "b"]`: one command, whose words no shell looks at. */
function execScript({ words: values }: Instruction): readonly ShellScript[] {
  const [first] = values;
  if (first === undefined) return [];
  const words = values.map(({ value, span }) => ({
    text: value,
    dynamic: false,
    quoted: true,
    substitutions: [],
    span,
  }));
  const span = { start: first.span.start, end: values.at(-1)!.span.end };
  const root = { kind: 'command' as const, words, assignments: [], redirects: [], span };
  return [{ root, span, dialect: 'sh', form: 'exec', broken: false }];
}
