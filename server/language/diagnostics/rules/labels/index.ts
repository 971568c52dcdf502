import type { Rule } from '../../rule.ts';
import { labelKey } from './labelKeys.ts';
import { missingLabel, surplusLabel } from './labelSchema.ts';
import { labelValueRules } from './labelValues.ts';

/** hadolint's rules about labels, which follow the schema of its configuration. */
export const labelRules: readonly Rule[] = [labelKey, missingLabel, surplusLabel, ...labelValueRules];
