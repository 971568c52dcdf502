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
  /** Layers of so many random bytes. */
  readonly layerBytes: readonly number[];
  /** Layers before these that other images may have too. */
  readonly shared?: readonly Buffer[];
  readonly created?: string;
  /** What a container of it starts with: `Cmd`, `Env`, `Labels`, ... */
  readonly config?: Readonly<Record<string, unknown>>;
  readonly history?: readonly object[];
  readonly annotations?: Readonly<Record<string, string>>;
}

/** Docker's own types, which registries of before the OCI and `docker push` still use, or the OCI's. */
export type Dialect = 'oci' | 'docker';

const types = {
  oci: {
    index: 'application/vnd.oci.image.index.v1+json',
    manifest: 'application/vnd.oci.image.manifest.v1+json',
    config: 'application/vnd.oci.image.config.v1+json',
    layer: 'application/vnd.oci.image.layer.v1.tar+gzip',
  },
  docker: {
    index: 'application/vnd.docker.distribution.manifest.list.v2+json',
    manifest: 'application/vnd.docker.distribution.manifest.v2+json',
    config: 'application/vnd.docker.container.image.v1+json',
    layer: 'application/vnd.docker.image.rootfs.diff.tar.gzip',
  },
};

/** An image of one platform. */
export function makeImage(contents: PlatformContents, dialect: Dialect = 'oci'): ImageContents {
  const blobs = new Map<string, Buffer>();
  const root = addImage(blobs, contents, dialect);
  return { blobs, manifests: [root], root };
}

/** An index as BuildKit pushes it: the platforms, and an attestation beside each unless there are to be none. */
export function makeIndex(
  platforms: readonly PlatformContents[],
  { dialect = 'oci', attested = dialect === 'oci' }: { dialect?: Dialect; attested?: boolean } = {},
): ImageContents {
  const blobs = new Map<string, Buffer>();
  const children = platforms.map((contents) => addImage(blobs, contents, dialect));
  const attestations = attested ? children.map((child) => addAttestation(blobs, child)) : [];
  const root = manifestOf(types[dialect].index, {
    manifests: [
      ...children.map((child, index) => ({
        ...descriptorOf(child),
        platform: platforms[index] && written(platforms[index].platform),
      })),
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

export interface ArtifactContents {
  readonly artifactType?: string;
  readonly configMediaType?: string;
  /** JSON; `{}` when absent. */
  readonly config?: object;
  /** By media type. */
  readonly layers: readonly (readonly [mediaType: string, bytes: Buffer])[];
  /** What it speaks of: the registry lists it among the referrers of that. */
  readonly subject?: Manifest;
  readonly annotations?: Readonly<Record<string, string>>;
}

/** What is kept in a registry and is no image. Source: image-spec, "Guidelines for Artifact Usage". */
export function makeArtifact({
  artifactType,
  configMediaType,
  config: about = {},
  layers,
  ...rest
}: ArtifactContents): ImageContents {
  const blobs = new Map<string, Buffer>();
  const config = addBlob(
    blobs,
    configMediaType ?? 'application/vnd.oci.empty.v1+json',
    Buffer.from(JSON.stringify(about)),
  );
  const root = manifestOf(types.oci.manifest, {
    ...(artifactType && { artifactType }),
    config,
    layers: layers.map(([mediaType, bytes]) => addBlob(blobs, mediaType, bytes)),
    ...(rest.subject && { subject: descriptorOf(rest.subject) }),
    ...(rest.annotations && { annotations: rest.annotations }),
  });
  return { blobs, manifests: [root], root };
}

export const makeHelmChart = (name: string, version: string): ImageContents =>
  makeArtifact({
    configMediaType: 'application/vnd.cncf.helm.config.v1+json',
    config: { apiVersion: 'v2', name, version },
    layers: [['application/vnd.cncf.helm.chart.content.v1.tar+gzip', Buffer.from(`${name}-${version}`)]],
    annotations: { 'org.opencontainers.image.title': name, 'org.opencontainers.image.version': version },
  });

/** What `cosign sign` pushes; its tag is {@link signatureTag}. */
export const makeSignature = (image: Manifest): ImageContents =>
  makeArtifact({
    configMediaType: types.oci.config,
    layers: [
      [
        'application/vnd.dev.cosign.simplesigning.v1+json',
        Buffer.from(JSON.stringify({ critical: { image: { 'docker-manifest-digest': image.digest } } })),
      ],
    ],
  });

/** `sha256-abc….sig`; with no suffix the tag of the referrers where a registry has no such list. */
export const signatureTag = ({ digest }: Manifest, suffix = '.sig'): string => `${digest.replace(':', '-')}${suffix}`;

export function digestOf(bytes: Buffer): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}

function addImage(blobs: Map<string, Buffer>, contents: PlatformContents, dialect: Dialect): Manifest {
  const { platform, layerBytes, shared = [], created, config = {}, history, annotations } = contents;
  const bytes = [...shared, ...layerBytes.map((size) => randomBytes(size))];
  const layers = bytes.map((layer) => addBlob(blobs, types[dialect].layer, layer));
  const description = {
    ...written(platform),
    created,
    config,
    rootfs: { type: 'layers', diff_ids: layers.map((l) => l.digest) },
    ...(history && { history }),
  };
  return manifestOf(types[dialect].manifest, {
    config: addBlob(blobs, types[dialect].config, Buffer.from(JSON.stringify(description))),
    layers,
    ...(annotations && { annotations }),
  });
}

/** Provenance as BuildKit writes it. Source: buildkit, docs/attestations/attestation-storage.md. */
function addAttestation(blobs: Map<string, Buffer>, subject: Manifest): Manifest {
  const predicateType = 'https://slsa.dev/provenance/v0.2';
  const statement = {
    _type: 'https://in-toto.io/Statement/v0.1',
    predicateType,
    subject: [{ name: 'image', digest: { sha256: subject.digest.replace(/^sha256:/, '') } }],
    predicate: {},
  };
  const layer = addBlob(blobs, 'application/vnd.in-toto+json', Buffer.from(JSON.stringify(statement)));
  const config = {
    os: 'unknown',
    architecture: 'unknown',
    config: {},
    rootfs: { type: 'layers', diff_ids: [layer.digest] },
  };
  return manifestOf(types.oci.manifest, {
    config: addBlob(blobs, types.oci.config, Buffer.from(JSON.stringify(config))),
    layers: [{ ...layer, annotations: { 'in-toto.io/predicate-type': predicateType } }],
  });
}

/** A platform as the image-spec writes it. */
const written = ({ osVersion, ...platform }: Platform) => ({
  ...platform,
  ...(osVersion !== undefined && { 'os.version': osVersion }),
});

function addBlob(blobs: Map<string, Buffer>, mediaType: string, bytes: Buffer) {
  const digest = digestOf(bytes);
  blobs.set(digest, bytes);
  return { mediaType, digest, size: bytes.length };
}

function manifestOf(mediaType: string, content: object): Manifest {
  const bytes = Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType, ...content }));
  return { digest: digestOf(bytes), mediaType, bytes };
}

const descriptorOf = ({ digest, mediaType, bytes }: Manifest) => ({ mediaType, digest, size: bytes.length });
