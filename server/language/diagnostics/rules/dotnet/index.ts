import type { Rule } from '../../rule.ts';

/** Ours about .NET images. */
export const dotnetRules: readonly Rule[] = [];
