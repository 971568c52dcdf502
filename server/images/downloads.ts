import { formatPlatform, parsePlatform } from '../../common/platform.ts';
import type { Engine } from '../engine/engine.ts';
import type { BundledRepository, Images } from '../language/host.ts';
import type { DownloadSize } from '../language/sizes/sources.ts';
import { bestFor, pickPlatform } from '../registries/chooseImage.ts';
import type { Registries } from '../registries/registries.ts';

export interface Downloads extends Pick<Images, 'downloadSize' | 'onDidChange'> {}

export interface DownloadsWorld {
  readonly registries: Pick<Registries, 'lastPlatforms' | 'lastTags'>;
  readonly engine: Pick<Engine, 'knownStatus'>;
  readonly bundled: Images['bundled'];
}

/** What base images are to download: what a registry told when somebody asked it, else what ships. Asks no registry. */
export function createDownloads({ registries, engine, bundled }: DownloadsWorld): Downloads {
  const listeners = new Set<() => void>();
  const shipped = new Map<string, BundledRepository | undefined>();

  function shippedOf(registry: string, repository: string): BundledRepository | undefined {
    const name = `${registry}/${repository}`;
    if (shipped.has(name)) return shipped.get(name);
    shipped.set(name, undefined);
    void bundled({ registry, repository }).then((found) => {
      if (found === undefined) return;
      shipped.set(name, found);
      for (const listener of [...listeners]) listener();
    });
    return undefined;
  }

  return {
    downloadSize({ registry, repository, tag = 'latest', digest }): DownloadSize | undefined {
      const wanted = bestFor(engine.knownStatus()?.platform);
      const told = registries.lastPlatforms(registry, repository, digest ?? tag);
      const sized = (told?.platforms ?? []).flatMap((one) =>
        one.compressedBytes === undefined ? [] : [{ ...one, compressedBytes: one.compressedBytes }],
      );
      if (sized.length > 0) {
        return { compressedBytes: pickPlatform(sized, wanted, repository).compressedBytes };
      }
      if (digest !== undefined) return undefined;
      const rows = registries.lastTags(registry, repository);
      const row = rows?.value.find(({ name }) => name === tag);
      if (rows && row?.compressedBytes !== undefined) return { compressedBytes: row.compressedBytes, at: rows.at };
      const repositoryThen = shippedOf(registry, repository);
      const image = repositoryThen?.images.find(({ tags }) => tags.includes(tag));
      const platforms = (image?.platforms ?? []).flatMap(({ name, compressedBytes }) => {
        const platform = parsePlatform(name);
        return platform === undefined || compressedBytes === undefined
          ? []
          : [{ platform, compressedBytes, digest: formatPlatform(platform) }];
      });
      if (repositoryThen === undefined || platforms.length === 0) return undefined;
      return { compressedBytes: pickPlatform(platforms, wanted, repository).compressedBytes, at: repositoryThen.at };
    },
    onDidChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
