import type { Images } from '../language/host.ts';
import type { Builds } from './builds.ts';
import type { LocalImages } from './localImages.ts';
import type { RegistryImages } from './registryImages.ts';

/** What is known about images, from registries and the engine together. */
export function createImages(registry: RegistryImages, local: LocalImages, builds: Builds): EngineAndRegistryImages {
  const parts = [registry, local, builds];
  return {
    repositories: registry.repositories,
    tags: registry.tags,
    localImages: local.localImages,
    localSize: local.localSize,
    builds: builds.builds,
    onDidChange(listener) {
      const stop = parts.map((part) => part.onDidChange(listener));
      return () => {
        for (const each of stop) each();
      };
    },
    forgetEngine() {
      local.forget();
      builds.forget();
    },
    dispose() {
      for (const part of parts) part.dispose();
    },
  };
}

export interface EngineAndRegistryImages extends Images {
  /** The engine is another one: what the last one had is not there any more. */
  forgetEngine(): void;
  dispose(): void;
}
