import { DiagnosticSeverity } from 'vscode-languageserver-types';
import { type Platform, parsePlatform } from '../../../../../common/platform.ts';
import { formatReference } from '../../../../../common/reference.ts';
import { stageAt } from '../../../dockerfile/at.ts';
import type { Dockerfile, Stage } from '../../../dockerfile/dockerfile.ts';
import { stageUses } from '../../../stageUses.ts';
import { baseImages } from '../../baseImages.ts';
import { stageTree, takers } from '../../reads.ts';
import type { Knowledge, Report, Rule } from '../../rule.ts';
import { platformFlag } from '../fromPlatform.ts';
import { systemOf } from './systems.ts';

/** A Windows image in a build for Linux, which no Linux engine can run. */
export const windowsBaseOnLinux: Rule = {
  name: 'WindowsBaseOnLinux',
  severity: DiagnosticSeverity.Information,
  kind: 'lint',
  preset: 'recommended',
  reads: [...stageTree, ...takers],
  check(dockerfile, report, knowledge) {
    check(dockerfile, report, knowledge, 'windows', 'linux');
  },
};

/** A Linux image in a build for Windows. */
export const linuxBaseOnWindows: Rule = {
  name: 'LinuxBaseOnWindows',
  severity: DiagnosticSeverity.Information,
  kind: 'lint',
  preset: 'recommended',
  reads: [...stageTree, ...takers],
  check(dockerfile, report, knowledge) {
    check(dockerfile, report, knowledge, 'linux', 'windows');
  },
};

const names = { linux: 'Linux', windows: 'Windows' };

/** Only what the last stage is made of is built, so only that is looked at. What the engine knows is BuildKit's check to say. */
function check(
  dockerfile: Dockerfile,
  report: Report,
  { platforms }: Knowledge,
  system: 'linux' | 'windows',
  wanted: 'linux' | 'windows',
): void {
  const wrong = baseImages(dockerfile).flatMap((base, index) => {
    if (!base || base.stage.index !== index || systemOf(base.reference) !== system) return [];
    const platform = wantedPlatform(base.stage, platforms?.target);
    if (platform?.os !== wanted || platforms?.of(base.stage.image!.value, platform)) return [];
    return [base];
  });
  if (wrong.length === 0) return;
  const built = builtStages(dockerfile);
  for (const { stage, reference } of wrong) {
    if (!built.has(stage.index)) continue;
    const way = platformFlag(stage)
      ? 'Change --platform or the image.'
      : `Build it for ${names[system]}, or choose another image.`;
    report(
      stage.image!.span,
      `"${formatReference(reference)}" is for ${names[system]}, and this build is for ${names[wanted]}. ${way}`,
    );
  }
}

/** What a stage is for; undefined where a variable says so, or nothing does. */
function wantedPlatform(stage: Stage, target: Platform | undefined): Platform | undefined {
  const flag = platformFlag(stage);
  return flag ? parsePlatform(flag.value!) : target;
}

/** The last stage and those that it needs. */
function builtStages(dockerfile: Dockerfile): ReadonlySet<number> {
  const built = new Set<number>([dockerfile.stages.length - 1]);
  const uses = stageUses(dockerfile);
  // A stage is only ever used behind its end, so going backwards finds the user first.
  for (const { span, stage } of uses.toReversed()) {
    const user = stageAt(dockerfile, span.start);
    if (user && built.has(user.index)) built.add(stage);
  }
  return built;
}
