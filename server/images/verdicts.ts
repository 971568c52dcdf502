/** What is certain about images: whether they are there, for what, and whether they are retired. */
import { type Platform, parsePlatform } from '../../common/platform.ts';
import { formatFullReference, type ImageReference } from '../../common/reference.ts';
import type { Images } from '../language/host.ts';
import type { ImageKnowledge, ImageVerdict } from '../language/imageKnowledge.ts';
import type { Presence } from '../registries/presence.ts';
import type { Registries } from '../registries/registries.ts';
import type { LocalImages } from './localImages.ts';

export type Verdicts = Pick<ImageKnowledge, 'verdict' | 'check'> & {
  /** Whether more that is learned of an image may change its verdict: it was checked. */
  isAbout(reference: ImageReference): boolean;
  /** Nothing counts any more: who asks, or whom, is another. */
  forget(): void;
};

type AskedRegistries = Pick<Registries, 'presence' | 'freePlatforms' | 'lastPlatforms' | 'lastTags'>;

export interface VerdictsWorld {
  readonly registries: AskedRegistries;
  readonly local: Pick<LocalImages, 'localSize'>;
  readonly bundled: Images['bundled'];
  readonly configured: Promise<void>;
  readonly now: () => number;
}

interface Checked {
  readonly retired: number | undefined;
  readonly presence: Presence | undefined;
}

/** A registry that failed is left alone for so long. */
const failedMs = 5 * 60_000;
const mostChecked = 1000;
/** Nobody waits for it, and a registry that hangs is to be let go of. */
const limitMs = 20_000;

export function createVerdicts({ registries, local, bundled, configured, now }: VerdictsWorld): Verdicts {
  const checked = new Map<string, Checked>();
  const failures = new Map<string, number>();
  /** Of which image it was asked for what platforms it is. */
  const learned = new Map<string, string>();
  const last = new Map<string, { readonly key: string; readonly verdict: ImageVerdict | undefined }>();

  const make = (reference: ImageReference, { retired, presence }: Checked): ImageVerdict | undefined => {
    // What the engine has a build takes, whatever the registry says.
    const isHere = local.localSize(reference).state === 'known';
    const missing = presence?.kind === 'absent' ? 'tag' : presence?.kind === 'noRepository' ? 'repository' : undefined;
    const platforms = presence?.kind === 'present' ? platformsOf(registries, reference, presence.digest) : undefined;
    const verdict: ImageVerdict = {
      ...(missing !== undefined && !isHere && { missing }),
      ...(platforms !== undefined && { platforms }),
      ...(retired !== undefined && { retired }),
    };
    return Object.keys(verdict).length === 0 ? undefined : verdict;
  };

  /** Once for each image: the registry is not asked again for what it does not tell. */
  const learnPlatforms = async (reference: ImageReference, digest: string | undefined, signal: AbortSignal) => {
    const name = formatFullReference(reference);
    if (digest === undefined || learned.get(name) === digest) return;
    if (platformsOf(registries, reference, digest) !== undefined) return;
    if (learned.size >= mostChecked) learned.clear();
    learned.set(name, digest);
    const { registry, repository, tag = 'latest' } = reference;
    await registries.freePlatforms(registry, repository, tag, signal).catch(() => {}); // then they are not known
  };

  return {
    verdict(reference) {
      const name = formatFullReference(reference);
      const known = checked.get(name);
      if (known === undefined) return undefined;
      const verdict = make(reference, known);
      const key = JSON.stringify(verdict) ?? '';
      const before = last.get(name);
      if (before?.key === key) return before.verdict;
      last.set(name, { key, verdict });
      return verdict;
    },
    async check(reference, ask, signal) {
      const name = formatFullReference(reference);
      const bundle = await bundled(reference);
      signal.throwIfAborted();
      const retired = bundle?.retired ? bundle.at : undefined;
      const keep = (presence: Presence | undefined) => {
        if (checked.size >= mostChecked) checked.clear();
        if (last.size >= mostChecked) last.clear();
        checked.set(name, { retired, presence });
      };
      const { registry, repository, tag = 'latest', digest } = reference;
      // While it is not known whether the engine has it, nobody is asked: it says so when it knows.
      const isForRegistry = ask && local.localSize(reference).state === 'failed';
      if (!isForRegistry) return keep(checked.get(name)?.presence);
      if (now() - (failures.get(name) ?? Number.NEGATIVE_INFINITY) < failedMs) return keep(undefined);
      await configured;
      const limited = AbortSignal.any([signal, AbortSignal.timeout(limitMs)]);
      let presence: Presence | undefined;
      try {
        presence = await registries.presence(registry, repository, digest ?? tag, limited);
        failures.delete(name);
      } catch {
        signal.throwIfAborted();
        // Why it failed is for whoever asks: hover says it. Here nothing is certain.
        if (failures.size >= mostChecked) failures.clear();
        failures.set(name, now());
      }
      keep(presence);
      if (presence?.kind === 'present' && digest === undefined)
        await learnPlatforms(reference, presence.digest, limited);
      signal.throwIfAborted();
    },
    isAbout: (reference) => checked.has(formatFullReference(reference)),
    forget() {
      checked.clear();
      failures.clear();
      learned.clear();
    },
  };
}

/** Of what was learned of the very same image, when somebody looked at it or a list told. */
function platformsOf(
  registries: AskedRegistries,
  { registry, repository, tag = 'latest', digest }: ImageReference,
  now: string | undefined,
): readonly Platform[] | undefined {
  if (now === undefined) return undefined;
  const details = registries.lastPlatforms(registry, repository, digest ?? tag);
  if (details?.digest === now && details.kind !== 'artifact') return details.platforms.map(({ platform }) => platform);
  const rows = registries.lastTags(registry, repository)?.value;
  const row = digest === undefined ? rows?.find(({ name }) => name === tag) : undefined;
  if (row?.digest !== now || row.platforms === undefined) return undefined;
  const platforms = row.platforms.map(parsePlatform);
  return platforms.every((platform) => platform !== undefined) && platforms.length > 0 ? platforms : undefined;
}
