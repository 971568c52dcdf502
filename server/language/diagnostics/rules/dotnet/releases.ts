/** When the releases of .NET end, and where to go from them. Source: release-notes/releases-index.json of dotnet/core. */

/** The last day with security fixes, by version. .NET 9 had its end moved to that of .NET 8. */
const endsOfLife: Readonly<Record<string, string>> = {
  '1.0': '2019-06-27',
  '1.1': '2019-06-27',
  '2.0': '2018-10-01',
  '2.1': '2021-08-21',
  '2.2': '2019-12-23',
  '3.0': '2020-03-03',
  '3.1': '2022-12-13',
  '5.0': '2022-05-10',
  '6.0': '2024-11-12',
  '7.0': '2024-05-14',
  '8.0': '2026-11-10',
  '9.0': '2026-11-10',
  '10.0': '2028-11-14',
};

/** The newest release with long-term support. */
const longTerm = '10.0';

const dayMs = 24 * 60 * 60 * 1000;

/** The day (`2024-11-12`) on which the end of `version` was, at `now` (milliseconds since 1970); undefined while it is supported. */
export function endOfLife(version: string, now: number): string | undefined {
  const day = endsOfLife[version];
  return day !== undefined && now >= Date.parse(day) + dayMs ? day : undefined;
}

/** The version to move to: the newest with long-term support, for as long as it has any. */
export function supportedVersion(now: number): string | undefined {
  return endOfLife(longTerm, now) === undefined ? longTerm : undefined;
}

/**
 * The tag of the supported version that has what `variant` (`-alpine3.20`) stood for. Debian has been replaced by Ubuntu, which
 * the plain tag is. Undefined where nothing corresponds, as on Windows versions that are no longer made images for.
 * Source: the tags of mcr.microsoft.com/dotnet/aspnet of August 2026.
 */
export function supportedTag(variant: string, version: string): string | undefined {
  const [, system = '', architecture = ''] = /^(.*?)(-(?:amd64|arm64v8|arm32v7))?$/.exec(variant) ?? [];
  const known = variants.find(([pattern]) => pattern.test(system));
  return known && `${version}${system.replace(...known)}${architecture}`;
}

const variants: readonly (readonly [pattern: RegExp, now: string])[] = [
  [/^$/, ''],
  [/^-(?:bookworm|bullseye|buster|stretch|jessie)(?:-slim)?$/, ''],
  [/^-alpine(?:\d[\d.]*)?(-extra)?$/, '-alpine$1'],
  [/^-(?:jammy|focal|bionic|noble)((?:-chiseled(?:-composite)?(?:-extra)?)?)$/, '-noble$1'],
  [/^-resolute((?:-chiseled(?:-composite)?(?:-extra)?)?)$/, '-resolute$1'],
  [/^-(?:cbl-mariner|azurelinux)[\d.]*((?:-distroless(?:-composite)?(?:-extra)?)?)$/, '-azurelinux3.0$1'],
  [/^-(nanoserver|windowsservercore)-(ltsc20(?:22|25))$/, '-$1-$2'],
];
