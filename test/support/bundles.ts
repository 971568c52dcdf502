import type { BundledImage, BundledRepository } from '../../server/language/host.ts';

/** A bundled repository of Docker Hub of 2026-08-21, an entry an image: its tags, and its platforms where they matter. */
export function bundleOf(
  name: string,
  images: readonly (readonly [tags: string, platforms?: string])[],
): BundledRepository {
  return {
    registry: 'docker.io',
    repository: `library/${name}`,
    at: Date.UTC(2026, 7, 21),
    retired: images.length === 0,
    images: images.map(
      ([tags, platforms = 'linux/amd64 linux/arm64']): BundledImage => ({
        tags: tags.split(' '),
        platforms: platforms.split(' ').map((platform) => ({ name: platform })),
      }),
    ),
  };
}
