import type { Dockerfile, Instruction } from '../dockerfile/dockerfile.ts';
import { variablesInScope } from '../dockerfile/scope.ts';
import { inCaseOf, insertAbove, lineBreakIn } from './fixes.ts';
import type { Edit } from './rule.ts';

/** Declares the build arguments that are not in scope at an instruction, a line each above it: none where all are. */
export function declareArguments(
  dockerfile: Dockerfile,
  instruction: Instruction,
  names: readonly string[],
): readonly Edit[] {
  const inScope = new Set(variablesInScope(dockerfile, instruction.span.start).map(({ name }) => name));
  // What is to run in a later build finds its arguments there.
  const keywords = inCaseOf(instruction, instruction.trigger ? 'ONBUILD ARG' : 'ARG');
  const lines = names
    .filter((name) => instruction.trigger !== undefined || !inScope.has(name))
    .map((name) => `${keywords} ${name}`);
  return lines.length === 0 ? [] : [insertAbove(dockerfile, instruction, lines.join(lineBreakIn(dockerfile.text)))];
}
