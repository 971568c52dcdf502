import type { ImageAnalysis } from '../../../common/layers.ts';
import { parseReference } from '../../../common/reference.ts';
import type { ImageLayers } from '../../../common/registry.ts';
import type { Wanted } from '../../registries/chooseImage.ts';
import { registryLayers } from '../../registries/compare.ts';
import type { Registries } from '../../registries/registries.ts';
import { ProblemError } from '../../util/problemError.ts';

/** A registry's image by its manifest and config: bytes are compressed ones, and no layer is fetched. Throws ProblemError. */
export async function analyzeRegistryImage(
  registries: Registries,
  name: string,
  platform: Wanted | undefined,
  signal: AbortSignal,
): Promise<ImageAnalysis> {
  const reference = parseReference(name);
  if (reference === undefined) {
    const message = 'This is no reference of an image.';
    throw new ProblemError({ kind: 'unsupported', subject: name, message, next: 'Write it like team/app:1.0.' });
  }
  return registryAnalysis(await registryLayers(registries, reference, platform, name, signal), name);
}

export function registryAnalysis({ digest, platform, layers }: ImageLayers, name: string): ImageAnalysis {
  return {
    ...{ id: digest, name, source: 'registry', platform },
    bytes: layers.reduce((sum, { compressedBytes }) => sum + compressedBytes, 0),
    layers: layers.map((layer) => ({
      digest: layer.diffId ?? layer.digest,
      bytes: layer.compressedBytes,
      ...(layer.createdBy !== undefined && { createdBy: layer.createdBy }),
    })),
  };
}
