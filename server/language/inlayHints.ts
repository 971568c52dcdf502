import type { InlayHint, Range } from 'vscode-languageserver-types';
import { fileCount, formatBytesIn } from '../../common/bytes.ts';
import type { Dockerfile } from './dockerfile/dockerfile.ts';
import { offsetAt, positionAt } from './position.ts';
import type { FileSizes } from './sizes/fileSizes.ts';
import { type SizeOptions, sizeText } from './sizes/sizeOptions.ts';
import { figureTooltip, stageTooltip } from './sizes/tooltips.ts';
import type { StageSizes } from './sizes/totals.ts';

/**
 * Sizes at the line ends: what each instruction adds, and at FROM the base image, the stage, and the whole image at the last
 * one. All are unpacked bytes as the engine holds them, but for what a base image would be to download.
 */
export function inlayHints(dockerfile: Dockerfile, range: Range, sizes: FileSizes, options: SizeOptions): InlayHint[] {
  if (options.hints === 'none') return [];
  const start = offsetAt(dockerfile, range.start);
  const end = offsetAt(dockerfile, range.end);
  const image = sizes.stages.at(-1)?.total;
  const hints: InlayHint[] = [];
  const add = (at: number, text: HintText | undefined) => {
    if (text) hints.push({ position: lineEnd(dockerfile, at), ...text, paddingLeft: true });
  };
  for (const stage of sizes.stages) {
    const { span, from, instructions } = stage.stage;
    if (span.start > end || span.end < start) continue;
    for (const instruction of instructions) {
      if (instruction.span.start > end || instruction.span.end < start) continue;
      if (instruction === from) {
        add(from.span.end, stageHint(stage, sizes, options));
        continue;
      }
      const figure = sizes.figures.get(instruction);
      if (figure === undefined || isHidden(figure.bytes, options)) continue;
      const mark = instruction === sizes.heaviest ? ' · heaviest' : '';
      const files = figure.context ? ` · ${fileCount(figure.context.files)}` : '';
      const label = `${sizeText(figure, options.units)}${files}${mark}`;
      add(instruction.span.end, {
        label,
        tooltip: figureTooltip(figure, stage.role === 'none' ? undefined : image, sizes.missing),
      });
    }
  }
  return hints;
}

type HintText = Pick<InlayHint, 'label' | 'tooltip'>;

function isHidden(bytes: number, { hints, threshold }: SizeOptions): boolean {
  return bytes === 0 || (hints === 'threshold' && bytes < threshold);
}

/** VS Code cuts what is longer than 43 characters. */
function stageHint(stage: StageSizes, sizes: FileSizes, { units }: SizeOptions): HintText | undefined {
  const { base, download, total, added, role } = stage;
  const labels: string[] = [];
  if (base) labels.push(`base ${formatBytesIn(units, base.bytes)}`);
  if (download) labels.push(`≈ ${formatBytesIn(units, download.compressedBytes)} download`);
  if (role === 'image' && total) {
    labels.push(`image ${sizeText(total, units)}${added ? ` (${sizeText(added, units, '+')})` : ''}`);
  } else if (total) labels.push(`stage ${sizeText(total, units)}, ${role === 'part' ? 'in image' : 'not in image'}`);
  return labels.length === 0 ? undefined : { label: labels.join(' · '), tooltip: stageTooltip(stage, sizes) };
}

function lineEnd(dockerfile: Dockerfile, offset: number): InlayHint['position'] {
  const { text } = dockerfile;
  let end = offset;
  while (end < text.length && text[end] !== '\n' && text[end] !== '\r') end++;
  return positionAt(dockerfile, end);
}
