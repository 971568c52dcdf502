import { baseImageOf } from '../baseImage.ts';
import type { Dockerfile, Instruction, Stage } from '../dockerfile/dockerfile.ts';
import type { BuildRecord, Images } from '../host.ts';
import { usesByStage } from '../stageUses.ts';
import { changeSince, type Figure, type Seen } from './figures.ts';
import { makesLayer, stageChain, triggersIn } from './fileSystem.ts';
import type { DownloadSize, LocalImage } from './sources.ts';

/** What is said of a stage as a whole. */
export interface StageSizes {
  readonly stage: Stage;
  /** The image it stands on, as the engine has it. Undefined for another stage too, whose total is the base then. */
  readonly base?: LocalImage;
  /** What a pull of that image would bring, where the engine does not have it. Compressed, and never added to anything. */
  readonly download?: DownloadSize;
  /** Unpacked bytes of all it is made of; undefined where one of them is not known. */
  readonly total?: Total;
  /** Bytes that its own instructions add, and those of the stages it builds on. */
  readonly added?: Total;
  /** How many of its own instructions and of those of the stages it builds on make a layer. */
  readonly layers: number;
  /** `image`: it is what a build of the file makes. `part`: that builds on it. `none`: at most single files of it are copied. */
  readonly role: 'image' | 'part' | 'none';
  /** Whether another stage builds on it or takes files from it. */
  readonly used: boolean;
  /** The build whose image it is. */
  readonly build?: BuildRecord;
}

export interface Total {
  readonly bytes: number;
  readonly state: Figure['state'];
}

/**
 * Totals of every stage. `built`: images that builds made of stages, unchanged since; they are exact whatever is known of the
 * steps. `ends`: what of the build context each stage has seen.
 */
export function stageSizes(
  dockerfile: Dockerfile,
  figures: ReadonlyMap<Instruction, Figure>,
  built: ReadonlyMap<number, BuildRecord>,
  ends: readonly Seen[],
  images: Pick<Images, 'localImage' | 'downloadSize'>,
): readonly StageSizes[] {
  const last = dockerfile.stages.at(-1);
  const parts = new Set(last && stageChain(dockerfile, last));
  const uses = usesByStage(dockerfile);
  const sizes: StageSizes[] = [];
  for (const stage of dockerfile.stages) {
    const chain = stageChain(dockerfile, stage);
    const { base, download } = baseOf(dockerfile, stage, images);
    const root = chain.length === 1 ? base : sizes[chain[0]!.index]?.base;
    const scratch = chain[0]!.image?.value === 'scratch';
    const steps = chain.flatMap(({ instructions }) => instructions).filter(makesLayer);
    const build = built.get(stage.index);
    const triggered = root?.triggers || chain.slice(0, -1).some((below) => triggersIn(below).length > 0);
    const sum = triggered ? undefined : sumOf(steps.map((step) => figures.get(step)));
    const baseBytes = scratch ? 0 : root?.bytes;
    const end = ends[stage.index]!;
    const states = new Set(steps.map((step) => figures.get(step)?.state));
    const isTouched = states.has(undefined) && changeSince(build ?? {}, end) !== undefined;
    const isUnsure = end.unsure !== undefined || states.has('about');
    const state =
      isTouched || end.different !== undefined || states.has('stale') ? 'stale' : isUnsure ? 'about' : 'exact';
    const total: Total | undefined =
      steps.length === 0
        ? undefined // It is its base.
        : build?.image !== undefined
          ? { bytes: build.image.bytes, state }
          : sum && baseBytes !== undefined
            ? { bytes: baseBytes + sum.bytes, state: sum.state }
            : undefined;
    const added =
      sum ??
      (total && baseBytes !== undefined && total.bytes >= baseBytes
        ? { bytes: total.bytes - baseBytes, state: total.state }
        : undefined);
    sizes.push({
      ...{ stage, layers: steps.length, role: stage === last ? 'image' : parts.has(stage) ? 'part' : 'none' },
      used: uses.has(stage.index),
      ...(base && { base }),
      ...(download && { download }),
      ...(total && { total }),
      ...(added && { added }),
      ...(build && { build }),
    });
  }
  return sizes;
}

/** The instruction that adds most to the final image, where several add something and of none of them it is unknown. */
export function heaviest(dockerfile: Dockerfile, figures: ReadonlyMap<Instruction, Figure>): Instruction | undefined {
  const last = dockerfile.stages.at(-1);
  if (last === undefined) return undefined;
  const steps = stageChain(dockerfile, last).flatMap(({ instructions }) => instructions.filter(makesLayer));
  // A folder that is made has no bytes.
  if (!steps.every((step) => figures.has(step) || step.keyword === 'WORKDIR')) return undefined;
  const sized = steps.filter((step) => (figures.get(step)?.bytes ?? 0) > 0);
  sized.sort((a, b) => figures.get(b)!.bytes - figures.get(a)!.bytes);
  const [first, second] = sized;
  if (first === undefined || second === undefined) return undefined;
  return figures.get(first)!.bytes > figures.get(second)!.bytes ? first : undefined;
}

/** The sum is no more certain than the least certain of its parts; undefined where one is not known. */
function sumOf(parts: readonly (Figure | undefined)[]): Total | undefined {
  let bytes = 0;
  let state: Figure['state'] = 'exact';
  for (const part of parts) {
    if (part === undefined) return undefined;
    bytes += part.bytes;
    if (part.state === 'about' || (part.state === 'stale' && state === 'exact')) state = part.state;
  }
  return { bytes, state };
}

/** A FROM for a certain platform may mean another image than the one the engine has under that name. */
function baseOf(
  dockerfile: Dockerfile,
  stage: Stage,
  images: Pick<Images, 'localImage' | 'downloadSize'>,
): Pick<StageSizes, 'base' | 'download'> {
  const platform = stage.from.flags.find(({ name }) => name === 'platform')?.value;
  if (platform !== undefined && !/^\$\{?(?:BUILD|TARGET)PLATFORM\}?$/.test(platform)) return {};
  const reference = baseImageOf(dockerfile, stage);
  if (reference === undefined) return {};
  const local = images.localImage(reference);
  if (local.state === 'known') return { base: local.value };
  if (local.state === 'pending') return {};
  const download = images.downloadSize(reference);
  return download === undefined ? {} : { download };
}
