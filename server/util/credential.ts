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
  /** Registries that the user is signed in to, as references name them, without asking any credential helper. */
  accounts(signal: AbortSignal): Promise<readonly Account[]>;
  /** Forgets what credential helpers answered. */
  forget(): void;
}

export interface Account {
  readonly registry: string;
  /** Known without a helper only where the file itself holds it. */
  readonly username?: string;
  readonly origin: 'docker' | 'podman';
}
