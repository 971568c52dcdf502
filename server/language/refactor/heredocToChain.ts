import type { Fix, InstructionContext } from '../diagnostics/rule.ts';
import type { Dockerfile, Heredoc, Instruction, Span } from '../dockerfile/dockerfile.ts';
import { parseHeredocWord } from '../dockerfile/heredocs.ts';
import { offsetOf, shift } from '../dockerfile/place.ts';
import { errexit, optionIn, setsOption } from '../shell/options.ts';
import { nodesIn, type ShellNode, type ShellScript } from '../shell/script.ts';
import { argumentsSpan, readInstruction, wordBreaks } from './runText.ts';
import { sameUnderErrexit, substitutesTheSame } from './underErrexit.ts';

/**
 * A heredoc of simple lines as `RUN a && b`: the way back from {@link chainToHeredoc}. Only where the script ends at the first
 * command that fails, by `set -e` in its first line or by SHELL, because a chain does.
 */
export function heredocToChain(
  { escape: escapeToken }: Dockerfile,
  instruction: Instruction,
  { scripts, shell, text }: InstructionContext,
): Fix | undefined {
  const { own } = instruction;
  const [script, ...others] = scripts;
  const [heredoc] = own.heredocs;
  if (own.keyword !== 'RUN' || own.span.start > 0 || !heredoc || !parseHeredocWord(own.body.text)) return undefined;
  if (script?.form !== 'heredoc' || script.broken || others.length > 0 || text.includes('\r')) return undefined;
  if (heredoc.content.startsWith('#!')) return undefined;
  const steps = stepsOf(script, optionIn(shell.words, errexit) === true);
  const written = steps && chainText(steps, heredoc, text, escapeToken);
  if (written === undefined) return undefined;
  const span = argumentsSpan(own);
  const read = readInstruction(text.slice(0, span.start) + written.text, escapeToken);
  if (!read || read.json || read.heredocs.length > 0 || read.body.text !== written.joined) return undefined;
  return {
    title: 'Write it as a chain of &&',
    edits: [{ span: shift(span, offsetOf(instruction)), text: written.text }],
    safe: false,
  };
}

/** One command of the chain. */
interface Step {
  readonly node: ShellNode;
  /** To be left out: `set -e`, and the `|| exit` behind `node`. */
  readonly leftOut?: Span;
}

/** The lines of a script that say the same as a chain; undefined where one does not. */
function stepsOf({ root }: ShellScript, shellExits: boolean): readonly Step[] | undefined {
  const [parts, operators] = root.kind === 'list' ? [root.parts, root.operators] : [[root], []];
  const [first] = parts;
  const begins = first?.kind === 'command' ? setsOption(first, errexit) : undefined;
  if (begins === false || (!begins && !shellExits)) return undefined;
  for (const node of nodesIn(root)) {
    if (!substitutesTheSame(node)) return undefined;
    const sets = node.kind === 'command' ? setsOption(node, errexit) : undefined;
    if (sets === false || (sets && !parts.includes(node))) return undefined;
  }
  const steps: Step[] = [];
  for (let index = 0; index < parts.length; index++) {
    const node = parts[index]!;
    const next = parts[index + 1];
    const exits = operators[index]?.text === '||' && next?.kind === 'command' && isExit(next);
    if (exits) index++;
    else if (!sameUnderErrexit(node)) return undefined;
    if (!['', ';'].includes(operators[index]?.text ?? '')) return undefined;
    if (index === 0 && begins && isPlainErrexit(node)) steps.push({ node, leftOut: node.span });
    else steps.push({ node, ...(exits && { leftOut: { start: node.span.end, end: next.span.end } }) });
  }
  // What is the last in a chain comes under the -e that is left there.
  const exits = shellExits || steps.some(({ node, leftOut }) => !leftOut && turnsOn(node));
  return exits && steps.at(-1)?.leftOut ? undefined : steps;
}

function turnsOn(node: ShellNode): boolean {
  return node.kind === 'command' && setsOption(node, errexit) === true;
}

function isExit({ words, redirects }: Extract<ShellNode, { kind: 'command' }>): boolean {
  return words.length === 1 && words[0]!.text === 'exit' && redirects.length === 0;
}

function isPlainErrexit(node: ShellNode): boolean {
  return node.kind === 'command' && /^set -(?:e|o errexit)$/.test(node.words.map(({ text }) => text).join(' '));
}

interface Chain {
  readonly text: string;
  /** What BuildKit has to make of it. */
  readonly joined: string;
}

function chainText(
  steps: readonly Step[],
  { bodySpan }: Heredoc,
  text: string,
  escapeToken: string,
): Chain | undefined {
  const lines: { readonly comments: readonly string[]; readonly command: string }[] = [];
  let comments: string[] = [];
  let end = bodySpan.start;
  for (const { node, leftOut } of steps) {
    const above = shellComments(text.slice(end, node.span.start));
    const command = chainCommand(node, text, escapeToken);
    if (!above || command === undefined) return undefined;
    comments.push(...above);
    end = leftOut?.end ?? node.span.end;
    if (leftOut?.start === node.span.start) continue;
    lines.push({ comments, command });
    comments = [];
  }
  const last = shellComments(text.slice(end, bodySpan.end));
  if (!last || lines.length === 0) return undefined;
  const final = lines.pop()!;
  lines.push({ ...final, comments: [...final.comments, ...comments, ...last] });
  return joinChain(lines, escapeToken);
}

const indent = '    ';

function joinChain(
  lines: readonly { readonly comments: readonly string[]; readonly command: string }[],
  escapeToken: string,
): Chain {
  let text = '';
  let joined = '';
  for (const [index, { comments, command }] of lines.entries()) {
    const behind = index === lines.length - 1 ? '' : ' && ';
    if (index > 0 || comments.length > 0) {
      text += `${index > 0 ? '' : ' '}${escapeToken}\n`;
      for (const comment of comments) text += `${indent}${comment}\n`;
      text += indent;
      if (index > 0) joined += indent;
    } else text += ' ';
    text += command + behind;
    joined += command.replaceAll(`${escapeToken}\n`, '') + behind;
  }
  return { text, joined };
}

/** What stands between two commands of a script, if that is nothing but comments. */
function shellComments(gap: string): readonly string[] | undefined {
  const comments: string[] = [];
  for (const line of gap.split('\n')) {
    const bare = line.replace(/^[\t ]*;/, '').trim();
    if (bare.startsWith('#')) comments.push(bare);
    else if (bare !== '') return undefined;
  }
  return comments;
}

/** A command as a Dockerfile has to write it; undefined where a line of it ends inside a word or could be taken for a comment. */
function chainCommand(node: ShellNode, text: string, escapeToken: string): string | undefined {
  const breaksWord = wordBreaks(node);
  const lines = text.slice(node.span.start, node.span.end).split('\n');
  let at = node.span.start;
  for (const [index, line] of lines.entries()) {
    if (index > 0 && /^[\t ]*(?:#|$)/.test(line)) return undefined;
    at += line.length + 1;
    if (index === lines.length - 1) break;
    if (!/(?:^|[^\\])\\$/.test(line) || breaksWord(at - 2)) return undefined;
  }
  return lines.map((line, index) => (index < lines.length - 1 ? line.slice(0, -1) : line)).join(`${escapeToken}\n`);
}
