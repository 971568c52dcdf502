import type { Rule } from './rule.ts';
import { fromAsCasing } from './rules/fromAsCasing.ts';
import { jsonArgsRecommended } from './rules/jsonArgsRecommended.ts';
import { missingArgument } from './rules/missingArgument.ts';
import { noBuildStage } from './rules/noBuildStage.ts';
import { duplicateStageName, stageNameCasing } from './rules/stageNames.ts';
import { undefinedVar } from './rules/undefinedVar.ts';
import { unknownInstruction } from './rules/unknownInstruction.ts';
import { workdirRelativePath } from './rules/workdirRelativePath.ts';

/** All rules. Their order does not matter: findings are sorted by place. */
export const rules: readonly Rule[] = [
  unknownInstruction,
  missingArgument,
  noBuildStage,
  stageNameCasing,
  duplicateStageName,
  fromAsCasing,
  undefinedVar,
  jsonArgsRecommended,
  workdirRelativePath,
];
