import type { Instruction } from '../dockerfile/dockerfile.ts';
import type { InstructionContext } from './rule.ts';

/** What a rule about a whole file knows of one instruction by itself. */
export type FactOf<T> = (instruction: Instruction, context: InstructionContext) => T;

/** Keeps what `find` says of an instruction (read by itself) for as long as nothing in it is edited. */
export function factOf<T>(find: FactOf<T>): FactOf<T> {
  const known = new WeakMap<InstructionContext, { readonly fact: T }>();
  return (instruction, context) => {
    let kept = known.get(context);
    if (!kept) {
      kept = { fact: find(instruction.own, context) };
      known.set(context, kept);
    }
    return kept.fact;
  };
}
