/** Build arguments of BuildKit that describe platforms: known in FROM lines, and in a stage that declares them. */
export const platformArgs: Readonly<Record<string, string>> = {
  TARGETPLATFORM: 'Platform the result is for, for example `linux/amd64`.',
  TARGETOS: 'Operating system of the result, for example `linux`.',
  TARGETARCH: 'Architecture of the result, for example `arm64`.',
  TARGETVARIANT: 'Variant of the result’s architecture, for example `v7`; often empty.',
  TARGETSTAGE: 'Name of the stage that is built.',
  BUILDPLATFORM: 'Platform of the machine that builds, for example `linux/amd64`.',
  BUILDOS: 'Operating system of the machine that builds.',
  BUILDARCH: 'Architecture of the machine that builds.',
  BUILDVARIANT: 'Variant of the building machine’s architecture; often empty.',
};

/** Platforms people build for, the usual ones first. */
export const commonPlatforms: readonly string[] = [
  'linux/amd64',
  'linux/arm64',
  'linux/arm/v7',
  'linux/arm/v6',
  'linux/386',
  'linux/ppc64le',
  'linux/s390x',
  'linux/riscv64',
  'windows/amd64',
];
