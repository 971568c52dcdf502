/** Images as a registry stores them, made from nothing: random layers, real digests, exact sizes. */
import { createHash, randomBytes } from 'node:crypto';
import type { Platform } from '../../common/platform.ts';

export interface Manifest {
  readonly digest: string;
  readonly mediaType: string;
  readonly bytes: Buffer;
}

export interface ImageContents {
  readonly blobs: ReadonlyMap<string, Buffer>;
  /** Children before the index that names them. */
  readonly manifests: readonly Manifest[];
  /** What a tag points to. */
  readonly root: Manifest;
}

export interface PlatformContents {
  readonly platform: Platform;
  readonly layerBytes: readonly number[];
  readonly created?: string;
}

const types = {
  index: 'application/vnd.oci.image.index.v1+json',
  manifest: 'application/vnd.oci.image.manifest.v1+json',
  config: 'application/vnd.oci.image.config.v1+json',
  layer: 'application/vnd.oci.image.layer.v1.tar+gzip',
};

/** An image of one platform. */
export function makeImage(contents: PlatformContents): ImageContents {
  const blobs = new Map<string, Buffer>();
  const root = addImage(blobs, contents);
  return { blobs, manifests: [root], root };
}

/** An index as BuildKit pushes it: the platforms, and an attestation beside each. */
export function makeIndex(platforms: readonly PlatformContents[]): ImageContents {
  const blobs = new Map<string, Buffer>();
  const children = platforms.map((contents) => addImage(blobs, contents));
  const attestations = platforms.map(() =>
    addImage(blobs, { platform: { os: 'unknown', architecture: 'unknown' }, layerBytes: [50] }),
  );
  const root = manifestOf(types.index, {
    manifests: [
      ...children.map((child, index) => ({ ...descriptorOf(child), platform: platforms[index]?.platform })),
      ...attestations.map((attestation, index) => ({
        ...descriptorOf(attestation),
        platform: { os: 'unknown', architecture: 'unknown' },
        annotations: {
          'vnd.docker.reference.type': 'attestation-manifest',
          'vnd.docker.reference.digest': children[index]?.digest,
        },
      })),
    ],
  });
  return { blobs, manifests: [...children, ...attestations, root], root };
}

export function digestOf(bytes: Buffer): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}

function addImage(blobs: Map<string, Buffer>, { platform, layerBytes, created }: PlatformContents): Manifest {
  const add = (mediaType: string, bytes: Buffer) => {
    const digest = digestOf(bytes);
    blobs.set(digest, bytes);
    return { mediaType, digest, size: bytes.length };
  };
  const layers = layerBytes.map((size) => add(types.layer, randomBytes(size)));
  const config = {
    ...platform,
    created,
    config: {},
    rootfs: { type: 'layers', diff_ids: layers.map((l) => l.digest) },
  };
  return manifestOf(types.manifest, { config: add(types.config, Buffer.from(JSON.stringify(config))), layers });
}

function manifestOf(mediaType: string, content: object): Manifest {
  const bytes = Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType, ...content }));
  return { digest: digestOf(bytes), mediaType, bytes };
}

const descriptorOf = ({ digest, mediaType, bytes }: Manifest) => ({ mediaType, digest, size: bytes.length });
