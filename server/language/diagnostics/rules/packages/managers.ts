import type { Span } from '../../../dockerfile/dockerfile.ts';
import type { ShellWord } from '../../../shell/script.ts';
import { type Arguments, readArguments } from './arguments.ts';
import type { Call } from './calls.ts';

/** A package manager, as its commands are read. */
export interface Manager {
  readonly names: ReadonlySet<string>;
  /** Options that take a value. Source: the manager's manual. */
  readonly valued: ReadonlySet<string>;
}

/** What a package manager is asked to do: `apt-get -y install curl`. */
export interface Request extends Arguments {
  readonly call: Call;
  /** `install` */
  readonly verb: ShellWord;
  /** What stands behind the verb. */
  readonly operands: readonly ShellWord[];
}

export function manager(names: string, valued: string): Manager {
  return { names: new Set(names.split(' ')), valued: new Set(valued.split(' ')) };
}

/** Undefined where the call is another program's, or a variable may be the verb. */
export function requestOf(call: Call, { names, valued }: Manager): Request | undefined {
  return names.has(call.name) ? readRequest(call, call.words, valued) : undefined;
}

export function readRequest(call: Call, words: readonly ShellWord[], valued: ReadonlySet<string>): Request | undefined {
  const { options, operands, open } = readArguments(words, { valued });
  const [verb, ...rest] = operands;
  if (!verb || /[$`]/.test(verb.text)) return undefined;
  return { call, verb, options, operands: rest, open };
}

/** From the program's name to the verb: `apt-get -y install`. */
export function spanOf({ call, verb }: Request): Span {
  return { start: call.nameWord.span.start, end: verb.span.end };
}
