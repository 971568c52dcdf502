/** What the worker is asked to do, and what it answers. */
import type { Problem } from '../../../common/known.ts';
import type { FileDifference } from '../../../common/layers.ts';
import type { Address } from '../../engine/address.ts';
import type { AnalyzedFiles } from './analyzeFiles.ts';
import type { LayerTrees } from './layerTrees.ts';

export type Task =
  | {
      readonly kind: 'read';
      /** Where the engine is that has the image. */
      readonly address: Address;
      readonly id: string;
      /** The digests of its layers, which tell it from others. */
      readonly diffIds: readonly string[];
      /** What a problem is about. */
      readonly subject: string;
    }
  | { readonly kind: 'compare'; readonly first: LayerTrees; readonly second: LayerTrees; readonly subject: string };

/** The only thing that is said to it while it works. */
export const stopMessage = 'stop';

export interface ReadImage extends AnalyzedFiles {
  /** The image's config, as JSON from outside. */
  readonly config: Readonly<Record<string, unknown>>;
}

export type Answer =
  /** So many bytes were read until now. */
  | { readonly kind: 'progress'; readonly bytes: number }
  | { readonly kind: 'image'; readonly image: ReadImage }
  | { readonly kind: 'differences'; readonly files: readonly FileDifference[] }
  | { readonly kind: 'problem'; readonly problem: Problem };
