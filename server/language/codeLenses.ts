import type { CodeLens } from 'vscode-languageserver-types';
import { formatBytesIn } from '../../common/bytes.ts';
import type { Dockerfile } from './dockerfile/dockerfile.ts';
import type { Images } from './host.ts';
import { rangeOf } from './position.ts';
import type { FileSizes } from './sizes/fileSizes.ts';
import { type SizeOptions, sizeText } from './sizes/sizeOptions.ts';

/**
 * Above each stage: its total, its layers, and what an analysis found wasted in its image, where one was made. `analyzeCommand` is the
 * client's that shows the layers of an image, if it has one; it takes the image's id.
 */
export function codeLenses(
  dockerfile: Dockerfile,
  { stages }: FileSizes,
  { codeLens, units }: SizeOptions,
  images: Pick<Images, 'wasted'>,
  analyzeCommand?: string,
): CodeLens[] {
  if (!codeLens) return [];
  return stages.flatMap(({ stage, total, layers, build }) => {
    if (total === undefined) return [];
    const wasted = build?.image && images.wasted?.(build.image.id);
    const parts = [sizeText(total, units), `${layers} ${layers === 1 ? 'layer' : 'layers'}`];
    if (wasted !== undefined && total.state === 'exact') parts.push(`${formatBytesIn(units, wasted)} wasted`);
    const title = parts.join(' · ');
    // Without a command to run a lens is plain text.
    const command =
      build?.image !== undefined && analyzeCommand !== undefined
        ? { title, tooltip: 'Analyze the layers of this image', command: analyzeCommand, arguments: [build.image.id] }
        : { title, command: '' };
    return [{ range: rangeOf(dockerfile, stage.from.keywordSpan), command }];
  });
}
