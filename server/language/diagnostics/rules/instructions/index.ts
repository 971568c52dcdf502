import type { Rule } from '../../rule.ts';

/** hadolint's rules about what an instruction says of itself, its image, stage, user and files. */
export const instructionRules: readonly Rule[] = [];
