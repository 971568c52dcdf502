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

/**
 * Reads `os/architecture[/variant]`, the operating system's version in parentheses as in `windows(10.0.20348)/amd64`.
 * The result is normalised. Undefined for anything else, `linux` or `arm64` alone included: those depend on the machine.
 * Source: containerd/platforms, Parse.
 */
export function parsePlatform(text: string): Platform | undefined {
  const match = /^([\w-]+)(?:\(([\w.-]+)\))?\/([\w-]+)(?:\/([\w-]+))?$/.exec(text);
  const [, os, osVersion, architecture, variant] = match ?? [];
  if (os === undefined || architecture === undefined) return undefined;
  return normalisePlatform({
    os,
    architecture,
    ...(variant !== undefined && { variant }),
    ...(osVersion !== undefined && { osVersion }),
  });
}

/**
 * One spelling of a platform: lower case, the machine's names as Go's (`x86_64` is `amd64`), the variant left out where it
 * says nothing (`arm64/v8`, `amd64/v1`) and filled in where it is understood (`arm` is `arm/v7`).
 * Source: containerd/platforms, database.go.
 */
export function normalisePlatform(platform: Platform): Platform {
  const os = platform.os.toLowerCase();
  const { architecture, variant } = normaliseArchitecture(
    platform.architecture.toLowerCase(),
    platform.variant?.toLowerCase() ?? '',
  );
  return {
    os: os === 'macos' ? 'darwin' : os,
    architecture,
    ...(variant !== '' && { variant }),
    ...(platform.osVersion !== undefined && platform.osVersion !== '' && { osVersion: platform.osVersion }),
  };
}

function normaliseArchitecture(architecture: string, variant: string): { architecture: string; variant: string } {
  switch (architecture) {
    case 'i386':
      return { architecture: '386', variant: '' };
    case 'amd64':
    case 'x86_64':
    case 'x86-64':
      return { architecture: 'amd64', variant: variant === 'v1' ? '' : variant };
    case 'arm64':
    case 'aarch64':
      return { architecture: 'arm64', variant: variant === '8' || variant === 'v8' ? '' : variant };
    case 'armhf':
      return { architecture: 'arm', variant: 'v7' };
    case 'armv7l':
      return { architecture: 'arm', variant: 'v7' };
    case 'armel':
    case 'armv6l':
      return { architecture: 'arm', variant: 'v6' };
    case 'arm':
      return {
        architecture: 'arm',
        variant: variant === '' ? 'v7' : /^[5-8]$/.test(variant) ? `v${variant}` : variant,
      };
    default:
      return { architecture, variant };
  }
}

/**
 * Whether what `offered` is made for is what `wanted` asks, `arm64` and `arm64/v8` being the same. A Windows version is
 * compared by its build (`10.0.20348`) and only where both sides name one.
 */
export function matchesPlatform(wanted: Platform, offered: Platform): boolean {
  const a = normalisePlatform(wanted);
  const b = normalisePlatform(offered);
  if (a.os !== b.os || a.architecture !== b.architecture || a.variant !== b.variant) return false;
  if (a.osVersion === undefined || b.osVersion === undefined) return true;
  return buildOf(a.osVersion) === buildOf(b.osVersion);
}

const buildOf = (version: string) => version.split('.').slice(0, 3).join('.');
