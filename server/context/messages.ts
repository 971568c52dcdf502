import type { Problem } from '../../common/known.ts';
import type { ContextCopy, ContextName, ContextSize, LineEffect } from '../language/host.ts';

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
  | ({ readonly kind: 'look'; readonly id: number } & Look);

export type FromWorker =
  | { readonly kind: 'answer'; readonly dockerfile: string; readonly key: string; readonly answer: Answer<ContextSize> }
  /** What was answered about the Dockerfile may be out of date; new answers follow. */
  | { readonly kind: 'stale'; readonly dockerfile: string }
  | { readonly kind: 'seen'; readonly id: number; readonly answer: Answer<Seen> }
  /** Something in a context that was looked at has changed. */
  | { readonly kind: 'moved' };

/** A question with one answer, about the context of a Dockerfile or that of an ignore file. */
export type Look =
  /** What stands in a folder of it. */
  | { readonly about: 'names'; readonly path: string; readonly folder: string }
  /** What each line of an ignore file does, as its text is now. */
  | { readonly about: 'lines'; readonly path: string; readonly text: string };

export interface Seen {
  readonly names?: readonly ContextName[];
  readonly lines?: readonly LineEffect[];
}

export type Answer<T> = { readonly value: T } | { readonly problem: Problem };
