import type { Images } from '../language/host.ts';
import type { Builds } from './builds.ts';
import type { LocalImages } from './localImages.ts';

/** The part of {@link Images} that the engine answers. */
export function engineImages(
  local: LocalImages,
  builds: Builds,
): Pick<Images, 'localImages' | 'localSize' | 'builds' | 'onDidChange'> {
  return {
    localImages: local.localImages,
    localSize: local.localSize,
    builds: builds.builds,
    onDidChange(listener) {
      const stop = [local.onDidChange(listener), builds.onDidChange(listener)];
      return () => {
        for (const each of stop) each();
      };
    },
  };
}
