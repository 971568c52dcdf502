import { type Known, known, pending } from '../../common/known.ts';
import { formatReference, type ImageReference } from '../../common/reference.ts';
import type { RepositoryRow, TagRow } from '../../common/registry.ts';
import type { BuildRecord, Host, Images } from '../../server/language/host.ts';

/** Images of a world that a test makes up. Counts what it is asked; says so when a test changes it. */
export class InMemoryImages implements Images {
  /** By repository as people write it: `127.0.0.1:5000/team/app`. What is missing is pending. */
  readonly tagsOf = new Map<string, Known<readonly string[]>>();
  /** By registry. */
  readonly repositoriesOf = new Map<string, readonly string[]>();
  readonly sizes = new Map<string, number>();
  local: readonly string[] = [];
  history: Known<readonly BuildRecord[]> = pending;
  /** Each question in turn, as `tags nginx`. */
  readonly asked: string[] = [];
  readonly #listeners = new Set<() => void>();

  async repositories(registry: string, prefix: string, signal: AbortSignal): Promise<Known<readonly RepositoryRow[]>> {
    this.asked.push(`repositories ${registry} ${prefix}`);
    signal.throwIfAborted();
    const all = this.repositoriesOf.get(registry);
    return all === undefined
      ? pending
      : known(
          all.filter((name) => name.startsWith(prefix)).map((name) => ({ name })),
          0,
        );
  }

  async tags({ registry, repository }: ImageReference, signal: AbortSignal): Promise<Known<readonly TagRow[]>> {
    const name = formatReference({ registry, repository });
    this.asked.push(`tags ${name}`);
    signal.throwIfAborted();
    const found = this.tagsOf.get(name) ?? pending;
    if (found.state !== 'known') return found;
    return known(
      found.value.map((tag) => ({ name: tag })),
      found.at,
    );
  }

  localImages(): Known<readonly string[]> {
    return known(this.local, 0);
  }

  builds(): Known<readonly BuildRecord[]> {
    return this.history;
  }

  localSize(reference: ImageReference): Known<number> {
    const bytes = this.sizes.get(formatReference(reference));
    return bytes === undefined ? pending : known(bytes, 0);
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
