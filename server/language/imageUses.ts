/** The images that a file names, with where their names stand. */
import { type Platform, parsePlatform } from '../../common/platform.ts';
import { type ImageReference, parseReference } from '../../common/reference.ts';
import { baseImages } from './diagnostics/baseImages.ts';
import type { Dockerfile, Instruction, Span, Stage } from './dockerfile/dockerfile.ts';
import { perFile } from './perFile.ts';
import { stageSources, stageUses } from './stageUses.ts';

export interface ImageUse {
  /** With the defaults of build arguments. */
  readonly reference: ImageReference;
  /** Of the name as it is written. */
  readonly span: Span;
  /** Which platform's image is taken: one that is named, that of the build (`target`), or one that only the build knows. */
  readonly platform: Platform | 'target' | 'unknown';
  /** Whose FROM it is in; absent for what only gives files. */
  readonly stage?: Stage;
}

/** In the order of the file. Stages, `scratch` and what only a build knows are none. */
export const imageUses = perFile((dockerfile): readonly ImageUse[] => {
  const stageNames = new Set(stageUses(dockerfile).map(({ span }) => span.start));
  const bases = baseImages(dockerfile);
  // Many instructions of a long file name the same image.
  const references = new Map<string, ImageReference | undefined>();
  const referenceOf = (name: string) => {
    if (!references.has(name)) references.set(name, parseReference(name));
    return references.get(name);
  };
  return dockerfile.stages.flatMap((stage): readonly ImageUse[] => {
    const base = bases[stage.index];
    const own = base?.stage.index === stage.index ? base.reference : undefined;
    const { image } = stage;
    return [
      ...(own && image ? [{ reference: own, span: image.span, platform: platformOf(stage), stage }] : []),
      ...stage.instructions.flatMap((instruction) => sourceImages(instruction, stageNames, referenceOf)),
    ];
  });
});

/** The image whose name `offset` is in or directly behind. */
export function imageUseAt(dockerfile: Dockerfile, offset: number): ImageUse | undefined {
  return imageUses(dockerfile).find(({ span }) => span.start <= offset && offset <= span.end);
}

function sourceImages(
  instruction: Instruction,
  stageNames: ReadonlySet<number>,
  referenceOf: (name: string) => ImageReference | undefined,
): readonly ImageUse[] {
  return stageSources(instruction).flatMap(({ value, span, byIndex }): readonly ImageUse[] => {
    const isStage = stageNames.has(span.start) || (byIndex && /^\d+$/.test(value)) || value === 'scratch';
    const reference = isStage ? undefined : referenceOf(value);
    return reference ? [{ reference, span, platform: 'target' }] : [];
  });
}

function platformOf({ from }: Stage): ImageUse['platform'] {
  const flag = from.flags.find(({ name, value }) => name === 'platform' && value);
  if (flag === undefined || /^\$(?:TARGETPLATFORM|\{TARGETPLATFORM\})$/.test(flag.value!)) return 'target';
  return parsePlatform(flag.value!) ?? 'unknown';
}
