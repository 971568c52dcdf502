import type { Problem } from '../../../common/known.ts';
import { parseReference } from '../../../common/reference.ts';
import { baseImageOf } from '../baseImage.ts';
import type { Dockerfile, Instruction, Stage } from '../dockerfile/dockerfile.ts';
import { walkScopes } from '../dockerfile/scope.ts';
import type { ContextCopy, Contexts, Images } from '../host.ts';
import { identities, isLasting } from './bases.ts';
import { packedToo, sizesByText } from './cacheByText.ts';
import { bareArguments, type Chain, chainOf, imagesOf } from './chain.ts';
import { sourcesOf } from './contextCopies.ts';
import { type CopiedSize, type Figure, nothing, type Recorded, seenBy, verify } from './figures.ts';
import { makesLayer, triggersIn } from './fileSystem.ts';
import { sizesByOrder } from './imageByOrder.ts';
import { BuildMatcher, givenValue, type Matched, ownKey, type StepSize } from './match.ts';
import type { Hash, KeptSize } from './sources.ts';
import { heaviest, type StageSizes, stageSizes } from './totals.ts';

/** Everything that is said of the sizes in a file. */
export interface FileSizes {
  readonly figures: ReadonlyMap<Instruction, Figure>;
  readonly stages: readonly StageSizes[];
  /** Why nothing is said of an instruction, where there is a reason that somebody can do something about. */
  readonly reasons: ReadonlyMap<Instruction, Problem>;
  /** The instruction that adds most to the final image. */
  readonly heaviest?: Instruction;
  /** Why the engine does not tell what its builds made, where it does not. */
  readonly missing?: Problem;
}

export interface SizeWorld {
  readonly images: Images;
  readonly contexts?: Contexts | undefined;
  readonly hash: Hash;
}

/** Finds sizes in all that is in memory; what is not there yet it has asked for when it returns. */
export class SizeReader {
  readonly #world: SizeWorld;
  /** By file. */
  readonly #past = new Map<string, Past>();

  constructor(world: SizeWorld) {
    this.#world = world;
  }

  /** A file that is closed needs nothing remembered. */
  forget(uri: string): void {
    this.#past.delete(uri);
  }

  of(uri: string, dockerfile: Dockerfile): FileSizes {
    const { images, contexts, hash } = this.#world;
    const asked = images.builds({ uri, text: dockerfile.text });
    const builds = asked.state === 'known' ? asked.value : [];
    const kept = images.keptSizes.of(uri);
    const remembered = (reference: string) => kept?.images.get(hash(reference));
    const past = this.#past.get(uri) ?? {
      ...{ matcher: new BuildMatcher(), facts: new Map<string, string>() },
      fileCounts: new Map<string, number>(),
    };
    this.#past.set(uri, past);
    const names = identities(images, builds, remembered, past.facts);
    const context = folderOf(uri);
    const platform = images.platform?.() ?? kept?.images.get(hash(platformName)) ?? '';
    // Where the file leaves a value open, it stands for the last build.
    const last = builds.find(({ elsewhere }) => elsewhere === undefined) ?? builds[0];
    const argumentKey = (name: string) => hash(` argument ${name} of ${uri}`);
    const openValue = (name: string) =>
      last === undefined ? (kept?.images.get(argumentKey(name)) ?? '') : givenValue(last, name, hash);
    const chain = chainOf(dockerfile, { hash, context, platform, openValue, imageOf: names.now });
    const matched = past.matcher.match(dockerfile, chain, builds, {
      ...{ hash, context, platform },
      ...{ imageThen: names.atBuild, imageNow: names.now },
    });
    if (matched.lasting.size > 0) {
      const seen = [...imagesOf(dockerfile)].map((name) => [hash(name), names.now(name)] as const);
      const lasting = seen.filter(([, id]) => isLasting(id));
      if (platform !== '') lasting.push([hash(platformName), platform]);
      for (const name of bareArguments(dockerfile)) lasting.push([argumentKey(name), openValue(name)]);
      images.keptSizes.keep(uri, { sizes: matched.lasting, images: new Map(lasting) });
    }
    const copied: CopiedSize = (copy) => contexts?.copied(uri, copy);
    const recorded = fromBuilds(matched);
    addKept(chain, recorded, kept?.sizes, { hash, context });
    if (asked.state !== 'pending') this.#addOthers(dockerfile, recorded, copied);
    const isPending = [...imagesOf(dockerfile)].some((name) => names.isPending(name));
    const begins = (stage: Stage) => {
      const isOpen = stage.base === undefined && stage.image?.value !== 'scratch' && !baseImageOf(dockerfile, stage);
      if (isOpen) return { changedAt: 0, unsure: 'Only the build knows which image it stands on.' };
      if (isPending) return { changedAt: 0, unsure: 'The engine has still to say which images it has.' };
      return mayTrigger(dockerfile, stage, matched.triggered, images) ? seenBy(copied(wholeContext)) : nothing;
    };
    const { fileCounts } = past;
    const keyOf = (instruction: Instruction) => chain.instructions.get(instruction);
    const { figures, ends, reasons } = verify(dockerfile, recorded, { copied, begins, fileCounts, keyOf });
    if (fileCounts.size > mostFileCounts) fileCounts.clear();
    const most = heaviest(dockerfile, figures);
    return {
      ...{ figures, reasons },
      stages: stageSizes(dockerfile, figures, matched.images, ends, images),
      ...(most && { heaviest: most }),
      ...(asked.state === 'failed' && { missing: asked.problem }),
    };
  }

  /** The sources that are asked only where the better ones leave something open. */
  #addOthers(dockerfile: Dockerfile, recorded: Map<Instruction, Recorded>, copied: CopiedSize): void {
    const { images } = this.#world;
    const isOpen = (instruction: Instruction) => recorded.get(instruction)?.state !== 'exact';
    const open = dockerfile.stages.flatMap(({ instructions }) => instructions.filter(makesLayer)).filter(isOpen);
    if (open.length === 0) return;
    const histories = images.imageHistories();
    if (histories.state === 'known') {
      const local = (reference: string) => {
        const parsed = parseReference(reference);
        const image = parsed && images.localImage(parsed);
        return image?.state === 'known' ? image.value : undefined;
      };
      const found = sizesByOrder(dockerfile, histories.value, local);
      for (const [instruction, figure] of found?.steps ?? []) addBetter(recorded, instruction, figure);
    }
    const cache = images.buildCache();
    if (cache.state !== 'known' || cache.value.length === 0) return;
    const predictions = predictionsOf(dockerfile, copied);
    const found = sizesByText(dockerfile, cache.value, (instruction) => predictions.get(instruction));
    for (const [instruction, figure] of found) addBetter(recorded, instruction, figure);
  }
}

