import { DiagnosticSeverity } from 'vscode-languageserver-types';
import type { Heredoc } from '../../../dockerfile/dockerfile.ts';
import { errexit, heredocOf, optionIn, readerOf, setsOption } from '../../../shell/options.ts';
import {
  commandName,
  commandsIn,
  type ShellCommand,
  type ShellList,
  type ShellNode,
  type ShellScript,
} from '../../../shell/script.ts';
import type { Fix, InstructionContext, Rule } from '../../rule.ts';
import { insertLine } from './heredocBody.ts';

/**
 * A heredoc with several commands and no `set -e`: the build goes on when one of them fails, and takes the status of the last for
 * that of all. hadolint has asked for it (its issue 882), BuildKit has no such check.
 */
export const errexitMissing: Rule = {
  name: 'ErrexitMissing',
  severity: DiagnosticSeverity.Warning,
  kind: 'lint',
  preset: 'recommended',
  keywords: ['RUN'],
  checkInstruction(instruction, report, context) {
    for (const script of context.scripts) {
      const heredoc = heredocOf(script, instruction);
      if (!heredoc || script.broken || optionIn(readerOf(script, instruction, context), errexit)) continue;
      const command = firstUnguarded(script);
      if (!command) continue;
      report(command.span, 'The build goes on when this command fails. Begin the script with "set -e".', {
        fix: () => withErrexit(heredoc, context),
      });
    }
  },
};

/** The first command that can fail without anybody noticing. None where the script decides about `-e` by itself. */
function firstUnguarded({ root }: ShellScript): ShellCommand | undefined {
  for (const command of commandsIn(root)) if (setsOption(command, errexit) !== undefined) return undefined;
  return unguardedIn(root);
}

function unguardedIn(node: ShellNode): ShellCommand | undefined {
  if (node.kind === 'compound' && (node.form === 'function' || node.form === 'negation')) return undefined;
  if (node.kind === 'compound') return firstOf(node.parts, unguardedIn);
  if (node.kind !== 'list') return undefined;
  const statements = statementsOf(node);
  const last = statements.pop();
  const early = statements.filter((statement) => !handlesFailure(statement)).flatMap(({ parts }) => parts);
  return firstOf(early, fallible) ?? firstOf(last?.parts ?? [], unguardedIn);
}

function firstOf(
  nodes: readonly ShellNode[],
  find: (node: ShellNode) => ShellCommand | undefined,
): ShellCommand | undefined {
  for (const node of nodes) {
    const found = find(node);
    if (found) return found;
  }
  return undefined;
}

/** What stands between `;`, `&` and line breaks: a chain of `&&` and `||`. */
interface Statement {
  readonly parts: ShellNode[];
  readonly operators: ('&&' | '||')[];
}

/** Those that the shell waits for. */
function statementsOf({ parts, operators }: ShellList): Statement[] {
  const statements: Statement[] = [];
  let statement: Statement = { parts: [], operators: [] };
  for (const [index, part] of parts.entries()) {
    statement.parts.push(part);
    const operator = operators[index]?.text;
    if (operator === '&&' || operator === '||') statement.operators.push(operator);
    else {
      if (operator !== '&') statements.push(statement);
      statement = { parts: [], operators: [] };
    }
  }
  return statements;
}

/** The status of these is 0, or that of what they say. */
const certain = new Set([
  'set',
  'unset',
  'export',
  'readonly',
  'alias',
  'trap',
  'shopt',
  'umask',
  ':',
  'true',
  'echo',
  'printf',
]);

/** The first command in it whose failure means something. */
function fallible(node: ShellNode): ShellCommand | undefined {
  if (node.kind === 'compound') return node.form === 'function' ? undefined : firstOf(node.parts, fallible);
  if (node.kind === 'pipeline') return fallible(node.parts.at(-1)!);
  if (node.kind === 'list') return firstOf(node.parts, fallible);
  const fails =
    node.words.length > 0
      ? !certain.has(commandName(node))
      : node.assignments.some(({ value }) => (value?.substitutions.length ?? 0) > 0);
  return fails ? node : undefined;
}

/** `a || exit 1`, `a || true`: somebody has thought of it. */
function handlesFailure({ operators }: Statement): boolean {
  return operators.at(-1) === '||';
}

/** Not safe: a build that passes may fail by it, which is what it is for. */
function withErrexit(heredoc: Heredoc, context: InstructionContext): Fix | undefined {
  const edit = insertLine(heredoc, 'set -e', context);
  return edit && { title: 'Add set -e', edits: [edit], safe: false };
}
