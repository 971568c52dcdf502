/**
 * What the language service needs of the world. `server/images` implements Images, `server/workspace` Files; the tests have
 * some in memory.
 * Nothing here waits long: an implementation answers from what it knows and says when it learned more.
 */

import type { PatternMatcher } from '../../common/ignore.ts';
import type { Known } from '../../common/known.ts';
import type { ImageReference } from '../../common/reference.ts';
import type { RepositoryRow, TagRow } from '../../common/registry.ts';
import type { HadolintConfig } from './diagnostics/lintOptions.ts';

export interface Host {
  readonly images: Images;
  readonly log: Log;
}

export interface Images {
  /** Repositories of `registry` that start with `prefix` as far as they are known. Waits at most 300 ms, then `pending`. */
  repositories(registry: string, prefix: string, signal: AbortSignal): Promise<Known<readonly RepositoryRow[]>>;
  /** All tags of a repository, in the registry's order. Waits at most 300 ms, then `pending`. */
  tags(reference: ImageReference, signal: AbortSignal): Promise<Known<readonly TagRow[]>>;
  /** Tags of images that the engine has. Answers from memory. */
  localImages(): Known<readonly string[]>;
  /**
   * Builds the engine did of this Dockerfile, newest first, with the size of each step. Answers from memory and starts the
   * look-up; {@link onDidChange} says when there is more.
   */
  builds(document: { readonly uri: string; readonly text: string }): Known<readonly BuildRecord[]>;
  /** Unpacked bytes of a base image the engine has. Answers from memory and starts the look-up. */
  localSize(reference: ImageReference): Known<number>;
  /** What was asked for and pending has arrived, or what was known has changed. Returns how to stop listening. */
  onDidChange(listener: () => void): () => void;
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
  /** Milliseconds since 1970. */
  readonly completedAt: number;
  /** The exact text that was built. */
  readonly dockerfile: string;
  readonly target?: string;
  readonly buildArgs: Readonly<Record<string, string>>;
  /** One a file-system step, in the order of the file. A step without a certain size is left out. */
  readonly steps: readonly BuildStep[];
  /** The resulting image, when the build made one that the engine still has. */
  readonly image?: { readonly id: string; readonly bytes: number };
  readonly failed: boolean;
}

export interface BuildStep {
  /** Lines of `dockerfile`, from 0, both inclusive. */
  readonly startLine: number;
  readonly endLine: number;
  /** Unpacked bytes that the step added, exact as the engine has it. */
  readonly bytes: number;
  readonly seconds?: number;
  readonly cached: boolean;
}

export interface Log {
  info(event: string, data?: Readonly<Record<string, unknown>>): void;
  warn(event: string, data?: Readonly<Record<string, unknown>>): void;
  error(event: string, data?: Readonly<Record<string, unknown>>): void;
}
