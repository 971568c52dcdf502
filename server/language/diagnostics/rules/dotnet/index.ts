import type { Rule } from '../../rule.ts';
import { dotnetPort } from './port.ts';
import { deprecatedDotnetRepository, dotnetEndOfLife } from './repository.ts';
import { dotnetSdkInFinalStage } from './sdkInFinalStage.ts';

/** Ours about .NET images. */
export const dotnetRules: readonly Rule[] = [
  deprecatedDotnetRepository,
  dotnetEndOfLife,
  dotnetPort,
  dotnetSdkInFinalStage,
];
