import type { Rule } from '../../rule.ts';
import { addInsteadOfCopy } from './addedFiles.ts';
import { consecutiveRuns } from './consecutiveRuns.ts';
import { copiedArchive } from './copiedArchives.ts';
import { severalToOne, wholeFileSystem } from './copies.ts';
import { copyFromMisspelled, copyFromUnknown } from './copyFrom.ts';
import { noHealthcheck } from './healthchecks.ts';
import { ignoreComment } from './ignoreComments.ts';
import { latestImage, untaggedImage } from './imageTags.ts';
import { fixedPlatform } from './platforms.ts';
import { invalidPortLater } from './ports.ts';
import { untrustedRegistry } from './registries.ts';
import { sameEnv } from './sameEnv.ts';
import { sensitiveName } from './sensitiveNames.ts';
import { shellForm } from './shellForms.ts';
import { lastUserRoot, userByName } from './users.ts';
import { copyToRelative, relativeWorkdir } from './workdirs.ts';

/** hadolint's rules about what an instruction says of itself, its image, stage, user and files. */
export const instructionRules: readonly Rule[] = [
  ignoreComment,
  relativeWorkdir,
  lastUserRoot,
  untaggedImage,
  latestImage,
  copiedArchive,
  invalidPortLater,
  addInsteadOfCopy,
  severalToOne,
  copyFromUnknown,
  copyFromMisspelled,
  shellForm,
  untrustedRegistry,
  fixedPlatform,
  sameEnv,
  copyToRelative,
  noHealthcheck,
  consecutiveRuns,
  sensitiveName,
  userByName,
  wholeFileSystem,
];
