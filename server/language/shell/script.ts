/**
 * What the shell command of an instruction says, as a tree. Shapes only; `server/shell` makes them.
 *
 * Spans point into the text that the instruction was written in, continuations included, so that an edit can be made of them.
 */
import type { Span } from '../dockerfile/dockerfile.ts';

export interface ShellScript {
  /** The whole of it. */
  readonly root: ShellNode;
  readonly span: Span;
  /** Which shell reads it; only these are taken apart. */
  readonly dialect: 'sh' | 'bash';
  /**
   * `heredoc`: the body of a RUN's heredoc; `exec`: JSON form. That is one command which no shell reads, or what it hands to one
   * (`["sh", "-c", "…"]`): there, what an edit puts in is to be escaped as JSON wants it.
   */
  readonly form: 'shell' | 'heredoc' | 'exec';
  /** Not all of it could be read: what is found is still so, what is not found proves nothing. */
  readonly broken: boolean;
}

export type ShellNode = ShellCommand | ShellPipeline | ShellList | ShellCompound;

/** `A=1 apt-get -y install "$X" > /dev/null` */
export interface ShellCommand {
  readonly kind: 'command';
  /** The name first; assignments before it and redirections are not among them. Empty for a mere assignment. */
  readonly words: readonly ShellWord[];
  readonly assignments: readonly ShellAssignment[];
  readonly redirects: readonly ShellRedirect[];
  readonly span: Span;
}

/** `a | b` */
export interface ShellPipeline {
  readonly kind: 'pipeline';
  readonly parts: readonly ShellNode[];
  readonly span: Span;
}

/**
 * `a && b; c` and lines of it. A list never holds a list: `operators[n]` stands between parts n and n + 1. One without parts is a
 * script without commands.
 */
export interface ShellList {
  readonly kind: 'list';
  readonly parts: readonly ShellNode[];
  readonly operators: readonly ShellOperator[];
  readonly span: Span;
}

export interface ShellOperator {
  /** A line break counts as `;`. */
  readonly text: '&&' | '||' | ';' | '&';
  readonly span: Span;
}

/** Anything that holds other commands: `( … )`, `{ …; }`, `if`, `for`, `while`, `case`, a function, `! …`. */
export interface ShellCompound {
  readonly kind: 'compound';
  readonly form: 'subshell' | 'group' | 'if' | 'loop' | 'case' | 'function' | 'negation' | 'other';
  /** What runs in it, in the order of the text, conditions included. */
  readonly parts: readonly ShellNode[];
  readonly redirects: readonly ShellRedirect[];
  readonly span: Span;
}

export interface ShellWord {
  /** Quotes and escapes undone; a variable or substitution stays as it is written: `$X`. */
  readonly text: string;
  /** Whether the shell decides at run time what it is: a variable, a substitution or a pattern outside quotes. */
  readonly dynamic: boolean;
  /** Whether some of it stands in quotes. A word of JSON form is, in JSON's: its span takes them in. */
  readonly quoted: boolean;
  /** What runs inside it: `$(…)` and backquotes. */
  readonly substitutions: readonly ShellNode[];
  readonly span: Span;
}

export interface ShellAssignment {
  readonly name: string;
  readonly value?: ShellWord;
  readonly span: Span;
}

export interface ShellRedirect {
  /** With its file descriptor: `>`, `2>&`, `<<-`, `<<<`. */
  readonly operator: string;
  /** Of a heredoc its name. */
  readonly target?: ShellWord;
  readonly span: Span;
}

/** Every simple command of a script, in the order of the text, those in substitutions behind the command they stand in. */
export function* commandsIn(node: ShellNode): Generator<ShellCommand> {
  if (node.kind === 'command') yield node;
  else for (const part of node.parts) yield* commandsIn(part);
  for (const word of wordsOf(node)) for (const inner of word.substitutions) yield* commandsIn(inner);
}

/** Everything that runs, from the outside in, what stands in substitutions too. */
export function* nodesIn(node: ShellNode): Generator<ShellNode> {
  yield node;
  if (node.kind !== 'command') for (const part of node.parts) yield* nodesIn(part);
  for (const word of wordsOf(node)) for (const inner of word.substitutions) yield* nodesIn(inner);
}

/** The words of the node itself, not of its parts. */
export function* wordsOf(node: ShellNode): Generator<ShellWord> {
  if (node.kind === 'command') {
    yield* node.words;
    for (const { value } of node.assignments) if (value) yield value;
  }
  if (node.kind === 'command' || node.kind === 'compound')
    for (const { target } of node.redirects) if (target) yield target;
}

/** The file name of the command's first word: `apt-get` for `/usr/bin/apt-get`. Empty where it is not certain. */
export function commandName({ words: [first] }: ShellCommand): string {
  if (!first || (first.dynamic && first.text.includes('$'))) return '';
  return first.text.slice(first.text.lastIndexOf('/') + 1);
}
