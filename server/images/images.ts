import type { Images } from '../language/host.ts';
import type { Builds } from './builds.ts';
import type { LocalImages } from './localImages.ts';
import type { RegistryImages } from './registryImages.ts';

/** What is known about images, from registries and the engine together. */
export function createImages(registry: RegistryImages, local: LocalImages, builds: Builds): Images & Disposable {
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
    dispose() {
      for (const part of parts) part.dispose();
    },
  };
}

interface Disposable {
  dispose(): void;
}
