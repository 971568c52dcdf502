import { DiagnosticSeverity } from 'vscode-languageserver-types';
import { formatPlatform, normalisePlatform, type Platform } from '../../../../../common/platform.ts';
import { parseReference } from '../../../../../common/reference.ts';
import { imageUses } from '../../../imageUses.ts';
import { stageTree, takers } from '../../reads.ts';
import type { ImageVerdicts, PlatformKnowledge, Rule } from '../../rule.ts';
import { askFor, platformFlag } from '../fromPlatform.ts';

/** More than so many are not named in a message. */
const named = 6;
/** More ways out than these nobody chooses from. */
const fixed = 3;

/**
 * A platform that an image is not there for, though it is for others of the same system. Where it is there for one alone, or for
 * other systems, BuildKit's InvalidBaseImagePlatform says it.
 */
export const platformNotOffered: Rule = {
  name: 'PlatformNotOffered',
  severity: DiagnosticSeverity.Warning,
  kind: 'lint',
  preset: 'recommended',
  reads: [...stageTree, ...takers],
  check(dockerfile, report, { images, platforms: build }) {
    const { text } = dockerfile;
    if (!images) return;
    for (const { reference, platform, span, stage } of imageUses(dockerfile)) {
      const wanted = platform === 'target' ? build?.target : platform;
      const offered = images.of(reference)?.platforms;
      if (wanted === undefined || wanted === 'unknown' || offered === undefined || offered.length === 0) continue;
      const isCheck = stage !== undefined && !text.slice(span.start, span.end).includes('$');
      if (chosen(offered, wanted) || (isCheck && instead(offered, wanted))) continue;
      const names = [...new Set(offered.map(formatPlatform))];
      const list = names.slice(0, named).join(', ') + (names.length > named ? ' and others' : '');

      report(span, `This image is not there for ${formatPlatform(wanted)}. It is for ${list}.`, {
        fix: () =>
          stage?.image ? offered.slice(0, fixed).map((one) => askFor(one, stage.image!, platformFlag(stage))) : [],
      });
    }
  },
};

/** What BuildKit gets of an image for `wanted`, as far as the verdict on it says. */
export function platformOf(images: ImageVerdicts | undefined): PlatformKnowledge['of'] {
  return (image, wanted) => {
    const reference = parseReference(image);
    const offered = reference && images?.of(reference)?.platforms;
    return offered && (chosen(offered, wanted) ?? instead(offered, wanted));
  };
}

/** The platform that runs what is made for `wanted`. Variants are not told apart: which of them will do is the processor's to say. */
function chosen(offered: readonly Platform[], wanted: Platform): Platform | undefined {
  const { os, architecture } = normalisePlatform(wanted);
  const runs = [architecture, ...(alsoRuns[architecture] ?? [])];
  return offered.find((one) => one.os === os && runs.includes(one.architecture));
}

/** Source: platformVector in containerd/platforms, compare.go. */
const alsoRuns: Readonly<Record<string, readonly string[]>> = { amd64: ['386'], arm64: ['arm'] };

function instead(offered: readonly Platform[], wanted: Platform): Platform | undefined {
  return offered.length === 1 || offered.every(({ os }) => os !== wanted.os) ? offered[0] : undefined;
}
