import type { Rule } from '../../rule.ts';
import { copyBeforeInstall } from './copyBeforeInstall.ts';

/** Ours about what makes the build cache useless. */
export const cacheOrderRules: readonly Rule[] = [copyBeforeInstall];
