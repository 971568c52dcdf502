/** The layers of an image with their sizes, the base first. */
import * as l10n from '@vscode/l10n';
import { type ByteUnits, formatBytesIn } from '../../../common/bytes.ts';
import type { ImageLayers, LayerRow } from '../../../common/registry.ts';
import { formatShare } from '../../../common/share.ts';
import { oneLine } from '../oneLine.ts';
import { descriptionOf, type Node, noteNode, tooltipOf } from './shown.ts';

export function layerNodes(parent: string, { layers }: ImageLayers, units: ByteUnits): readonly Node[] {
  if (layers.length === 0) return [noteNode(parent, l10n.t('No layers'))];
  const total = layers.reduce((sum, { compressedBytes }) => sum + compressedBytes, 0);
  return layers.map((layer, index) => layerNode(parent, layer, index, total, units));
}

/** The size is what people look for, and it is short: what made the layer follows, as far as there is room. */
function layerNode(parent: string, layer: LayerRow, index: number, total: number, units: ByteUnits): Node {
  const { compressedBytes, createdBy, digest, diffId, local } = layer;
  const share = total === 0 ? 0 : compressedBytes / total;
  const instruction = createdBy === undefined ? undefined : oneLine(createdBy);
  return {
    // The same layer may be in an image twice.
    id: `layer:${parent}/${index}`,
    label: formatBytesIn(units, compressedBytes),
    ...descriptionOf([`${bar(share)} ${formatShare(share)}`, instruction]),
    icon: { id: local === true ? 'check' : 'layers', ...(local === true && { color: 'charts.green' }) },
    context: 'layer',
    tooltip: tooltipOf([
      createdBy,
      l10n.t('{0} compressed, {1} of the image', formatBytesIn(units, compressedBytes), formatShare(share)),
      local === undefined
        ? undefined
        : local
          ? l10n.t('The engine has this layer already.')
          : l10n.t('The engine would have to download it.'),
      layer.mediaType,
      l10n.t('Digest: {0}', digest),
      diffId === undefined ? undefined : l10n.t('Unpacked: {0}', diffId),
    ]),
  };
}

const blocks = '▁▂▃▄▅▆▇█';

/** One character, the higher the larger the share. */
function bar(share: number): string {
  return blocks[Math.min(blocks.length - 1, Math.floor(share * blocks.length))] ?? '';
}
