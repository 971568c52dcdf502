/** What an image is made of, layer by layer and file by file. Bytes of a local image are unpacked, those of a registry's compressed. */
import type { Platform } from './platform.ts';

export interface ImageAnalysis {
  /** Of a local image its id, of a registry's the digest of its manifest. */
  readonly id: string;
  /** As the user named it. */
  readonly name: string;
  readonly source: 'engine' | 'registry';
  readonly platform: Platform;
  /** The sum of the layers. */
  readonly bytes: number;
  /** In order, the base first. */
  readonly layers: readonly AnalyzedLayer[];
  /** What the files say; absent for a registry's image, whose layers are not fetched. */
  readonly files?: FileAnalysis;
}

export interface AnalyzedLayer {
  /** Of the unpacked layer where the config tells it, else of the blob. */
  readonly digest: string;
  /** Of its files; where the engine also counts the targets of symbolic links in it, with those, as `docker history` has it. */
  readonly bytes: number;
  /** The instruction that made it, from the config's history. */
  readonly createdBy?: string;
  /** Milliseconds since 1970. */
  readonly created?: number;
  /** The line of the Dockerfile, as the file is now, that made it, where the engine remembers the build. From 0. */
  readonly origin?: { readonly path: string; readonly line: number };
  /** Files that this layer added, changed and removed; of local images only. */
  readonly counts?: { readonly added: number; readonly changed: number; readonly removed: number };
}

export interface FileAnalysis {
  /**
   * From 0 to 1: what the smallest copy of each path needs, of what all copies take. Source: dive's formula
   * (dive/filetree/efficiency.go): a removed file is a copy of 0 bytes, a removed folder one of as much as was in it.
   */
  readonly efficiency: number;
  /**
   * What of the layers' bytes nobody sees in the image: what a build without needless copies would save. Of a file that came again
   * the last copy is the needed one, whichever is smaller, and none of a removed one; a file stays as long as one of its names does.
   */
  readonly reclaimableBytes: number;
  /** Paths with a copy that nobody sees; the most wasteful first, at most 1,000 of them. */
  readonly wasted: readonly WastedPath[];
  /** How many there are in all. */
  readonly wastedCount: number;
}

export interface WastedPath {
  /** Absolute in the image. */
  readonly path: string;
  /** What could be saved of it. */
  readonly bytes: number;
  /** Indexes of the layers that wrote it. */
  readonly layers: readonly number[];
  /** Index of the layer that removed it in the end. */
  readonly removedBy?: number;
}

/** One name in a folder of a layer: only what this layer says of it. */
export interface LayerEntry {
  readonly name: string;
  readonly kind: 'file' | 'folder' | 'link' | 'other';
  readonly change: 'added' | 'changed' | 'removed' | /** A folder that only leads to what changed. */ 'unchanged';
  /** Of a folder: of all files in it that this layer brought. Of something removed: what it hides. */
  readonly bytes: number;
  /** Of a link: where it points. Of a file that is another name of one (a hard link): that one, absolute; its bytes are 0. */
  readonly target?: string;
  /** How many files of this layer are in the folder; of a removed one, how many were in it. */
  readonly files?: number;
}

/** From one image to another, which may be of different builds of one Dockerfile. */
export interface LayerComparison {
  readonly first: ImageAnalysis;
  readonly second: ImageAnalysis;
  /** How many layers from the base on are the same in both. */
  readonly sharedLayers: number;
  readonly sharedBytes: number;
  /** Of a registry's images: compressed bytes that who has the first downloads for the second. A layer that comes twice is downloaded once. */
  readonly downloadBytes?: number;
  /** Where the files of both are known: those whose bytes differ most, at most 1,000. */
  readonly files?: readonly FileDifference[];
}

export interface FileDifference {
  readonly path: string;
  /** Absent where the first image does not have it. */
  readonly before?: number;
  readonly after?: number;
}

/** How many of a list are told: entries of a folder, entries that a filter finds, and files that differ. Always the largest. */
export const listLimits = { folder: 5000, found: 1000, differences: 1000 } as const;
