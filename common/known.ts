/**
 * An answer about the world outside (an engine, a registry), as it is now.
 * `pending` lets a feature answer at once and refresh later; `failed` lets it say why. A failure is never an empty value.
 */
export type Known<T> =
  | {
      readonly state: 'known';
      readonly value: T /** When it was learned, milliseconds since 1970. */;
      readonly at: number;
      /** It may be out of date, and is being asked for anew. */
      readonly stale?: true;
      /** It is the beginning of a list, of which the rest is on its way. */
      readonly partial?: true;
    }
  | { readonly state: 'pending' }
  | { readonly state: 'failed'; readonly problem: Problem };

/** What went wrong with something outside, in words for a person: the thing, the reason, the next step. */
export interface Problem {
  readonly kind: ProblemKind;
  /** The thing it is about: a registry host, a repository, an engine address. */
  readonly subject: string;
  /** One sentence: what happened and why. Never holds a secret, never raw HTML. */
  readonly message: string;
  /** One sentence: what the user can do next. */
  readonly next?: string;
  /** What was tried in order, for example engine addresses with the reason each failed. */
  readonly tried?: readonly string[];
  /** How long the other side asked us to wait, milliseconds from now. */
  readonly retryAfterMs?: number;
}

export type ProblemKind =
  | 'unreachable' // nothing answered: refused, no socket, no such host
  | 'timeout'
  | 'unauthorized' // 401: sign in
  | 'denied' // 403: signed in, not allowed
  | 'notFound' // 404: absent, or hidden from us
  | 'rateLimited' // 429
  | 'unsupported' // the other side cannot do this
  | 'conflict' // 409: the thing is in use, or the name is taken
  | 'badAnswer' // the answer is not what the protocol says
  | 'certificate' // TLS: the certificate is not trusted
  | 'credentials' // a credential helper or docker's config.json is broken
  | 'settings' // something of the user's settings means nothing
  | 'buildFailed'
  | 'internal';

export function known<T>(value: T, at: number): Known<T> {
  return { state: 'known', value, at };
}

/** What was known before, where something newer has been asked for and is not here yet. */
export function stale<T>(value: T, at: number): Known<T> {
  return { state: 'known', value, at, stale: true };
}

export function failed(problem: Problem): Known<never> {
  return { state: 'failed', problem };
}

export const pending: Known<never> = { state: 'pending' };

/** What happened in one sentence that names the thing, which some messages do by themselves. */
export function sentenceOf({ subject, message }: Problem): string {
  return message.toLowerCase().includes(subject.toLowerCase()) ? message : `${subject}: ${message}`;
}
