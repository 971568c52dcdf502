import type { Rule } from './rule.ts';
import { blankName, invalidArgument, surplusArgument } from './rules/arguments.ts';
import { cacheOrderRules } from './rules/cacheOrder/index.ts';
import { ineffectiveCheckComment, invalidCheckDirective, unknownCheck } from './rules/checkDirective.ts';
import { commandRules } from './rules/commands/index.ts';
import { copyIgnoredFile } from './rules/copyIgnoredFile.ts';
import { invalidDefinitionDescription } from './rules/definitionDescription.ts';
import { dotnetRules } from './rules/dotnet/index.ts';
import { noEmptyContinuation } from './rules/emptyContinuation.ts';
import { emptyVolume, invalidSignal } from './rules/expandedValues.ts';
import { exposeInvalidFormat, exposeProtoCasing, invalidPort } from './rules/expose.ts';
import { duplicateFlag, missingFlagValue, unknownFlag } from './rules/flags.ts';
import { invalidFlagValue } from './rules/flagValues.ts';
import { invalidDefaultArgInFrom, undefinedArgInFrom } from './rules/fromArguments.ts';
import { fromAsCasing } from './rules/fromAsCasing.ts';
import {
  fromPlatformFlagConstDisallowed,
  invalidBaseImagePlatform,
  invalidPlatform,
  redundantTargetPlatform,
} from './rules/fromPlatform.ts';
import { imageRules } from './rules/images/index.ts';
import { consistentInstructionCasing } from './rules/instructionCasing.ts';
import { instructionRules } from './rules/instructions/index.ts';
import { jsonArgsRecommended } from './rules/jsonArgsRecommended.ts';
import { brokenJson, singleQuotedJson } from './rules/jsonForm.ts';
import { legacyKeyValueFormat } from './rules/keyValueFormat.ts';
import { labelRules } from './rules/labels/index.ts';
import { maintainerDeprecated } from './rules/maintainerDeprecated.ts';
import { missingArgument } from './rules/missingArgument.ts';
import { invalidMount } from './rules/mounts.ts';
import { multipleInstructionsDisallowed } from './rules/multipleInstructions.ts';
import { noBuildStage } from './rules/noBuildStage.ts';
import { packageRules } from './rules/packages/index.ts';
import { platformRules } from './rules/platforms/index.ts';
import { secretsUsedInArgOrEnv } from './rules/secretNames.ts';
import { secretRules } from './rules/secrets/index.ts';
import { duplicateStageName, invalidStageName, reservedStageName, stageNameCasing } from './rules/stageNames.ts';
import { invalidSource, stageOrder, variableInFrom } from './rules/stageOrder.ts';
import { invalidSubstitution, unreadableWord } from './rules/substitution.ts';
import { invalidSyntax } from './rules/syntaxDirective.ts';
import { brokenTrigger, invalidTrigger } from './rules/triggers.ts';
import { undefinedVar } from './rules/undefinedVar.ts';
import { unknownInstruction } from './rules/unknownInstruction.ts';
import { unreadHeredocs } from './rules/unreadHeredocs.ts';
import { workdirRelativePath } from './rules/workdirRelativePath.ts';
import { nearest } from './suggest.ts';

/** BuildKit's build checks, all of them. Source: linter/ruleset.go. */
const checks: readonly Rule[] = [
  consistentInstructionCasing,
  copyIgnoredFile,
  duplicateStageName,
  exposeInvalidFormat,
  exposeProtoCasing,
  fromAsCasing,
  fromPlatformFlagConstDisallowed,
  invalidBaseImagePlatform,
  invalidDefaultArgInFrom,
  invalidDefinitionDescription,
  jsonArgsRecommended,
  legacyKeyValueFormat,
  maintainerDeprecated,
  multipleInstructionsDisallowed,
  noEmptyContinuation,
  redundantTargetPlatform,
  reservedStageName,
  secretsUsedInArgOrEnv,
  stageNameCasing,
  undefinedArgInFrom,
  undefinedVar,
  workdirRelativePath,
];

/** What makes a build stop and can be known without one. */
const errors: readonly Rule[] = [
  blankName,
  duplicateFlag,
  emptyVolume,
  invalidArgument,
  invalidCheckDirective,
  invalidFlagValue,
  invalidMount,
  invalidPlatform,
  invalidPort,
  invalidSignal,
  invalidStageName,
  invalidSubstitution,
  invalidSyntax,
  invalidTrigger,
  missingArgument,
  missingFlagValue,
  noBuildStage,
  stageOrder,
  surplusArgument,
  unknownFlag,
  unknownInstruction,
  variableInFrom,
];

/** hadolint's rules that no check of BuildKit's covers, and our own. */
const lint: readonly Rule[] = [
  brokenJson,
  singleQuotedJson,
  ...instructionRules,
  ...labelRules,
  ...packageRules,
  ...commandRules,
  ...dotnetRules,
  ...cacheOrderRules,
  ...secretRules,
  ...platformRules,
  ...imageRules,
];

const named: readonly Rule[] = [...errors, ...checks, ...lint];

const advice: readonly Rule[] = [brokenTrigger, ineffectiveCheckComment, invalidSource, unreadableWord, unreadHeredocs];

const known: readonly Rule[] = [...named, ...advice];

/** All rules. Their order does not matter: findings are sorted by place. */
export const rules: readonly Rule[] = [...known, unknownCheck([...known.flatMap(namesOf), 'UnknownCheck'])];

function namesOf({ name, aliases = [] }: Rule): readonly string[] {
  return [name, ...aliases];
}

const settable: ReadonlySet<string> = new Set(
  rules.flatMap((rule) => (rule.kind === 'error' ? rule.name : namesOf(rule))).sort(),
);
const errorsByAlias: ReadonlyMap<string, string> = new Map(
  errors.flatMap(({ name, aliases = [] }) => aliases.map((alias) => [alias, name] as const)),
);

/**
 * hadolint's rules that it has not had for long: they are in configurations, and nothing comes of them. Source: hadolint's
 * changelog.
 */
const retired: ReadonlySet<string> = new Set(['DL3005', 'DL3017', 'DL3031', 'DL3039', 'DL4002']);

/** What is wrong with a name that looks like one of hadolint's codes and is none, in a sentence. */
export function codeProblem(name: string): string | undefined {
  if (!/^DL\d*$/i.test(name) || settable.has(name) || errorsByAlias.has(name) || retired.has(name)) return undefined;
  const codes = [...settable, ...errorsByAlias.keys()].filter((known) => known.startsWith('DL'));
  const suggestion = nearest(name.toUpperCase(), codes) ?? codes.find((code) => code === name.toUpperCase());
  return `There is no rule "${name}".${suggestion === undefined ? '' : ` Did you mean ${suggestion}?`}`;
}

/** Why the severity of what goes by `name` cannot be set, in a sentence; undefined where it can. */
export function settingProblem(name: string): string | undefined {
  if (settable.has(name) || /^SC\d{4}$/.test(name)) return undefined; // ShellCheck's rules are ShellCheck's to know
  const shown = JSON.stringify(name).slice(0, 100);
  const error = errorsByAlias.get(name);
  if (error !== undefined) return `${shown} is what a build stops at, and is set by the name ${error} only.`;
  const suggestion = nearest(name, settable);
  return `there is no rule ${shown}.${suggestion === undefined ? '' : ` Did you mean ${suggestion}?`}`;
}
