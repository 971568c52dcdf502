import type { ImageReference } from '../../../../../common/reference.ts';

/** An image of .NET's, under whichever of the names that Microsoft has given it. */
export interface DotnetImage {
  readonly kind: DotnetKind;
  /** Major and minor: `8.0`, `3.1`. Undefined for `latest` and other floating tags. */
  readonly version?: string;
  /** The version as far as the tag says it: `8.0.100`, `8`. */
  readonly fullVersion?: string;
  /** What the tag says behind the version, with its dash: `-alpine3.20`. Empty without. */
  readonly variant: string;
  /** A repository that gets no images any more. */
  readonly deprecated: boolean;
  /** The repository that took its place, or its own: `mcr.microsoft.com/dotnet/sdk`. */
  readonly repository: string;
}

const kinds = ['sdk', 'aspnet', 'runtime', 'runtime-deps', 'samples'] as const;
export type DotnetKind = (typeof kinds)[number];

const registry = 'mcr.microsoft.com';

/**
 * Undefined for images that are none of .NET's (or of the .NET Framework's, which are others).
 * Source: https://github.com/dotnet/dotnet-docker/issues/2375 (names without `core`) and 3052 (the end of those on Docker Hub).
 */
export function dotnetImage(reference: ImageReference): DotnetImage | undefined {
  const { repository, tag = 'latest' } = reference;
  if (reference.registry === registry) {
    const match = /^dotnet\/(core\/|core-)?(nightly\/)?([a-z-]+)$/.exec(repository);
    const kind = kinds.find((name) => name === match?.[3]);
    if (!match || !kind) return undefined;
    const parts = readTag(tag);
    return { kind, ...parts, deprecated: match[1] !== undefined, repository: successor(kind, match[2]) };
  }
  if (reference.registry !== 'docker.io') return undefined;
  const hub = /^microsoft\/(dotnet|aspnetcore|aspnetcore-build)$/.exec(repository)?.[1];
  if (hub === undefined) return undefined;
  const { kind, rest } = hub === 'dotnet' ? hubKind(tag) : { kind: hubKinds[hub]!, rest: tag };
  return { kind, ...readTag(rest), deprecated: true, repository: successor(kind) };
}

const hubKinds: Readonly<Record<string, DotnetKind>> = { aspnetcore: 'aspnet', 'aspnetcore-build': 'sdk' };

function successor(kind: DotnetKind, nightly = ''): string {
  return `${registry}/dotnet/${nightly}${kind}`;
}

/** `microsoft/dotnet` had all kinds of images, told apart by a part of the tag: `2.1-aspnetcore-runtime-alpine`. */
function hubKind(tag: string): { readonly kind: DotnetKind; readonly rest: string } {
  const match = /(?:^|-)(aspnetcore-runtime|runtime-deps|runtime|sdk)(?=-|$)/.exec(tag);
  if (!match) return { kind: 'sdk', rest: tag };
  const word = match[1]!;
  const rest = `${tag.slice(0, match.index)}${tag.slice(match.index + match[0].length)}`.replace(/^-/, '');
  return { kind: word === 'aspnetcore-runtime' ? 'aspnet' : (word as DotnetKind), rest };
}

function readTag(tag: string): Pick<DotnetImage, 'version' | 'fullVersion' | 'variant'> {
  const [, major, minor, patch = '', variant = ''] = /^(\d+)(\.\d+)?(\.\d+)?(?:$|(-.*)$)/.exec(tag) ?? [];
  if (major === undefined) return { variant: tag === 'latest' || tag === '' ? '' : `-${tag}` };
  return { version: versionOf(major, minor), fullVersion: `${major}${minor ?? ''}${patch}`, variant };
}

/** A tag without minor version means the last of its major one. */
function versionOf(major: string, minor: string | undefined): string {
  return minor === undefined ? (lastOf[major] ?? `${major}.0`) : major + minor;
}

const lastOf: Readonly<Record<string, string>> = { '1': '1.1', '2': '2.1', '3': '3.1' };

/** As people say it: `.NET Core 3.1`, `.NET 8.0`. */
export function productName(version: string): string {
  return `${Number.parseInt(version, 10) < 5 ? '.NET Core' : '.NET'} ${version}`;
}