/** What the platform of the engine is kept under; no image can have the name. */
const platformName = ' platform';

/** What was found out about the builds of a file. */
interface Past {
  readonly matcher: BuildMatcher;
  readonly facts: Map<string, string>;
  readonly fileCounts: Map<string, number>;
}

/** Of copies that are remembered. Whoever edits one makes many. */
const mostFileCounts = 1000;

/**
 * A figure counts where there is none, where it is certain and the other is not, and where the other is only kept, of something
 * else, perhaps of another engine.
 */
function addBetter(recorded: Map<Instruction, Recorded>, instruction: Instruction, figure: Recorded): void {
  const other = recorded.get(instruction);
  const isForeign = other?.source === 'kept' && other.state === 'stale';
  const isBetter = figure.state === 'exact' && other?.state !== 'exact';
  if (other === undefined || isForeign || isBetter) recorded.set(instruction, figure);
}

const earlier = 'Something before it has changed since, so the next build may make it another size.';

const matches = {
  fresh: { state: 'exact' },
  unsure: { state: 'about', note: 'Nobody knows any more whether the base image was the one it is now.' },
  stale: { state: 'stale', note: earlier },
} as const;

function fromBuilds({ steps }: Matched): Map<Instruction, Recorded> {
  const recorded = new Map<Instruction, Recorded>();
  for (const [instruction, size] of steps) if (makesLayer(instruction)) recorded.set(instruction, fromBuild(size));
  return recorded;
}

function fromBuild({ step, build, match }: StepSize): Recorded {
  const { bytes, seconds, cached, layer, counted, compressedBytes, roughly } = step;
  const names = Object.keys(build.buildArgs);
  const state = matches[match];
  return {
    ...{ bytes, cached, source: 'build', at: build.completedAt },
    ...(roughly && state.state === 'exact' ? { state: 'about', note: packedToo } : state),
    ...(build.startedAt !== undefined && { startedAt: build.startedAt }),
    ...(build.place && { place: build.place }),
    ...(seconds !== undefined && { seconds }),
    ...(layer !== undefined && { layer }),
    ...(counted && { counted }),
    ...(compressedBytes !== undefined && { compressedBytes }),
    // Names only: a value may be a secret.
    ...(names.length > 0 && { buildArgs: names }),
  };
}

/** What earlier builds came to, where no build that the engine remembers says it. */
function addKept(
  chain: Chain,
  recorded: Map<Instruction, Recorded>,
  sizes: ReadonlyMap<string, KeptSize> | undefined,
  world: { readonly hash: Hash; readonly context: string },
): void {
  if (sizes === undefined || sizes.size === 0) return;
  for (const [instruction, key] of chain.instructions) {
    if (!makesLayer(instruction) || recorded.get(instruction)?.state === 'exact') continue;
    const same = sizes.get(key);
    if (same !== undefined) recorded.set(instruction, { ...same, state: 'exact', source: 'kept' });
    else if (!recorded.has(instruction)) {
      const own = sizes.get(ownKey(instruction, world));
      if (own !== undefined) recorded.set(instruction, { ...own, state: 'stale', source: 'kept', note: earlier });
    }
  }
}

const wholeContext: ContextCopy = { keyword: 'COPY', sources: ['.'], exclude: [] };

/** Whether something below a stage's own instructions may read the build context. `triggered`: something was, in a build. */
function mayTrigger(dockerfile: Dockerfile, stage: Stage, triggered: boolean, images: Images): boolean {
  if (stage.base !== undefined) return triggersIn(dockerfile.stages[stage.base]!).length > 0;
  const reference = baseImageOf(dockerfile, stage);
  const image = reference && images.localImage(reference);
  return image?.state === 'known' ? image.value.triggersCopy === true : triggered;
}

function predictionsOf(dockerfile: Dockerfile, copied: CopiedSize): ReadonlyMap<Instruction, number> {
  const found = new Map<Instruction, number>();
  walkScopes(dockerfile, (instruction, scope) => {
    const sources = sourcesOf(dockerfile, instruction, scope);
    if (sources === undefined) return;
    const size = sources.copy && copied(sources.copy);
    if (sources.copy === undefined) found.set(instruction, sources.heredocBytes);
    else if (size?.state === 'known') found.set(instruction, sources.heredocBytes + size.value.bytes);
  });
  return found;
}

/** The context of a file elsewhere is another one, whatever the files say. */
const folderOf = (uri: string) => uri.slice(0, uri.lastIndexOf('/') + 1);
