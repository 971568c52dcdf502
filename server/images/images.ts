import type { Images } from '../language/host.ts';
import type { RegistryImages } from './registryImages.ts';

/** The part of {@link Images} that the engine answers. */
export type EngineImages = Pick<Images, 'localImages' | 'builds' | 'localSize' | 'onDidChange'>;

/** What is known about images, from registries and the engine together. */
export function createImages(registry: RegistryImages, engine: EngineImages): Images {
  return {
    repositories: registry.repositories,
    tags: registry.tags,
    localImages: engine.localImages,
    builds: engine.builds,
    localSize: engine.localSize,
    onDidChange(listener) {
      const stop = [registry.onDidChange(listener), engine.onDidChange(listener)];
      return () => {
        for (const each of stop) each();
      };
    },
  };
}
