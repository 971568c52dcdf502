import type { Rule } from '../../rule.ts';

/** Ours about secrets by their value, and files that hold them. */
export const secretRules: readonly Rule[] = [];
