/**
 * What the language service needs of the world. `server/images` implements Images, `server/workspace` Files; the tests have
 * some in memory.
 * Nothing here waits long: an implementation answers from what it knows and says when it learned more.
 */

import type { ByteUnits } from '../../common/bytes.ts';
import type { Counted } from '../../common/counted.ts';
import type { PatternMatcher } from '../../common/ignore.ts';
import type { Known } from '../../common/known.ts';
import type { ImageReference } from '../../common/reference.ts';
import type { RepositoryRow, TagDetails, TagRow } from '../../common/registry.ts';
import type { HadolintConfig } from './diagnostics/lintOptions.ts';
import type { ImageKnowledge } from './imageKnowledge.ts';
import type {
  BuildCacheStep,
  DownloadSize,
  HistoryEntry,
  ImageHistory,
  KeptSizes,
  LocalImage,
} from './sizes/sources.ts';

export interface Host {
  readonly images: Images;
  /** What COPY and ADD would take; absent where there are no files to look at. */
  readonly contexts?: Contexts;
  readonly contextNames?: ContextNames;
  /** Of all sizes that are shown; `MB` where nobody says. */
  readonly units?: () => ByteUnits;
  readonly log: Log;
}

export interface Images extends ImageKnowledge {
  /** Repositories of `registry` with `typed` in their names, as the registry tells. Waits at most 300 ms, then `pending`. */
  repositories(registry: string, typed: string, signal: AbortSignal): Promise<Known<readonly RepositoryRow[]>>;
  /** All tags of a repository, in the order of versions, as its registry tells. Waits at most 300 ms, then `pending`, or `partial`. */
  tags(reference: ImageReference, signal: AbortSignal): Promise<Known<readonly TagRow[]>>;
  /** What a tag or digest holds. Waits for the registry a few seconds at most, then `pending`. */
  details(reference: ImageReference, signal: AbortSignal): Promise<Known<TagDetails>>;
  /** Hosts of the registries the user has. Asks none of them, but stores of credentials: waits at most 300 ms, then `pending`. */
  registries(signal: AbortSignal): Promise<Known<readonly string[]>>;
  /** What ships with Gantry about a repository; undefined where nothing does. */
  bundled(reference: ImageReference): Promise<BundledRepository | undefined>;
  /** All that something ships about, those that most people build on first. */
  bundledRepositories(): Promise<readonly BundledRepository[]>;
  /** Tags of images that the engine has. Answers from memory. */
  localImages(): Known<readonly string[]>;
  /**
   * Builds the engine did of this Dockerfile, newest first, with the size of each step. Answers from memory and starts the
   * look-up; {@link onDidChange} says when there is more.
   */
  builds(document: { readonly uri: string; readonly text: string }): Known<readonly BuildRecord[]>;
  /** What the engine has under a name; fails with `notFound` where it has nothing. Answers from memory and starts the look-up. */
  localImage(reference: ImageReference): Known<LocalImage>;
  /** What a pull of the engine's platform would bring, as far as it is in memory or ships with Gantry. Asks no registry. */
  downloadSize(reference: ImageReference): DownloadSize | undefined;
  /** The engine's build cache. Answers from memory and starts the look-up. */
  buildCache(): Known<readonly BuildCacheStep[]>;
  /** Histories of the newest images that the engine has under a name. Answers from memory and starts the look-up. */
  imageHistories(): Known<readonly ImageHistory[]>;
  /** What the engine runs on, `linux/amd64`, once it has answered. */
  readonly platform?: () => string | undefined;
  /** What earlier builds of this workspace came to. */
  readonly keptSizes: KeptSizes;
  /** Bytes of an image that an analysis found wasted, where one was made and kept. */
  readonly wasted?: (imageId: string) => number | undefined;
  /** What was asked for and pending has arrived, or what was known has changed. Returns how to stop listening. */
  onDidChange(listener: () => void): () => void;
}

/** An official image of Docker Hub or a .NET repository, as it was built on a day before this version of Gantry was made. */
export interface BundledRepository {
  readonly registry: string;
  readonly repository: string;
  /** The day, milliseconds since 1970. Of what came later nothing is known here. */
  readonly at: number;
  /** Nothing was built for it any more. */
  readonly retired: boolean;
  readonly images: readonly BundledImage[];
}

export interface BundledImage {
  /** All of them name this image; the registry may have more that do. */
  readonly tags: readonly string[];
  readonly platforms: readonly BundledPlatform[];
  readonly digest?: string;
  /** Milliseconds since 1970. */
  readonly created?: number;
}

export interface BundledPlatform {
  /** As `docker pull --platform` names it: `linux/arm64`. */
  readonly name: string;
  readonly compressedBytes?: number;
}

/**
 * The build context of a Dockerfile: what COPY and ADD would take of it, by BuildKit's rules. Answers from memory, and starts
 * a look where nothing is known or something changed.
 */
export interface Contexts {
  copied(dockerfileUri: string, copy: ContextCopy): Known<ContextSize>;
  /** All that a build could see: everything but what the ignore file keeps out. */
  whole(dockerfileUri: string): Known<ContextSize>;
  /** What is known about the context of this Dockerfile has changed. Returns how to stop listening. */
  onDidChange(listener: (dockerfileUri: string) => void): () => void;
}

/** What a COPY or ADD takes of the context, its variables replaced. */
export interface ContextCopy {
  /** `ADD` unpacks local archives. */
  readonly keyword: 'COPY' | 'ADD';
  readonly sources: readonly string[];
  readonly exclude: readonly string[];
  /** `COPY --parents`: the paths of the sources are kept. */
  readonly parents?: boolean;
  /** `ADD --unpack`; absent means what ADD does without it. */
  readonly unpack?: boolean;
}

