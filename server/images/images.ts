import type { Images } from '../language/host.ts';
import type { Builds } from './builds.ts';
import type { BuildTraces } from './buildTraces.ts';
import type { Downloads } from './downloads.ts';
import type { KeptSizesRoom } from './keptSizes.ts';
import type { Knowledge } from './knowledge.ts';
import type { Analyses } from './layers/analyses.ts';
import type { LocalImages } from './localImages.ts';
import type { RegistryImages } from './registryImages.ts';
import type { Snapshot } from './snapshot.ts';

/** What is known about images, from registries, the engine and what ships with Gantry together. */
export function createImages(
  registry: RegistryImages,
  local: LocalImages,
  builds: Builds,
  snapshot: Snapshot,
  knowledge: Knowledge,
  sizes: {
    readonly traces: BuildTraces;
    readonly downloads: Downloads;
    readonly kept: KeptSizesRoom;
    readonly platform: () => string | undefined;
    readonly analyses: Pick<Analyses, 'wasted' | 'onDidChange'>;
  },
): EngineAndRegistryImages {
  const { traces, downloads, kept, analyses } = sizes;
  const parts = [registry, local, builds, knowledge, traces, downloads, kept, analyses];
  return {
    repositories: registry.repositories,
    tags: registry.tags,
    details: registry.details,
    registries: registry.registries,
    bundled: snapshot.bundled,
    bundledRepositories: snapshot.bundledRepositories,
    localImages: local.localImages,
    localImage: local.localImage,
    builds: builds.builds,
    buildCache: traces.buildCache,
    imageHistories: traces.imageHistories,
    downloadSize: downloads.downloadSize,
    keptSizes: kept,
    platform: sizes.platform,
    wasted: analyses.wasted,
    describe: knowledge.describe,
    digest: knowledge.digest,
    allTags: knowledge.allTags,
    lastTags: knowledge.lastTags,
    lastDigest: knowledge.lastDigest,
    verdict: knowledge.verdict,
    check: knowledge.check,
    page: knowledge.page,
    onDidChange(listener) {
      const stop = parts.map((part) => part.onDidChange(listener));
      return () => {
        for (const each of stop) each();
      };
    },
    forgetEngine() {
      local.forget();
      builds.forget();
      traces.forget();
    },
    async dispose() {
      local.dispose();
      builds.dispose();
      traces.dispose();
      knowledge.dispose();
      await kept.dispose();
      await registry.dispose();
    },
  };
}

export interface EngineAndRegistryImages extends Images {
  /** The engine is another one: what the last one had is not there any more. */
  forgetEngine(): void;
  /** Resolves when what is worth keeping is kept. */
  dispose(): Promise<void>;
}
