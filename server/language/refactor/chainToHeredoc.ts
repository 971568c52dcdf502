import type { Fix, InstructionContext } from '../diagnostics/rule.ts';
import type { Dockerfile, Instruction } from '../dockerfile/dockerfile.ts';
import { offsetOf, shift } from '../dockerfile/place.ts';
import { errexit, setsOption } from '../shell/options.ts';
import { nodesIn, type ShellList, type ShellScript } from '../shell/script.ts';
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
  { scripts, text }: InstructionContext,
): Fix | undefined {
  const { own } = instruction;
  const [script, ...others] = scripts;
  if (own.keyword !== 'RUN' || own.span.start > 0 || own.json || own.heredocs.length > 0) return undefined;
  if (!script || others.length > 0 || text.includes('\r') || !readsHeredocs(dockerfile)) return undefined;
  const chain = chainOf(script);
  const lines = chain && scriptLines(own, chain, text, dockerfile.escape);
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

/** A script that is a chain of `&&` and nothing else, and does not turn `-e` off or on again behind its first command. */
function chainOf({ root, form, broken }: ShellScript): ShellList | undefined {
  if (form !== 'shell' || broken || root.kind !== 'list') return undefined;
  if (!root.operators.every(({ text }) => text === '&&')) return undefined;
  for (const node of nodesIn(root)) {
    if (!substitutesTheSame(node)) return undefined;
    if (node.kind === 'compound' && (node.form === 'function' || node.form === 'other')) return undefined;
    if (node.kind === 'command' && node !== root.parts[0] && setsOption(node, errexit) !== undefined) return undefined;
    if (node.kind === 'command' && node.redirects.some(({ operator }) => /^\d*<<-?$/.test(operator))) return undefined;
  }
  return root;
}

function scriptLines(
  own: Instruction,
  { parts, operators }: ShellList,
  text: string,
  escapeToken: string,
): readonly string[] | undefined {
  const [first] = parts;
  const begins = first?.kind === 'command' ? setsOption(first, errexit) : undefined;
  if (begins === false) return undefined;
  const lines = begins ? [] : ['set -e'];
  let functions = false;
  let end = argumentsSpan(own).start;
  for (const [index, part] of parts.entries()) {
    const operator = operators[index - 1];
    const before = commentsIn(text.slice(end, operator?.span.start ?? part.span.start), escapeToken);
    const behind = operator ? commentsIn(text.slice(operator.span.end, part.span.start), escapeToken) : [];
    if (!before || !behind) return undefined;
    const { lines: own, comments } = commandIn(text, part, escapeToken);
    functions ||= readsMore(part);
    // Left of `||` nothing of it comes under -e, which is how it was in the chain.
    const alone = index === parts.length - 1 && begins === true;
    const exits = !alone && (functions || !sameUnderErrexit(part)) ? ' || exit' : '';
    lines.push(...before, ...behind, ...comments, own.join('\\\n') + exits);
    end = part.span.end;
  }
  const rest = text.slice(end, own.span.end);
  if (/^[\t ]*#[^\n]*$/.test(rest)) lines.push(`${lines.pop()} ${rest.trim()}`);
  else {
    const comments = commentsIn(rest, escapeToken);
    if (!comments) return undefined;
    lines.push(...comments);
  }
  return lines;
}
