import type { Dockerfile, Instruction } from '../dockerfile/dockerfile.ts';
import type { InstructionContext, Shell, ShellParser } from './rule.ts';
import { type Shells, shellOf } from './shells.ts';

/** What each instruction is read with. Kept with `Instruction.own`, so the same object for as long as nothing of it changes. */
export class Contexts {
  readonly #known = new WeakMap<Instruction, InstructionContext>();

  of(
    instruction: Instruction,
    { escape: escapeToken }: Dockerfile,
    shells: Shells,
    parser: ShellParser | undefined,
  ): InstructionContext {
    const shell = shellOf(instruction, shells);
    const known = this.#known.get(instruction.own) as Context | undefined;
    if (known && known.shell === shell && known.parser === parser) return known;
    const context = new Context(instruction.own, escapeToken, shell, parser);
    this.#known.set(instruction.own, context);
    return context;
  }
}

/** Takes the commands apart when they are first asked for: most instructions have none. */
class Context implements InstructionContext {
  readonly escape: '\\' | '`';
  readonly shell: Shell;
  readonly parser: ShellParser | undefined;
  readonly #own: Instruction;
  #scripts: InstructionContext['scripts'] | undefined;

  constructor(own: Instruction, escapeToken: '\\' | '`', shell: Shell, parser: ShellParser | undefined) {
    this.#own = own;
    this.escape = escapeToken;
    this.shell = shell;
    this.parser = parser;
  }

  get text(): string {
    return this.#own.source;
  }

  get scripts(): InstructionContext['scripts'] {
    this.#scripts ??= this.parser?.scripts(this.#own, this.shell) ?? [];
    return this.#scripts;
  }
}
