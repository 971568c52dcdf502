/** What the sizes of a Dockerfile's lines are found in, beside the builds of `host.ts`. Sizes are unpacked bytes where nothing else is said. */

import type { Counted } from '../../../common/counted.ts';
import type { ContextPlace } from '../host.ts';

/** An image that the engine has. */
export interface LocalImage {
  readonly id: string;
  readonly bytes: number;
  /** Of its manifest, where it came from a registry. */
  readonly digests: readonly string[];
  /** When the name came to mean this image, milliseconds since 1970, where the engine tells: not of what was pulled. */
  readonly taggedAt?: number;
  /** Since when it is known by us that the name means this image, milliseconds since 1970. */
  readonly seenSince?: number;
  /** How it came about, the first instruction first; absent while that is not known. */
  readonly entries?: readonly HistoryEntry[];
  /** Diff ids of its layers. */
  readonly layers: readonly string[];
  /** Whether it runs instructions of its own in builds on it. */
  readonly triggers: boolean;
  /** One of these reads the build context. */
  readonly triggersCopy?: true;
}

export interface DownloadSize {
  readonly compressedBytes: number;
  /** When that was so, milliseconds since 1970; absent where the registry told it to this process. */
  readonly at?: number;
}

/** A record of the engine's build cache. They form a forest: each stands on its parents. */
export interface BuildCacheStep {
  readonly id: string;
  readonly parents: readonly string[];
  /** `mount / from exec …`, `[stage 2/3] COPY …`, `from local …`. */
  readonly description: string;
  readonly bytes: number;
  /** The bytes count what the engine keeps of it packed, too (containerd's store). */
  readonly packed?: true;
  /** Milliseconds since 1970. */
  readonly createdAt: number;
}

/** How an image came about, as the engine tells of it. */
export interface ImageHistory {
  readonly id: string;
  /** Names the engine has it under. */
  readonly tags: readonly string[];
  /** Diff ids. */
  readonly layers: readonly string[];
  /** What bytes of its layers are, where not those of files. */
  readonly counted?: Counted;
  /** One an instruction, the base's first. */
  readonly entries: readonly HistoryEntry[];
}

export interface HistoryEntry {
  /** In the words of whoever built it. Source: engine API, ImageHistory; BuildKit's, the classic builder's and buildah's differ. */
  readonly createdBy: string;
  readonly bytes: number;
  /** Milliseconds since 1970. */
  readonly createdAt: number;
}

/** Sizes that outlive the engine's memory of them and our process, by what they follow from. Keys are hashes; no text is kept. */
export interface KeptSizes {
  /** What is kept for the workspace of a file; undefined until it is read, which the question starts. */
  of(uri: string): Kept | undefined;
  /** Keeps what is new; of two sizes under one key that of the later build. */
  keep(uri: string, kept: Kept): void;
}

export interface Kept {
  readonly sizes: ReadonlyMap<string, KeptSize>;
  /** What names of images stood for when last seen, by the hash of the name. */
  readonly images: ReadonlyMap<string, string>;
}

export interface KeptSize {
  readonly bytes: number;
  /** When the build began and ended that told it, milliseconds since 1970. */
  readonly startedAt: number;
  readonly at: number;
  readonly seconds?: number;
  readonly cached: boolean;
  readonly layer?: string;
  /** What the bytes are, where not those of files. */
  readonly counted?: Counted;
  /** Of the layer, where the engine kept it so. */
  readonly compressedBytes?: number;
  /** Where its files came from. */
  readonly place?: ContextPlace;
}

/** A hash that nobody can find two texts for (SHA-256), in hexadecimal. */
export type Hash = (text: string) => string;