export interface ContextSize {
  /** Regular files and symbolic links. */
  readonly files: number;
  /** Unpacked, as the layer of an image has them. */
  readonly bytes: number;
  /**
   * What the paths that symbolic links point to take. An engine counts them for a layer that is in no image yet (overlay2's
   * DiffSize), and never for one in an image.
   */
  readonly linkBytes?: number;
  /** The last change to any of them (a folder's when a name came or went), milliseconds since 1970. */
  readonly changedAt: number;
  /** The last change to the ignore file, where there is one. */
  readonly rulesChangedAt?: number;
  readonly place?: ContextPlace;
}

/** An image as a build that stands on it tells of it. */
export interface ImageRoot {
  /** Diff ids. */
  readonly layers: readonly string[];
  /** The first of these are the image's, the others the build's. */
  readonly entries: readonly Pick<HistoryEntry, 'createdBy' | 'createdAt'>[];
}

/** Where a build takes files from, as keys to be compared (`server/util/contextPlace.ts`). */
export interface ContextPlace {
  /** Of the folder. */
  readonly folder?: string;
  /** Of what its ignore file keeps out. */
  readonly rules?: string;
}

/** Names in build contexts, and what ignore files do to them. */
export interface ContextNames {
  /**
   * What a COPY could name in a folder of the Dockerfile's build context, which is written as in a source: `src/`. Of an ignore file
   * all that is there, whether kept out or not. Empty where there is no such folder. Waits at most 20 ms, then `pending`.
   */
  names(uri: string, folder: string, signal: AbortSignal): Promise<Known<readonly ContextName[]>>;
  /** What each pattern of an ignore file does, in their order, with the text as it is now. Waits for the disk. Throws ProblemError. */
  lines(ignoreUri: string, text: string, signal: AbortSignal): Promise<readonly LineEffect[]>;
}

export interface ContextName {
  readonly name: string;
  readonly kind: 'file' | 'folder' | 'link';
  /** Of a file, unpacked. */
  readonly bytes?: number;
}

/** What one pattern of an ignore file does. */
export interface LineEffect {
  /** Regular files and links that it keeps out, or with an exception lets in again: each counts for the one line that decides on it. */
  readonly files: number;
  readonly bytes: number;
  /** Whether it matches anything, decided by it or not. */
  readonly matches: boolean;
}

/** The files that say something about a Dockerfile. */
export interface Files {
  /** Answers from memory, with the same object for as long as nothing changes; the first question starts the look. */
  beside(dockerfileUri: string): Beside;
  /** What is known about this Dockerfile has changed. Returns how to stop listening. */
  onDidChange(listener: (dockerfileUri: string) => void): () => void;
}

/** What is not there, cannot be read or is not read yet is absent. */
export interface Beside {
  /** The nearest .hadolint.yaml. */
  readonly hadolint?: HadolintConfig;
  /** The rules of the build context's .dockerignore. */
  readonly ignore?: PatternMatcher;
  /** Where they stand. */
  readonly ignoreFile?: { readonly uri: string; readonly text: string };
}

/** One build that the engine remembers. Source: BuildKit's build history joined with its build cache. */
export interface BuildRecord {
  readonly ref: string;
  /** Milliseconds since 1970, by our clock as near as it is known, and never later than it was. */
  readonly startedAt?: number;
  /** Milliseconds since 1970, likewise. */
  readonly completedAt: number;
  /** The exact text that was built. */
  readonly dockerfile: string;
  readonly target?: string;
  readonly buildArgs: Readonly<Record<string, string>>;
  /** What else the build was told that changes what its steps make, and that the file does not say: another platform, named contexts. */
  readonly conditions?: string;
  /** Digests of the images it resolved at a registry, by reference in full. */
  readonly bases?: Readonly<Record<string, string>>;
  /** What its last stage stands on, where it made an image. */
  readonly root?: ImageRoot;
  /** What is known of where its files came from. */
  readonly place?: ContextPlace;
  /** It is a build of this file by its text alone: its context may have been another folder, on another machine. */
  readonly elsewhere?: true;
  /** One a file-system step, in the order of the file. A step without a certain size is left out. */
  readonly steps: readonly BuildStep[];
  /** The resulting image, when the build made one that the engine still has. */
  readonly image?: { readonly id: string; readonly bytes: number };
  readonly failed: boolean;
  /** Where the figures come from, if not from the build's own record. */
  readonly source?: 'image';
}

export interface BuildStep {
  /** Lines of `dockerfile`, from 0, both inclusive. */
  readonly startLine: number;
  readonly endLine: number;
  /** Unpacked bytes that the step added, exact as the engine has it. */
  readonly bytes: number;
  /** What they are, where not bytes of files. */
  readonly counted?: Counted;
  /** Of its layer, where the engine keeps that so. */
  readonly compressedBytes?: number;
  /** They are not exact: the engine counts what it keeps of the step packed, too. */
  readonly roughly?: true;
  readonly seconds?: number;
  readonly cached: boolean;
  /** Of the unpacked layer, where the engine made one. */
  readonly layer?: string;
}

export interface Log {
  info(event: string, data?: Readonly<Record<string, unknown>>): void;
  warn(event: string, data?: Readonly<Record<string, unknown>>): void;
  error(event: string, data?: Readonly<Record<string, unknown>>): void;
}
