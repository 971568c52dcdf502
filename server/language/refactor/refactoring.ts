import type { Fix, InstructionContext } from '../diagnostics/rule.ts';
import type { Dockerfile, Instruction, Span } from '../dockerfile/dockerfile.ts';

/**
 * A rewriting that is no way out of a finding, where it can be done to `instruction` without changing more than it says; a trigger
 * of ONBUILD is asked about by itself. `context` is what the instruction is read with: its spans count from the instruction's
 * start. `selection` is what is selected in the file: often only the place of the cursor.
 */
export type Refactor = (
  dockerfile: Dockerfile,
  instruction: Instruction,
  context: InstructionContext,
  selection: Span,
) => Fix | undefined;
