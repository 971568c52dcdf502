import type { Rule } from '../../rule.ts';

/** hadolint's rules about other commands in RUN, and ours about the shell itself. */
export const commandRules: readonly Rule[] = [];
