/** What the worker is asked to do, and what it answers. */
import type { FileDifference } from '../../../common/layers.ts';
import type { AnalyzedFiles } from './analyzeFiles.ts';
import type { LayerTrees } from './layerTrees.ts';

/** `read` is followed by {@link Chunks}, the last of them with `end`. */
export type Task =
  | { readonly kind: 'read'; readonly diffIds: readonly string[] }
  | { readonly kind: 'compare'; readonly first: LayerTrees; readonly second: LayerTrees };

export interface Chunks {
  readonly chunks: readonly Uint8Array[];
  readonly end: boolean;
}

export interface ReadImage extends AnalyzedFiles {
  /** The image's config, as JSON from outside. */
  readonly config: Readonly<Record<string, unknown>>;
}

export type Answer =
  /** So many bytes are dealt with, and more can be sent. */
  | { readonly kind: 'taken'; readonly bytes: number }
  | { readonly kind: 'image'; readonly image: ReadImage }
  | { readonly kind: 'differences'; readonly files: readonly FileDifference[] }
  /** The archive cannot be read: a clause that says why. */
  | { readonly kind: 'broken'; readonly reason: string }
  /** It has more than is read: a clause. */
  | { readonly kind: 'tooMuch'; readonly reason: string };
