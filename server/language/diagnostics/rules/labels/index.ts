import type { Rule } from '../../rule.ts';

/** hadolint's rules about labels, which follow the schema of its configuration. */
export const labelRules: readonly Rule[] = [];
