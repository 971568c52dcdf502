import type { Problem } from '../../common/known.ts';
import type { ContextCopy, ContextSize } from '../language/host.ts';

/** Paths are absolute. `key` names a question about a Dockerfile; its answers come again whenever they change, until it is dropped. */
export type ToWorker =
  /** Absent `copy`: about the whole context. */
  | { readonly kind: 'ask'; readonly dockerfile: string; readonly key: string; readonly copy?: ContextCopy }
  /** Without a key all questions about the Dockerfile. */
  | { readonly kind: 'drop'; readonly dockerfile: string; readonly key?: string }
  /** These files or folders came, went or changed; without paths anything may have. */
  | { readonly kind: 'changed'; readonly paths?: readonly string[] }
  /** The folders that are open in the editor. */
  | { readonly kind: 'folders'; readonly folders: readonly string[] }
  /** With this context the Dockerfile was built. */
  | { readonly kind: 'built'; readonly dockerfile: string; readonly context: string }
  /** What each line of an ignore file does, as its text is now. */
  | { readonly kind: 'lines'; readonly id: number; readonly folder: string; readonly text: string };

export type FromWorker =
  | { readonly kind: 'answer'; readonly dockerfile: string; readonly key: string; readonly answer: Answer<ContextSize> }
  /** What was answered about the Dockerfile may be out of date; new answers follow. */
  | { readonly kind: 'stale'; readonly dockerfile: string }
  | { readonly kind: 'lines'; readonly id: number; readonly answer: Answer<readonly LineEffect[]> }
  /** Something in a context that was looked at has changed. */
  | { readonly kind: 'moved' };

export type Answer<T> = { readonly value: T } | { readonly problem: Problem };

/** What one pattern of an ignore file does. */
export interface LineEffect {
  /** What it keeps out, or with an exception lets in again: each file counts for the one line that decides on it. */
  readonly files: number;
  readonly bytes: number;
  /** Whether it matches anything, decided by it or not. */
  readonly matches: boolean;
}
