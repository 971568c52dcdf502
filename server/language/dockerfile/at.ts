/** What stands at an offset of a Dockerfile. */
import type { Dockerfile, Instruction, Stage } from './dockerfile.ts';

/** The instruction that `offset` is in or directly behind. Blank lines and comments between instructions are in none. */
export function instructionAt(dockerfile: Dockerfile, offset: number): Instruction | undefined {
  const instruction = lastStartingBefore(dockerfile.instructions, offset);
  return instruction && offset <= instruction.span.end ? instruction : undefined;
}

/** The stage that `offset` is in: up to the next FROM. Undefined before the first FROM. */
export function stageAt(dockerfile: Dockerfile, offset: number): Stage | undefined {
  return lastStartingBefore(dockerfile.stages, offset);
}

function lastStartingBefore<T extends Pick<Instruction, 'span'>>(nodes: readonly T[], offset: number): T | undefined {
  let low = -1;
  let high = nodes.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (nodes[middle]!.span.start <= offset) low = middle;
    else high = middle - 1;
  }
  return nodes[low];
}
