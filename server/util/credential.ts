import type { Problem } from '../../common/known.ts';
import type { SignIn } from '../../common/registry.ts';

/**
 * What proves who we are to a registry. Lives in memory only and is never printed.
 * `identityToken`: stands for a password at the token server (OAuth2 refresh token).
 * `registryToken`: a bearer token to be sent to the registry as it is.
 */
export type Credential =
  | { readonly kind: 'basic'; readonly username: string; readonly password: string }
  | { readonly kind: 'identityToken'; readonly username?: string; readonly token: string }
  | { readonly kind: 'registryToken'; readonly token: string };

/** Where registries and the engine get their credentials from. */
export interface Credentials {
  /**
   * The credential for a repository at a registry; undefined when there is none, which means anonymous.
   * Throws a ProblemError `credentials` when a store that may hold one cannot be read.
   */
  find(registry: string, repository: string | undefined, signal: AbortSignal): Promise<Credential | undefined>;
  /**
   * Registries that the user is signed in to, as references name them, without asking any credential helper.
   * `among`: where Gantry itself may have been signed in, which its store cannot list. What cannot be read is told with them.
   */
  accounts(among: readonly string[], signal: AbortSignal): Promise<Accounts>;
  /** Says that a registry does not take a credential, so that `find` goes on to the next source that has one. */
  refused(registry: string, credential: Credential): void;
  /** Forgets what credential helpers and the client's store answered, and what was refused. */
  forget(): void;
}

export interface Accounts {
  readonly accounts: readonly Account[];
  readonly problems: readonly Problem[];
}

export interface Account {
  readonly registry: string;
  /** Known without a helper only where the file itself holds it. */
  readonly username?: string;
  readonly origin: 'docker' | 'podman' | 'gantry';
}

/** An account of the editor's that stands for a sign-in, without its token. */
export type Session = Extract<SignIn, { readonly kind: 'session' }> & { readonly account?: string };

/** What a person gave Gantry to sign in with. */
export type Given = Extract<Credential, { readonly kind: 'basic' }> | Session;

export interface Located {
  readonly credential: Credential;
  /** Where it was found, in words: `docker's config.json`. */
  readonly from: string;
}

export interface Kept {
  /** In words for a person: `docker-credential-desktop`. */
  readonly keptIn: string;
  /** Another source that is asked first and knows the registry too, in words. */
  readonly behind?: string;
  /** Why it is not where it should be. */
  readonly problem?: Problem;
}

/** Credentials that take what a person gives. */
export interface SignIns extends Credentials {
  /** What `find` answers, with where it was found. */
  locate(registry: string, repository: string | undefined, signal: AbortSignal): Promise<Located | undefined>;
  /** Keeps it where docker's own sign-ins go, if a helper of docker's takes it, else in the client's store for secrets. */
  keep(registry: string, given: Given, signal: AbortSignal): Promise<Kept>;
  /** Forgets what Gantry keeps, also in docker's helper if Gantry put it there. Docker's own sign-ins stay. */
  drop(registry: string, signal: AbortSignal): Promise<void>;
}

/** One whom nobody knows. */
export const nobody: Credentials = {
  find: async () => undefined,
  accounts: async () => ({ accounts: [], problems: [] }),
  refused() {},
  forget() {},
};
