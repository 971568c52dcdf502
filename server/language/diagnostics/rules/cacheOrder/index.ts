import type { Rule } from '../../rule.ts';

/** Ours about what makes the build cache useless. */
export const cacheOrderRules: readonly Rule[] = [];
