import type { ShellAssignment, ShellCommand, ShellRedirect, ShellWord } from '../language/shell/script.ts';
import { type Conversion, substitutionsIn } from './convert.ts';
import type { SyntaxNode } from './syntax.ts';
import { unquote } from './unquote.ts';

/** What conditions in `[ … ]` are nested in. */
const conditions = new Set(
  ['test_command', 'unary_expression', 'binary_expression', 'ternary_expression', 'postfix_expression'].concat(
    'parenthesized_expression',
  ),
);
const redirectTypes = new Set(['file_redirect', 'herestring_redirect', 'heredoc_redirect']);
/** Parts of a command that are no words. */
const noWords = new Set(['comment', 'subshell', 'ERROR']);

/** Where the grammar takes one of these for a command it has lost its way: `! { a; }`. */
const reserved = new Set([
  '{',
  '}',
  'if',
  'then',
  'elif',
  'else',
  'fi',
  'for',
  'while',
  'until',
  'do',
  'done',
  'case',
  'esac',
]);

/** `A=1 b c > d`, and whatever else is a simple command to a shell: `[ … ]`, `export A=1`, a mere assignment or redirection. */
export function convertCommand(conversion: Conversion, node: SyntaxNode, depth: number): ShellCommand {
  const assignments: ShellAssignment[] = [];
  const redirects: ShellRedirect[] = [];
  const words: ShellWord[] = [];
  /** The pieces of the word at hand. */
  let pieces: SyntaxNode[] = [];
  const endWord = () => {
    if (pieces.length > 0) words.push(convertWord(conversion, pieces, depth));
    pieces = [];
  };
  const open = node.type === 'variable_assignment' ? [node] : [...node.children].reverse();
  for (let child = open.pop(); child; child = open.pop()) {
    const { type, children } = child;
    if (type === 'variable_assignment' && node.type !== 'declaration_command' && words.length + pieces.length === 0) {
      assignments.push(convertAssignment(conversion, child, depth));
    } else if (redirectTypes.has(type)) {
      endWord();
      const made = convertRedirects(conversion, [child], depth);
      redirects.push(...made.redirects);
      words.push(...made.words);
    } else if (conditions.has(type)) {
      for (let index = children.length - 1; index >= 0; index--) open.push(children[index]!);
    } else if (noWords.has(type)) {
      if (type !== 'comment') conversion.leaveOut();
    } else if (child.end > child.start) {
      if (pieces.length > 0 && pieces.at(-1)!.end !== child.start) endWord();
      pieces.push(child);
    }
  }
  endWord();
  if (words[0] && reserved.has(conversion.text.slice(node.start, node.start + words[0].text.length + 1).trim()))
    conversion.leaveOut();
  return { kind: 'command', words, assignments, redirects, span: conversion.spanOf(node.start, node.end) };
}

/** A word of pieces that stand side by side. */
function convertWord(conversion: Conversion, pieces: readonly SyntaxNode[], depth: number): ShellWord {
  const { opaque, substitutions } = substitutionsIn(conversion, pieces, depth);
  const { start } = pieces[0]!;
  const { end } = pieces.at(-1)!;
  const span = conversion.spanOf(start, end);
  return { ...unquote(conversion.text, start, end, opaque), substitutions, span };
}

function convertAssignment(conversion: Conversion, node: SyntaxNode, depth: number): ShellAssignment {
  const { text, spanOf } = conversion;
  const equals = node.children.findIndex(({ type }) => type === '=' || type === '+=');
  const value = node.children.slice(equals + 1).filter(({ start, end }) => end > start);
  return {
    name: text.slice(node.start, node.children[Math.max(0, equals - 1)]?.end ?? node.end),
    ...(equals !== -1 && value.length > 0 && { value: convertWord(conversion, value, depth) }),
    span: spanOf(node.start, node.end),
  };
}

const operator = /(?:\d+|\{\w+\})?(?:<<<|<<-|<<|<&-|>&-|&>>|&>|>>|<&|>&|>\||<|>)/y;

/** The redirections among `nodes`. The grammar takes words behind one (`a > x b`) for more of its targets: these are `words`. */
export function convertRedirects(
  conversion: Conversion,
  nodes: readonly SyntaxNode[],
  depth: number,
): { readonly redirects: readonly ShellRedirect[]; readonly words: readonly ShellWord[] } {
  const redirects: ShellRedirect[] = [];
  const words: ShellWord[] = [];
  for (const node of nodes) {
    if (!redirectTypes.has(node.type)) continue;
    const written = operatorAt(conversion.text, node.start);
    const from = node.start + written.length;
    const [target, ...more] = wordsFrom(conversion, node, from, depth);
    const end = target?.span.end ?? conversion.spanOf(node.start, from).end;
    const span = { start: conversion.spanOf(node.start, from).start, end };
    redirects.push({ operator: written, ...(target && { target }), span });
    words.push(...more);
    if (node.type === 'heredoc_redirect') {
      conversion.leaveOut();
      redirects.push(...convertRedirects(conversion, node.children, depth).redirects);
    }
  }
  return { redirects, words };
}

function operatorAt(text: string, start: number): string {
  operator.lastIndex = start;
  return operator.exec(text)?.[0] ?? '';
}

function wordsFrom(conversion: Conversion, node: SyntaxNode, from: number, depth: number): readonly ShellWord[] {
  const heredoc = node.type === 'heredoc_redirect';
  const targets = node.children.filter(({ type, start }) => (heredoc ? type === 'heredoc_start' : start >= from));
  const groups: SyntaxNode[][] = [];
  for (const target of targets) {
    const last = groups.at(-1);
    if (last && last.at(-1)!.end === target.start) last.push(target);
    else groups.push([target]);
  }
  return groups.map((pieces) => convertWord(conversion, pieces, depth));
}
