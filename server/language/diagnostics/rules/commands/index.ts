import type { Rule } from '../../rule.ts';
import { noApt } from './apt.ts';
import { changeDirectory } from './changeDirectory.ts';
import { oneDownloader } from './downloaders.ts';
import { errexitMissing } from './errexit.ts';
import { linkedShell } from './linkedShell.ts';
import { pipefailMissing } from './pipefail.ts';
import { noSudo } from './sudo.ts';
import { unfitCommand } from './unfitCommands.ts';
import { useraddWithoutLogInit } from './useradd.ts';
import { wgetProgress } from './wget.ts';

/** hadolint's rules about other commands in RUN, and ours about the shell itself. */
export const commandRules: readonly Rule[] = [
  unfitCommand,
  changeDirectory,
  noSudo,
  noApt,
  useraddWithoutLogInit,
  wgetProgress,
  oneDownloader,
  linkedShell,
  pipefailMissing,
  errexitMissing,
];
