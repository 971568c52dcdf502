import type { Rule } from '../../rule.ts';

/** Ours about Windows and Linux images in the wrong place. */
export const platformRules: readonly Rule[] = [];
