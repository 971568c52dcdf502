/** Two images side by side, by their manifests and configs: nothing is pulled. */
import { type ImageReference, parseReference } from '../../common/reference.ts';
import type { ImageComparison, ImageLayers } from '../../common/registry.ts';
import { ProblemError } from '../util/problemError.ts';
import { chooseImage, pickPlatform, type Wanted } from './chooseImage.ts';
import type { Registries } from './registries.ts';
import type { RegistryClient } from './registry.ts';

export async function compareImages(
  registries: Registries,
  first: string,
  second: string,
  platform: Wanted | undefined,
  signal: AbortSignal,
): Promise<ImageComparison> {
  const [a, b] = await Promise.all(
    [first, second].map((text) => layersOf(registries, text, platform, signal)) as [
      Promise<ImageLayers>,
      Promise<ImageLayers>,
    ],
  );
  return comparison(a, b);
}

/** A layer that comes twice in an image is downloaded once. */
export function comparison(first: ImageLayers, second: ImageLayers): ImageComparison {
  const had = new Set(first.layers.map(({ digest }) => digest));
  const bytes = new Map(second.layers.map(({ digest, compressedBytes }) => [digest, compressedBytes]));
  const shared = [...bytes.keys()].filter((digest) => had.has(digest));
  const missing = [...bytes].filter(([digest]) => !had.has(digest));
  return { first, second, shared, downloadBytes: missing.reduce((sum, [, size]) => sum + size, 0) };
}

async function layersOf(
  registries: Registries,
  text: string,
  platform: Wanted | undefined,
  signal: AbortSignal,
): Promise<ImageLayers> {
  const reference = parseReference(text);
  if (reference === undefined) {
    const message = 'This is no reference of an image.';
    throw new ProblemError({ kind: 'unsupported', subject: text, message, next: 'Write it like team/app:1.0.' });
  }
  return registryLayers(registries, reference, platform, text, signal);
}

/**
 * The layers of the image that `docker pull --platform` would take. Asks for the index, that image's manifest and its config,
 * and for none of the other platforms: each manifest counts as a pull at some registries. Where a registry tells the
 * platforms of a tag by something that is no pull, not for the index either.
 */
export async function registryLayers(
  registries: Registries,
  { registry, repository, tag = 'latest', digest }: ImageReference,
  platform: Wanted | undefined,
  subject: string,
  signal: AbortSignal,
): Promise<ImageLayers> {
  const reference = digest ?? tag;
  return registries.ask(registry, async (client) => {
    const isFree = digest === undefined && client.freeDetails !== undefined;
    const known = isFree
      ? (await registries.platforms(registry, repository, tag, signal)).value
      : registries.knownPlatforms(registry, repository, reference);
    const image =
      known !== undefined && known.platforms.length > 0
        ? pickPlatform(known.platforms, platform, subject).digest
        : await chosen(client, repository, reference, platform, subject, signal);
    return client.layers(repository, image, signal);
  });
}

async function chosen(
  client: RegistryClient,
  repository: string,
  reference: string,
  platform: Wanted | undefined,
  subject: string,
  signal: AbortSignal,
): Promise<string> {
  const named = await client.inspect(repository, reference, signal);
  return chooseImage(client, repository, named, platform, subject, signal);
}
