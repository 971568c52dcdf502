import type { Fix, InstructionContext } from '../diagnostics/rule.ts';
import type { Dockerfile, Instruction } from '../dockerfile/dockerfile.ts';
import { offsetOf, shift } from '../dockerfile/place.ts';
import { errexit, optionIn, setsOption } from '../shell/options.ts';
import { nodesIn, type ShellList, type ShellNode, type ShellScript } from '../shell/script.ts';
import { heredocName, readsHeredocs } from './heredocName.ts';
import { argumentsSpan, commandIn, commentsIn, readInstruction } from './runText.ts';
import { readsMore, sameUnderErrexit, substitutesTheSame } from './underErrexit.ts';

/**
 * `RUN a && b` as a script of lines under `set -e`. BuildKit hands the body of such a heredoc to the shell as it is, so its name
 * needs no quotes. Source: dispatchRun in BuildKit's convert.go. Comments between continuations become the shell's.
 */
export function chainToHeredoc(
  dockerfile: Dockerfile,
  instruction: Instruction,
  { scripts, shell, text }: InstructionContext,
): Fix | undefined {
  const { own } = instruction;
  const [script, ...others] = scripts;
  if (own.keyword !== 'RUN' || own.span.start > 0 || own.json || own.heredocs.length > 0) return undefined;
  if (!script || others.length > 0 || text.includes('\r') || !readsHeredocs(dockerfile)) return undefined;
  const chain = chainOf(script);
  const lines = chain && scriptLines(own, chain, text, dockerfile.escape, optionIn(shell.words, errexit) === true);
  if (!lines) return undefined;
  const body = lines.join('\n');
  const name = heredocName(body);
  const span = argumentsSpan(own);
  const written = ` <<${name}\n${body}\n${name}`;
  const [heredoc] = readInstruction(text.slice(0, span.start) + written, dockerfile.escape)?.heredocs ?? [];
  if (heredoc?.content !== `${body}\n`) return undefined;
  return {
    title: 'Write it as a heredoc',
    edits: [{ span: shift(span, offsetOf(instruction)), text: written }],
    safe: false,
  };
}

/** A script that is a chain of `&&` and nothing else, and does not turn `-e` off, or on in a part of it. */
function chainOf({ root, form, broken }: ShellScript): ShellList | undefined {
  if (form !== 'shell' || broken || root.kind !== 'list') return undefined;
  if (!root.operators.every(({ text }) => text === '&&')) return undefined;
  for (const node of nodesIn(root)) {
    if (!substitutesTheSame(node)) return undefined;
    if (node.kind === 'compound' && (node.form === 'function' || node.form === 'other')) return undefined;
    const sets = node.kind === 'command' ? setsOption(node, errexit) : undefined;
    if (sets === false || (sets && !root.parts.includes(node))) return undefined;
    if (node.kind === 'command' && node.redirects.some(({ operator }) => /^\d*<<-?$/.test(operator))) return undefined;
  }
  return root;
}

/** Under `-e` a chain runs no different from how it does without, but for its last part. */
function scriptLines(
  own: Instruction,
  { parts, operators }: ShellList,
  text: string,
  escapeToken: string,
  shellExits: boolean,
): readonly string[] | undefined {
  const turnsOn = (part: ShellNode | undefined) => part?.kind === 'command' && setsOption(part, errexit) === true;
  const exitsAtEnd = shellExits || parts.some(turnsOn);
  const lines = turnsOn(parts[0]) ? [] : ['set -e'];
  let mayCallFunctions = false;
  let end = argumentsSpan(own).start;
  for (const [index, part] of parts.entries()) {
    const operator = operators[index - 1];
    const before = commentsIn(text.slice(end, operator?.span.start ?? part.span.start), escapeToken);
    const behind = operator ? commentsIn(text.slice(operator.span.end, part.span.start), escapeToken) : [];
    if (!before || !behind) return undefined;
    const command = commandIn(text, part, escapeToken);
    mayCallFunctions ||= readsMore(part);
    // Nothing left of `||` comes under -e, and so it was left of `&&`.
    const asItIs = exitsAtEnd && index === parts.length - 1;
    const exits = asItIs || (sameUnderErrexit(part) && !mayCallFunctions) ? '' : ' || exit';
    lines.push(...before, ...behind, ...command.comments, command.lines.join('\\\n') + exits);
    end = part.span.end;
  }
  const rest = text.slice(end, own.span.end);
  if (/^[\t ]*#[^\n]*$/.test(rest)) return [...lines.slice(0, -1), `${lines.at(-1)} ${rest.trim()}`];
  const comments = commentsIn(rest.replace(/;\s*$/, ''), escapeToken);
  return comments && [...lines, ...comments];
}
