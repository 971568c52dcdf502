import { DiagnosticSeverity } from 'vscode-languageserver-types';
import { formatPlatform, type Platform, parsePlatform } from '../../../../common/platform.ts';
import type { Dockerfile, Flag, Stage, Word } from '../../dockerfile/dockerfile.ts';
import { readShellWord } from '../../dockerfile/shellWord.ts';
import { removeWord, replace } from '../fixes.ts';
import type { Fix, Rule } from '../rule.ts';
import { nearest } from '../suggest.ts';

export function platformFlag({ from }: Stage): Flag | undefined {
  return from.flags.find(({ name, value }) => name === 'platform' && value);
}

/**
 * A stage fixed to one platform cannot be built for another, unless its name says that it is for this one.
 * Source: reportConstPlatformDisallowed in BuildKit's validations.go.
 */
export const fromPlatformFlagConstDisallowed: Rule = {
  name: 'FromPlatformFlagConstDisallowed',
  aliases: ['DL3029'],
  severity: DiagnosticSeverity.Warning,
  kind: 'check',
  reads: ['FROM'],
  check(dockerfile, report) {
    for (const { stage, flag, text } of constantPlatforms(dockerfile)) {
      if (!isDisallowed(stage, text)) continue;
      report(
        flag.span,
        `The stage is always for ${text}, whatever is built for. Use $BUILDPLATFORM or $TARGETPLATFORM, leave the ` +
          `flag out, or name the stage after the platform.`,
        { fix: () => [withoutFlag(dockerfile, flag, false), replace(flag.valueSpan!, '$BUILDPLATFORM', false)] },
      );
    }
  },
};

export function withoutFlag(dockerfile: Dockerfile, flag: Flag, safe: boolean): Fix {
  return { title: 'Remove --platform', edits: [removeWord(dockerfile, flag.span)], safe };
}

export interface ConstantPlatform {
  readonly stage: Stage;
  readonly flag: Flag;
  /** With quotes undone. */
  readonly text: string;
}

/** The stages whose platform is written out. */
export function* constantPlatforms({ stages, escape: escapeToken }: Dockerfile): Generator<ConstantPlatform> {
  for (const stage of stages) {
    const flag = platformFlag(stage);
    if (!flag || flag.value!.includes('$')) continue;
    yield { stage, flag, text: readShellWord(flag.value!, { escapeToken }).text };
  }
}

/** Whether BuildKit reports it: a stage whose name has the system or the architecture in it is let off. */
export function isDisallowed({ name }: Stage, platform: string): boolean {
  const words = platformWords(platform);
  const lower = name?.value.toLowerCase() ?? '';
  return words !== undefined && !words.some((word) => lower.includes(word));
}

/** The operating system and architecture of a platform; of one that names only one of them, that one. */
function platformWords(text: string): readonly string[] | undefined {
  const platform = parsePlatform(text);
  if (platform) return [platform.os, platform.architecture];
  return /^\w+$/.test(text) ? [text.toLowerCase()] : undefined;
}

/** The target's platform is what a stage has anyway. Source: reportRedundantTargetPlatform in BuildKit's validations.go. */
export const redundantTargetPlatform: Rule = {
  name: 'RedundantTargetPlatform',
  aliases: ['DL3065'],
  severity: DiagnosticSeverity.Warning,
  kind: 'check',
  reads: ['FROM'],
  check(dockerfile, report) {
    const { stages, escape: escapeToken } = dockerfile;
    for (const stage of stages) {
      const flag = platformFlag(stage);
      if (!flag?.value?.includes('TARGETPLATFORM')) continue;
      const get = () => 'platform';
      const { text, variables } = readShellWord(flag.value, { escapeToken, get });
      if (text !== 'platform' || !variables.every(({ name }) => name === 'TARGETPLATFORM')) continue;
      report(flag.span, `A stage is for ${flag.value} without saying so. Leave the flag out.`, {
        fix: () => withoutFlag(dockerfile, flag, true),
      });
    }
  },
};

/**
 * The base image is not made for the platform that the stage is for. Reported only where both are known for certain.
 * Source: validateBaseImagePlatform in BuildKit's validations.go.
 */
export const invalidBaseImagePlatform: Rule = {
  name: 'InvalidBaseImagePlatform',
  severity: DiagnosticSeverity.Warning,
  kind: 'check',
  undocumented: true,
  reads: ['FROM'],
  check({ stages }, report, { platforms }) {
    if (!platforms) return;
    for (const stage of stages) {
      const { base, image } = stage;
      if (!image || base !== undefined || image.value.includes('$') || image.value === 'scratch') continue;
      const flag = platformFlag(stage);
      const wanted = flag ? parsePlatform(flag.value!) : platforms.target;
      const actual = wanted && platforms.of(image.value, wanted);
      if (!wanted || !actual) continue;
      if (actual.os === wanted.os && actual.architecture === wanted.architecture) continue;
      report(
        image.span,
        `"${image.value}" is for ${formatPlatform(actual)}, and the stage is for ${formatPlatform(wanted)}.`,
        { fix: () => askFor(actual, image, flag) },
      );
    }
  },
};

/** What there is of the image, so that what is built is for that too. */
export function askFor(platform: Platform, image: Word, flag: Flag | undefined): Fix {
  const text = formatPlatform(platform);
  const { start } = image.span;
  const edit = flag?.valueSpan
    ? { span: flag.valueSpan, text }
    : { span: { start, end: start }, text: `--platform=${text} ` };
  return { title: `Build the stage for ${text}`, edits: [edit], safe: false };
}

/** A platform that docker refuses. What depends on a variable is left alone. Source: toDispatchState in BuildKit's convert.go. */
export const invalidPlatform: Rule = {
  name: 'InvalidPlatform',
  severity: DiagnosticSeverity.Error,
  kind: 'error',
  reads: ['FROM'],
  check({ stages, escape: escapeToken }, report) {
    for (const stage of stages) {
      const flag = platformFlag(stage);
      if (!flag || flag.value!.includes('$')) continue;
      const { text, error } = readShellWord(flag.value!, { escapeToken });
      if (error !== undefined || isPlatform(text)) continue;
      report(flag.valueSpan!, `"${text}" is no platform. Write os/architecture, such as linux/amd64.`, {
        fix: () => {
          const meant = text.length > 3 ? nearest(text.toLowerCase(), alone) : undefined;
          return meant === undefined ? undefined : replace(flag.valueSpan!, meant, false);
        },
      });
    }
  },
};

/** Operating systems and architectures that may stand alone. Source: isKnownOS and isKnownArch of containerd/platforms. */
const alone = new Set(
  [
    'aix android darwin dragonfly freebsd hurd illumos ios js linux nacl netbsd openbsd plan9 solaris windows zos macos',
    '386 amd64 amd64p32 arm armbe arm64 arm64be ppc64 ppc64le loong64 mips mipsle mips64 mips64le mips64p32 mips64p32le',
    'ppc riscv riscv64 s390 s390x sparc sparc64 wasm i386 x86_64 x86-64 aarch64 armhf armel armv7l armv6l local',
  ].flatMap((line) => line.split(' ')),
);

/** Whether docker takes it for a platform. */
export function isPlatform(text: string): boolean {
  const parts = text.replace(/^([\w.-]+)\([^)]*\)/, '$1').split('/');
  if (parts.length > 3 || !parts.every((part) => /^[\w.-]+$/.test(part))) return false;
  return parts.length > 1 || alone.has(text.toLowerCase().replace(/\(.*\)$/, ''));
}
