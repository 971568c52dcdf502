import { failed, type Known, known, pending } from '../../common/known.ts';
import { formatPlatform, type Platform } from '../../common/platform.ts';
import { formatFullReference, formatReference, type ImageReference } from '../../common/reference.ts';
import type { ImageLayers, RepositoryRow, TagDetails, TagRow } from '../../common/registry.ts';
import type { BuildRecord, BundledRepository, Host, Images } from '../../server/language/host.ts';
import type { ImageDescription, ImageVerdict } from '../../server/language/imageKnowledge.ts';
import type {
  BuildCacheStep,
  DownloadSize,
  ImageHistory,
  KeptSize,
  KeptSizes,
  LocalImage,
} from '../../server/language/sizes/sources.ts';

/** Images of a world that a test makes up. Counts what it is asked; says so when a test changes it. */
export class InMemoryImages implements Images {
  /** By repository as people write it: `127.0.0.1:5000/team/app`. What is missing is pending. */
  readonly tagsOf = new Map<string, Known<readonly (string | TagRow)[]>>();
  /** By registry. */
  readonly repositoriesOf = new Map<string, readonly (string | RepositoryRow)[]>();
  /** By full reference. What is missing is pending. */
  readonly detailsOf = new Map<string, Known<TagDetails>>();
  /** By full reference. What is missing is pending. */
  readonly layersOf = new Map<string, Known<ImageLayers>>();
  /** What tags are now, by full reference. What is missing is pending. */
  readonly digests = new Map<string, Known<string>>();
  /** By full reference. */
  readonly verdicts = new Map<string, ImageVerdict>();
  /** What a check waits for. */
  checking: Promise<void> | undefined;
  /** Tags that were told before, by repository as people write it. */
  readonly told = new Map<string, readonly string[]>();
  /** Digests that were told just now, by full reference. */
  readonly toldDigests = new Map<string, string>();
  /** By registry. */
  readonly pages = new Map<string, string>();
  /** Undefined: it takes its time. */
  hosts: readonly string[] | undefined = [];
  bundles: readonly BundledRepository[] = [];
  readonly sizes = new Map<string, number>();
  /** By reference as people write it. What is missing nobody tells. */
  readonly locals = new Map<string, Known<LocalImage>>();
  readonly downloads = new Map<string, DownloadSize>();
  cache: Known<readonly BuildCacheStep[]> = pending;
  histories: Known<readonly ImageHistory[]> = pending;
  /** What is kept, of one workspace. */
  readonly kept = { sizes: new Map<string, KeptSize>(), images: new Map<string, string>() };
  readonly keptSizes: KeptSizes = {
    of: () => this.kept,
    keep: (_, { sizes, images }) => {
      for (const [key, size] of sizes) this.kept.sizes.set(key, size);
      for (const [name, id] of images) this.kept.images.set(name, id);
    },
  };
  local: readonly string[] = [];
  history: Known<readonly BuildRecord[]> = pending;
  /** Each question in turn, as `tags nginx`. */
  readonly asked: string[] = [];
  readonly #listeners = new Set<() => void>();

  async repositories(registry: string, typed: string, signal: AbortSignal): Promise<Known<readonly RepositoryRow[]>> {
    this.asked.push(`repositories ${registry} ${typed}`);
    signal.throwIfAborted();
    const all = this.repositoriesOf.get(registry);
    return all === undefined
      ? pending
      : known(
          all
            .map((row) => (typeof row === 'string' ? { name: row } : row))
            .filter(({ name }) => name.includes(typed.toLowerCase())),
          0,
        );
  }

  async tags({ registry, repository }: ImageReference, signal: AbortSignal): Promise<Known<readonly TagRow[]>> {
    const name = formatReference({ registry, repository });
    this.asked.push(`tags ${name}`);
    signal.throwIfAborted();
    const found = this.tagsOf.get(name) ?? pending;
    if (found.state !== 'known') return found;
    return { ...found, value: found.value.map((row) => (typeof row === 'string' ? { name: row } : row)) };
  }

  async details(reference: ImageReference, signal: AbortSignal): Promise<Known<TagDetails>> {
    const name = formatFullReference(reference);
    this.asked.push(`details ${name}`);
    signal.throwIfAborted();
    return this.detailsOf.get(name) ?? pending;
  }

  async registries(): Promise<Known<readonly string[]>> {
    return this.hosts === undefined ? pending : known(this.hosts, 0);
  }

  async bundled({ registry, repository }: ImageReference): Promise<BundledRepository | undefined> {
    return this.bundles.find((one) => one.registry === registry && one.repository === repository);
  }

  async bundledRepositories(): Promise<readonly BundledRepository[]> {
    return this.bundles;
  }

  localImages(): Known<readonly string[]> {
    return known(this.local, 0);
  }

  builds(): Known<readonly BuildRecord[]> {
    return this.history;
  }

  localImage(reference: ImageReference): Known<LocalImage> {
    // Who asks may say the tag that everybody means without one.
    const { tag, ...untagged } = reference;
    const name = formatReference(tag === 'latest' ? untagged : reference);
    const found = this.locals.get(name);
    if (found !== undefined) return found;
    const bytes = this.sizes.get(name);
    if (bytes === undefined) return failed({ kind: 'unreachable', subject: name, message: 'Nothing answers.' });
    return known({ id: 'sha256:local', bytes, digests: [], layers: [], triggers: false, taggedAt: 0 }, 0);
  }

  downloadSize(reference: ImageReference): DownloadSize | undefined {
    return this.downloads.get(formatReference(reference));
  }

  buildCache(): Known<readonly BuildCacheStep[]> {
    return this.cache;
  }

  imageHistories(): Known<readonly ImageHistory[]> {
    return this.histories;
  }

  async describe(reference: ImageReference, platform: Platform | undefined): Promise<ImageDescription> {
    const name = formatFullReference(reference);
    this.asked.push(`describe ${name}${platform === undefined ? '' : ` ${formatPlatform(platform)}`}`);
    return { details: this.detailsOf.get(name) ?? pending, image: this.layersOf.get(name) ?? pending };
  }

  async digest(reference: ImageReference): Promise<Known<string>> {
    const name = formatFullReference(reference);
    this.asked.push(`digest ${name}`);
    return this.digests.get(name) ?? pending;
  }

  async allTags(reference: ImageReference, signal: AbortSignal): Promise<Known<readonly TagRow[]>> {
    return this.tags(reference, signal);
  }

  lastTags({ registry, repository }: ImageReference): readonly TagRow[] | undefined {
    return this.told.get(formatReference({ registry, repository }))?.map((name) => ({ name }));
  }

  lastDigest({ digest: _, ...reference }: ImageReference): string | undefined {
    return this.toldDigests.get(formatFullReference(reference));
  }

  verdict(reference: ImageReference): ImageVerdict | undefined {
    return this.verdicts.get(formatFullReference(reference));
  }

  async check(reference: ImageReference, ask: boolean): Promise<void> {
    this.asked.push(`check ${formatFullReference(reference)}${ask ? '' : ' without its registry'}`);
    await this.checking;
  }

  page({ registry, repository }: ImageReference): string | undefined {
    const page = this.pages.get(registry);
    return page === undefined ? undefined : `${page}/${repository}`;
  }

  onDidChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  get listeners(): number {
    return this.#listeners.size;
  }

  change(): void {
    for (const listener of this.#listeners) listener();
  }
}

export function hostOf(images: Images): Host {
  const silent = (): void => {};
  return { images, log: { info: silent, warn: silent, error: silent } };
}
