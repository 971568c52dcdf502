import { DiagnosticSeverity } from 'vscode-languageserver-types';
import type { Dockerfile, Stage } from '../../../dockerfile/dockerfile.ts';
import { baseImages, writtenTag } from '../../baseImages.ts';
import { replace } from '../../fixes.ts';
import { stageTree } from '../../reads.ts';
import type { Edit, Fix, Rule } from '../../rule.ts';
import { type DotnetImage, dotnetImage, productName } from './image.ts';
import { endOfLife, supportedTag, supportedVersion } from './releases.ts';

/** A repository that Microsoft has left: those on Docker Hub are gone, those under `dotnet/core` get nothing any more. */
export const deprecatedDotnetRepository: Rule = {
  name: 'DeprecatedDotnetRepository',
  severity: DiagnosticSeverity.Warning,
  kind: 'lint',
  preset: 'recommended',
  reads: stageTree,
  check(dockerfile, report, { now }) {
    for (const { stage, image, name } of namedImages(dockerfile)) {
      if (!image.deprecated) continue;
      report(stage.image!.span, `"${name}" gets no images any more. Its successor is ${image.repository}.`, {
        fix: () => [...sameVersion(dockerfile, stage, image), ...supported(stage, image, now)],
      });
    }
  },
};

/** A version that gets no security fixes any more. */
export const dotnetEndOfLife: Rule = {
  name: 'DotnetEndOfLife',
  severity: DiagnosticSeverity.Warning,
  kind: 'lint',
  preset: 'recommended',
  reads: stageTree,
  check(dockerfile, report, { now }) {
    if (now === undefined) return;
    const version = supportedVersion(now);
    const old = namedImages(dockerfile).filter(
      ({ image }) => !image.deprecated && endOfLifeOf(image, now) !== undefined,
    );
    for (const { stage, image } of old) {
      const way = version === undefined ? 'Move to one that gets them.' : `Move to ${productName(version)}.`;
      report(
        stage.image!.span,
        `${productName(image.version!)} has had no security fixes since ${endOfLifeOf(image, now)}. ${way}`,
        { fix: () => (version === undefined ? [] : upgrades(dockerfile, version, stage, old)) },
      );
    }
  },
};

interface NamedImage {
  readonly stage: Stage;
  readonly image: DotnetImage;
  /** As in the file, without registry's default and tag. */
  readonly name: string;
  readonly pinned: boolean;
}

/** .NET's images where a FROM names them. */
function namedImages(dockerfile: Dockerfile): readonly NamedImage[] {
  return baseImages(dockerfile).flatMap((base, index) => {
    if (!base || base.stage.index !== index) return [];
    const image = dotnetImage(base.reference);
    if (!image) return [];
    const { registry, repository, digest } = base.reference;
    const name = registry === 'docker.io' ? repository : `${registry}/${repository}`;
    return [{ stage: base.stage, image, name, pinned: digest !== undefined }];
  });
}

function endOfLifeOf({ version }: DotnetImage, now: number): string | undefined {
  return version === undefined ? undefined : endOfLife(version, now);
}

/** What moved to the new repositories, each with its last patch: what was supported when they opened, and all since. */
const moved = /^(?:2\.1|3\.1|[5-9]\.0|\d\d\.0)$/;

function sameVersion(dockerfile: Dockerfile, stage: Stage, image: DotnetImage): readonly Fix[] {
  const { value, span } = stage.image!;
  const { version, variant, repository } = image;
  if (!isPlain(stage) || value.includes('@') || (version !== undefined && !moved.test(version))) return [];
  if (/-(?:1709|1803|sac2016)/.test(variant)) return []; // Windows versions that were gone by then
  const title = `Take it from ${repository}`;
  const core = /dotnet\/core[/-]/.exec(value);
  if (!core) {
    if (version === undefined || value.includes('$')) return [];
    return [replace(span, `${repository}:${version}${variant}`, false, title)];
  }
  const start = span.start + core.index;
  const edits: Edit[] = [{ span: { start, end: start + core[0].length }, text: 'dotnet/' }];
  const tag = versionEdit(dockerfile, stage, image, (rest) => `${version}${rest}`);
  if (image.fullVersion !== version) {
    if (!tag || value.includes('$')) return [];
    edits.push(tag);
  }
  return [{ title, edits, safe: false }];
}

function supported(stage: Stage, { repository, variant }: DotnetImage, now: number | undefined): readonly Fix[] {
  const version = now === undefined ? undefined : supportedVersion(now);
  const tag = version && supportedTag(variant, version);
  if (!tag || !isPlain(stage) || stage.image!.value.includes('$')) return [];
  return [replace(stage.image!.span, `${repository}:${tag}`, false, `Move to ${productName(version)}`)];
}

/** All of the file's images at once, since what builds and what runs have to fit; then the one at hand. */
function upgrades(dockerfile: Dockerfile, version: string, stage: Stage, old: readonly NamedImage[]): readonly Fix[] {
  const upgrade = ({ stage, image, pinned }: NamedImage): Edit | undefined =>
    pinned ? undefined : versionEdit(dockerfile, stage, image, (rest) => supportedTag(rest, version));
  const own = upgrade(old.find((one) => one.stage === stage)!);
  if (!own) return [];
  const all = new Map<number, Edit>();
  for (const one of old) {
    const edit = upgrade(one);
    if (edit) all.set(edit.span.start, edit); // several may use one ARG
  }
  const title = `Move to ${productName(version)}, together with the project's target framework`;
  const single: Fix = { title, edits: [own], safe: false };
  if (all.size === 1) return [single];
  const edits = [...all.values()].sort((a, b) => a.span.start - b.span.start);
  return [{ title: `Move all of the file to ${productName(version)}`, edits, safe: false }, single];
}

/** Replaces the tag from its version on, wherever it is written; the variant goes with it where it is written there too. */
function versionEdit(
  dockerfile: Dockerfile,
  stage: Stage,
  { fullVersion, variant }: DotnetImage,
  tagFor: (variant: string) => string | undefined,
): Edit | undefined {
  const written = writtenTag(dockerfile, stage);
  if (!written || fullVersion === undefined) return undefined;
  const whole = `${fullVersion}${variant}`;
  const tag = tagFor(variant);
  if (tag === undefined) return undefined;
  if (written.text === whole) return { span: { start: written.start, end: written.start + whole.length }, text: tag };
  // An ARG holds the version, and the FROM the variant: that has to be one which stays.
  if (written.text !== fullVersion || !tag.endsWith(variant)) return undefined;
  const text = tag.slice(0, tag.length - variant.length);
  return { span: { start: written.start, end: written.start + fullVersion.length }, text };
}

/** Written in one piece, so that edits can be made of parts of it. */
function isPlain({ image }: Stage): boolean {
  return image!.span.end - image!.span.start === image!.value.length && !/["'\\`]/.test(image!.value);
}
