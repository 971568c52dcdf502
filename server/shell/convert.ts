import type { Span } from '../language/dockerfile/dockerfile.ts';
import type { ShellCompound, ShellNode, ShellOperator, ShellRedirect, ShellWord } from '../language/shell/script.ts';
import { convertCommand, convertRedirects } from './convertCommand.ts';
import type { SyntaxNode } from './syntax.ts';

/** What one script is converted with. */
export interface Conversion {
  /** What it was written as, at the tree's offsets. */
  readonly text: string;
  spanOf(start: number, end: number): Span;
  /** Called where something is left unread. */
  leaveOut(): void;
  /** What siblings run, as one; undefined when nothing among them runs. */
  block(nodes: readonly SyntaxNode[], depth: number): ShellNode | undefined;
}

/** The script that `syntax` is the tree of. `complete`: nothing was left unread. */
export function convertScript(
  syntax: SyntaxNode,
  text: string,
  spanOf: Conversion['spanOf'],
): { readonly root: ShellNode; readonly complete: boolean } {
  let complete = true;
  const conversion: Conversion = {
    text,
    spanOf,
    leaveOut() {
      complete = false;
    },
    block: (nodes, depth) => convertBlock(conversion, nodes, depth),
  };
  const empty: ShellNode = { kind: 'list', parts: [], operators: [], span: spanOf(syntax.start, syntax.start) };
  const root = conversion.block(syntax.children, 0) ?? empty;
  return { root, complete };
}

/** Deeper than this nobody nests commands; what stands there is left unread. */
const maxDepth = 60;

type StatementKind = 'command' | 'list' | 'pipeline' | 'redirected' | ShellCompound['form'];

/** Nodes that stand for something that runs. */
const statements = new Map<string, StatementKind>([
  ['command', 'command'],
  ['declaration_command', 'command'],
  ['unset_command', 'command'],
  ['test_command', 'command'],
  ['variable_assignment', 'command'],
  ['variable_assignments', 'command'],
  ['list', 'list'],
  ['pipeline', 'pipeline'],
  ['redirected_statement', 'redirected'],
  ['negated_command', 'negation'],
  ['subshell', 'subshell'],
  ['compound_statement', 'group'],
  ['if_statement', 'if'],
  ['while_statement', 'loop'],
  ['for_statement', 'loop'],
  ['c_style_for_statement', 'loop'],
  ['case_statement', 'case'],
  ['function_definition', 'function'],
]);

const separators = new Set([';', '&', ';;']);

/** Statements that follow one another. A node that makes no sense to the grammar is read as if it were not there. */
function convertBlock(conversion: Conversion, nodes: readonly SyntaxNode[], depth: number): ShellNode | undefined {
  const parts: ShellNode[] = [];
  const operators: ShellOperator[] = [];
  let separator: SyntaxNode | undefined;
  let end = 0;
  for (const node of withoutErrors(nodes)) {
    if (separators.has(node.type)) separator ??= node;
    if (!statements.has(node.type)) continue;
    if (parts.length > 0) operators.push(separatorOf(conversion, separator, end, node.start));
    convertChain(conversion, node, depth, parts, operators);
    separator = undefined;
    end = node.end;
  }
  return listOf(parts, operators);
}

function listOf(parts: readonly ShellNode[], operators: readonly ShellOperator[]): ShellNode | undefined {
  const [first] = parts;
  if (first === undefined || parts.length === 1) return first;
  return { kind: 'list', parts, operators, span: { start: first.span.start, end: parts.at(-1)!.span.end } };
}

function separatorOf(
  { text, spanOf }: Conversion,
  token: SyntaxNode | undefined,
  from: number,
  to: number,
): ShellOperator {
  if (token) return { text: token.type === '&' ? '&' : ';', span: spanOf(token.start, token.end) };
  const feed = text.indexOf('\n', from);
  return { text: ';', span: feed === -1 || feed >= to ? spanOf(from, from) : spanOf(feed, feed + 1) };
}

