/** What two images share, as text for a person. */
import * as l10n from '@vscode/l10n';
import { formatBytes } from '../../common/bytes.ts';
import { formatPlatform } from '../../common/platform.ts';
import type { ImageComparison, ImageLayers, LayerRow } from '../../common/registry.ts';
import { oneLine } from './oneLine.ts';

export function comparisonText(first: string, second: string, comparison: ImageComparison): string {
  const shared = new Set(comparison.shared);
  const onlyIn = ({ layers }: ImageLayers) => layers.filter(({ digest }) => !shared.has(digest));
  const both = comparison.second.layers.filter(({ digest }) => shared.has(digest));
  const total = sizeOf(comparison.second.layers);
  return [
    ...heads(first, second, comparison),
    '',
    comparison.downloadBytes === 0
      ? l10n.t('Who has the first has all layers of the second.')
      : l10n.t(
          'Who has the first downloads {0} of {1} for the second.',
          formatBytes(comparison.downloadBytes),
          formatBytes(total),
        ),
    '',
    ...section(l10n.t('In both'), both),
    ...section(l10n.t('Only in the first'), onlyIn(comparison.first)),
    ...section(l10n.t('Only in the second'), onlyIn(comparison.second)),
  ].join('\n');
}

function heads(first: string, second: string, comparison: ImageComparison): readonly string[] {
  const rows = [
    [l10n.t('First'), first, comparison.first],
    [l10n.t('Second'), second, comparison.second],
  ] as const;
  const titles = Math.max(...rows.map(([title]) => title.length));
  const names = Math.max(...rows.map(([, name]) => name.length));
  return rows.map(([title, name, image]) =>
    [
      title.padEnd(titles),
      name.padEnd(names),
      formatPlatform(image.platform),
      formatBytes(sizeOf(image.layers)).padStart(8),
      ...(image.created === undefined || image.created <= 0
        ? []
        : [new Date(image.created).toISOString().slice(0, 10)]),
    ].join('  '),
  );
}

function section(title: string, layers: readonly LayerRow[]): readonly string[] {
  const count = layers.length === 1 ? l10n.t('1 layer') : l10n.t('{0} layers', layers.length);
  const head =
    layers.length === 0 ? l10n.t('{0}: nothing', title) : `${title}: ${count}, ${formatBytes(sizeOf(layers))}`;
  return [head, ...layers.map(layerLine), ''];
}

function layerLine({ compressedBytes, createdBy, digest }: LayerRow): string {
  return `  ${formatBytes(compressedBytes).padStart(8)}  ${oneLine(createdBy ?? digest)}`;
}

function sizeOf(layers: readonly LayerRow[]): number {
  return layers.reduce((sum, { compressedBytes }) => sum + compressedBytes, 0);
}
