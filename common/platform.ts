/**
 * A platform as the OCI image-spec names it (image-index.md, "platform").
 * Example: `{os: 'linux', architecture: 'arm64', variant: 'v8'}` prints as `linux/arm64/v8`.
 */
export interface Platform {
  readonly os: string;
  readonly architecture: string;
  readonly variant?: string;
  /** Windows only, for example `10.0.20348.2700`. */
  readonly osVersion?: string;
}

export function formatPlatform(platform: Platform): string {
  const variant = platform.variant === undefined ? '' : `/${platform.variant}`;
  return `${platform.os}/${platform.architecture}${variant}`;
}