/** Adds what a statement is made of: the tree of `a && b > x && c` leans to the left, as deep as it is long. */
function convertChain(
  conversion: Conversion,
  node: SyntaxNode,
  depth: number,
  parts: ShellNode[],
  operators: ShellOperator[],
): void {
  const above: { readonly node: SyntaxNode; readonly left: number }[] = [];
  let at = node;
  for (;;) {
    const kind = statements.get(at.type);
    const left = kind === 'list' || kind === 'redirected' ? at.children.findIndex(isStatement) : -1;
    if (left === -1) break;
    above.push({ node: at, left });
    at = at.children[left]!;
  }
  parts.push(convertOne(conversion, at, depth));
  for (let outer = above.pop(); outer; outer = above.pop()) {
    const rest = outer.node.children.slice(outer.left + 1);
    if (outer.node.type !== 'list') {
      const { redirects, words } = convertRedirects(conversion, rest, depth);
      parts.push(withRedirects(parts.pop()!, redirects, words));
      continue;
    }
    const right = rest.find(isStatement);
    const token = rest.find(({ type }) => type === '&&' || type === '||');
    if (!right || !token) continue;
    operators.push({ text: token.type as '&&' | '||', span: conversion.spanOf(token.start, token.end) });
    if (depth < maxDepth) convertChain(conversion, right, depth + 1, parts, operators);
    else parts.push(convertOne(conversion, right, depth + 1));
  }
}

function isStatement({ type }: SyntaxNode): boolean {
  return statements.has(type);
}

/** Redirections belong to the last command of what the tree hangs them on, and so do words behind them: `a > x b`. */
function withRedirects(node: ShellNode, redirects: readonly ShellRedirect[], words: readonly ShellWord[]): ShellNode {
  const span = { start: node.span.start, end: Math.max(node.span.end, ...[...redirects, ...words].map(endOf)) };
  if (node.kind === 'command')
    return { ...node, words: [...node.words, ...words], redirects: [...node.redirects, ...redirects], span };
  if (node.kind !== 'compound' || node.form === 'negation') {
    const last = node.parts.at(-1);
    if (!last) return node;
    return { ...node, parts: [...node.parts.slice(0, -1), withRedirects(last, redirects, words)], span };
  }
  return { ...node, redirects: [...node.redirects, ...redirects], span };
}

function endOf({ span }: { readonly span: Span }): number {
  return span.end;
}

function convertOne(conversion: Conversion, node: SyntaxNode, depth: number): ShellNode {
  const span = conversion.spanOf(node.start, node.end);
  const kind = statements.get(node.type);
  if (kind === undefined || depth > maxDepth) {
    conversion.leaveOut();
    return { kind: 'compound', form: 'other', parts: [], redirects: [], span };
  }
  if (kind === 'command' || kind === 'redirected') return convertCommand(conversion, node, depth);
  if (kind === 'pipeline' || kind === 'list') return convertPipeline(conversion, node, depth);
  const redirects: ShellRedirect[] = [];
  const parts = convertCompound(conversion, node, depth + 1, redirects);
  const form = node.children[0]?.type === '((' ? 'other' : kind;
  const compound: ShellNode = { kind: 'compound', form, parts, redirects, span };
  const negation = kind === 'negation' ? -1 : hiddenNegation(conversion.text, node.start);
  if (negation === -1) return compound;
  const whole = { start: conversion.spanOf(negation, negation + 1).start, end: span.end };
  return { kind: 'compound', form: 'negation', parts: [compound], redirects: [], span: whole };
}

/** Where the `!` before a compound command is, which the grammar was not shown. */
function hiddenNegation(text: string, start: number): number {
  if (text[start] === '(') return -1;
  let at = start - 1;
  while (at > 0 && /\s/.test(text[at]!)) at--;
  return at < start - 1 && text[at] === '!' ? at : -1;
}

