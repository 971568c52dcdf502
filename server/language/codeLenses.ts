import type { CodeLens } from 'vscode-languageserver-types';
import { formatBytesIn } from '../../common/bytes.ts';
import type { Dockerfile } from './dockerfile/dockerfile.ts';
import type { Images } from './host.ts';
import { rangeOf } from './position.ts';
import type { FileSizes } from './sizes/fileSizes.ts';
import { type SizeOptions, sizeText } from './sizes/sizeOptions.ts';

/** Above each stage: its total, its layers, and what an analysis found wasted in its image, where one was made. */
export function codeLenses(
  dockerfile: Dockerfile,
  { stages }: FileSizes,
  { codeLens, units }: SizeOptions,
  images: Pick<Images, 'wasted'>,
): CodeLens[] {
  if (!codeLens) return [];
  return stages.flatMap(({ stage, total, layers, build }) => {
    if (total === undefined) return [];
    const wasted = build?.image && images.wasted?.(build.image.id);
    const parts = [sizeText(total, units), `${layers} ${layers === 1 ? 'layer' : 'layers'}`];
    if (wasted !== undefined && total.state === 'exact') parts.push(`${formatBytesIn(units, wasted)} wasted`);
    // Without a command to run a lens is plain text.
    return [{ range: rangeOf(dockerfile, stage.from.keywordSpan), command: { title: parts.join(' · '), command: '' } }];
  });
}
