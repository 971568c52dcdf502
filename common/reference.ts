/**
 * An image reference, normalised as docker does.
 * Example: `nginx:1.27` is `{registry: 'docker.io', repository: 'library/nginx', tag: '1.27'}`.
 * Source: distribution/reference, "Grammar" and normalize.go.
 */
export interface ImageReference {
  /** Host with optional port: `docker.io`, `127.0.0.1:5000`. */
  readonly registry: string;
  readonly repository: string;
  readonly tag?: string;
  readonly digest?: string;
}