/** `! a | b` negates all of it, though the tree has it otherwise. */
function convertPipeline(conversion: Conversion, node: SyntaxNode, depth: number): ShellNode {
  const span = conversion.spanOf(node.start, node.end);
  const parts = withoutErrors(node.children).flatMap((child) => conversion.block([child], depth + 1) ?? []);
  const [first, ...rest] = parts;
  if (first?.kind !== 'compound' || first.form !== 'negation') return { kind: 'pipeline', parts, span };
  const inner = [...first.parts, ...rest];
  const pipeline: ShellNode = { kind: 'pipeline', parts: inner, span: { ...span, start: inner[0]!.span.start } };
  return { ...first, parts: [pipeline], span };
}

/** What stands between the blocks of a compound command. */
const keywords = new Set(['if', 'then', 'else', 'elif', 'fi', 'while', 'until', 'do', 'done', 'in', 'esac']);
/** Parts of compound commands that have blocks themselves. */
const clauses = new Set(['elif_clause', 'else_clause', 'do_group', 'case_item']);

function convertCompound(
  conversion: Conversion,
  node: SyntaxNode,
  depth: number,
  redirects: ShellRedirect[],
): readonly ShellNode[] {
  const parts: ShellNode[] = [];
  let block: SyntaxNode[] = [];
  const endBlock = () => {
    const made = conversion.block(block, depth);
    if (made) parts.push(made);
    block = [];
  };
  for (const child of withoutErrors(node.children)) {
    if (node.type === 'c_style_for_statement' && child.type === 'variable_assignment') continue;
    if (keywords.has(child.type)) endBlock();
    else if (clauses.has(child.type)) {
      endBlock();
      if (depth <= maxDepth) parts.push(...convertCompound(conversion, child, depth + 1, redirects));
    } else if (isStatement(child) || separators.has(child.type)) block.push(child);
    else if (child.type.endsWith('_redirect'))
      redirects.push(...convertRedirects(conversion, [child], depth).redirects);
    else parts.push(...substitutionsIn(conversion, [child], depth).substitutions);
  }
  endBlock();
  return parts;
}

/** What the shell replaces. */
const replaced = new Set(['simple_expansion', 'expansion', 'arithmetic_expansion']);
const substitutionTypes = new Set(['command_substitution', 'process_substitution']);

interface Replaced {
  /** The outermost parts that the shell replaces, in order. */
  readonly opaque: readonly SyntaxNode[];
  /** What runs in them. */
  readonly substitutions: readonly ShellNode[];
}

export function substitutionsIn(conversion: Conversion, nodes: readonly SyntaxNode[], depth: number): Replaced {
  const opaque: SyntaxNode[] = [];
  const substitutions: ShellNode[] = [];
  const open = [...nodes].reverse();
  for (let node = open.pop(); node; node = open.pop()) {
    const substitutes = substitutionTypes.has(node.type);
    if ((substitutes || replaced.has(node.type)) && node.start >= (opaque.at(-1)?.end ?? 0)) opaque.push(node);
    if (!substitutes) for (let index = node.children.length - 1; index >= 0; index--) open.push(node.children[index]!);
    else if (depth > maxDepth) conversion.leaveOut();
    else substitutions.push(...[conversion.block(node.children, depth + 1) ?? []].flat());
  }
  return { opaque, substitutions };
}

/** What stands in nodes that make no sense to the grammar, as if it stood beside them. */
export function withoutErrors(nodes: readonly SyntaxNode[]): readonly SyntaxNode[] {
  if (!nodes.some(({ type }) => type === 'ERROR')) return nodes;
  const result: SyntaxNode[] = [];
  const open = [...nodes].reverse();
  for (let node = open.pop(); node; node = open.pop()) {
    if (node.type !== 'ERROR') result.push(node);
    else for (let index = node.children.length - 1; index >= 0; index--) open.push(node.children[index]!);
  }
  return result;
}
