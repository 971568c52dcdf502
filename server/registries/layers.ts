import type { ImageLayers, LayerRow } from '../../common/registry.ts';
import type { Config } from './config.ts';
import type { Manifest } from './manifest.ts';

/**
 * The layers of an image with what made each. Where the config does not have as many entries as the manifest has layers,
 * nobody can say which is whose: then the layers stand alone.
 */
export function imageLayers(
  digest: string,
  { layers, created }: Extract<Manifest, { kind: 'image' }>,
  config: Config,
): ImageLayers {
  const { diffIds, instructions } = config;
  const date = config.created ?? created;
  return {
    digest,
    platform: config.platform,
    ...(date !== undefined && { created: date }),
    config: config.facts,
    layers: layers.map((layer, index): LayerRow => {
      const diffId = diffIds.length === layers.length ? diffIds[index] : undefined;
      const createdBy = instructions.length === layers.length ? instructions[index] : undefined;
      return { ...layer, ...(diffId !== undefined && { diffId }), ...(createdBy ? { createdBy } : {}) };
    }),
  };
}
