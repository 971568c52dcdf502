import type { Rule } from '../../rule.ts';

/** hadolint's rules about package managers in RUN. */
export const packageRules: readonly Rule[] = [];
