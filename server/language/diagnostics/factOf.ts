import type { Instruction } from '../dockerfile/dockerfile.ts';
import type { InstructionContext } from './rule.ts';

/**
 * What follows from an instruction alone, kept for as long as nothing in it is edited. `find` is given the instruction as it is
 * read by itself, so spans in what it finds count from the instruction's start.
 */
export function factOf<T>(
  find: (own: Instruction, context: InstructionContext) => T,
): (instruction: Instruction, context: InstructionContext) => T {
  const known = new WeakMap<InstructionContext, { readonly fact: T }>();
  return (instruction, context) => {
    let entry = known.get(context);
    if (!entry) {
      entry = { fact: find(instruction.own, context) };
      known.set(context, entry);
    }
    return entry.fact;
  };
}
