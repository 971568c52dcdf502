/** What a manifest says. Source: image-spec manifest.md and image-index.md; distribution, manifest-v2-2.md. */

import { normalisePlatform, type Platform } from '../../common/platform.ts';
import { isDigest } from '../../common/reference.ts';
import { ProblemError } from '../util/problemError.ts';

const ociIndex = 'application/vnd.oci.image.index.v1+json';
const dockerList = 'application/vnd.docker.distribution.manifest.list.v2+json';
const ociManifest = 'application/vnd.oci.image.manifest.v1+json';
const dockerManifest = 'application/vnd.docker.distribution.manifest.v2+json';

/** Always sent whole: a registry answers 404 or converts to something older for what is left out. */
export const manifestTypes: string = [ociIndex, dockerList, ociManifest, dockerManifest].join(', ');

const imageConfigTypes: ReadonlySet<string> = new Set([
  'application/vnd.oci.image.config.v1+json',
  'application/vnd.docker.container.image.v1+json',
]);

export type Manifest =
  | {
      readonly kind: 'index';
      readonly mediaType: string;
      readonly images: readonly IndexEntry[];
      /** Provenance and SBOM as BuildKit adds them, with the image of this index that each speaks of. */
      readonly attestations: readonly { readonly digest: string; readonly of?: string }[];
      readonly created?: number;
    }
  | {
      readonly kind: 'image';
      readonly mediaType: string;
      readonly configDigest: string;
      /** In order, the base first. One may come twice. */
      readonly layers: readonly Layer[];
      /** Compressed bytes of the layers, each counted once. */
      readonly compressedBytes: number;
      readonly created?: number;
    }
  | {
      readonly kind: 'artifact';
      readonly mediaType: string;
      /** What it calls itself: by `artifactType`, else by the type of its config. */
      readonly artifactType?: string;
      /** Of its config, where that is a document that says something: a Helm chart's own description. */
      readonly configDigest?: string;
    };

export interface Layer {
  readonly digest: string;
  readonly mediaType: string;
  readonly compressedBytes: number;
}

/** One image of an index. Attestations are not among them. */
export interface IndexEntry {
  readonly digest: string;
  /** Absent where the index does not say; the image's config does. */
  readonly platform?: Platform;
  readonly created?: number;
}

export type Json = Readonly<Record<string, unknown>>;

/**
 * Reads a manifest's bytes. The `Content-Type` decides what it is, then the document's own `mediaType`, then its shape.
 * Throws a ProblemError about `subject`: `badAnswer` when it is none, `unsupported` for the old schema 1.
 */
export function readManifest(contentType: string | undefined, bytes: Buffer, subject: string): Manifest {
  const document = parseObject(bytes, subject);
  const mediaType = typeOf(contentType, document);
  if (mediaType === ociIndex || mediaType === dockerList) return readIndex(mediaType, document, subject);
  if (mediaType === ociManifest || mediaType === dockerManifest) return readImage(mediaType, document, subject);
  if (mediaType.startsWith('application/vnd.docker.distribution.manifest.v1')) {
    throw new ProblemError({
      kind: 'unsupported',
      subject,
      message: `${subject} is stored in the old schema 1 of manifests, which cannot be inspected.`,
      next: 'Push it again with a current client.',
    });
  }
  throw notAManifest(subject, 'it is no kind of manifest that is known');
}

function typeOf(contentType: string | undefined, document: Json): string {
  const known = new Set([ociIndex, dockerList, ociManifest, dockerManifest]);
  const header = contentType?.split(';', 1)[0]?.trim().toLowerCase() ?? '';
  if (known.has(header) || header.startsWith('application/vnd.docker.distribution.manifest.v1')) return header;
  if (typeof document['mediaType'] === 'string' && known.has(document['mediaType'])) return document['mediaType'];
  if (Array.isArray(document['manifests'])) return ociIndex;
  if (Array.isArray(document['layers']) && objectOf(document['config'])) return ociManifest;
  return Array.isArray(document['fsLayers']) ? 'application/vnd.docker.distribution.manifest.v1+json' : '';
}

function readIndex(mediaType: string, document: Json, subject: string): Manifest {
  if (typeof document['artifactType'] === 'string') return artifact(mediaType, document['artifactType']);
  if (!Array.isArray(document['manifests'])) throw notAManifest(subject, 'it is an index without manifests');
  const entries = document['manifests'].map(objectOf).filter((entry) => entry !== undefined);
  const attestations = entries.filter(isAttestation).map((entry) => {
    const of = objectOf(entry['annotations'])?.['vnd.docker.reference.digest'];
    return { digest: digestOf(entry, subject), ...(typeof of === 'string' && isDigest(of) && { of }) };
  });
  const images = entries.flatMap((entry) => {
    if (isAttestation(entry) || typeof entry['artifactType'] === 'string') return [];
    const platform = platformOf(objectOf(entry['platform']));
    return [
      { digest: digestOf(entry, subject), ...(platform && { platform }), ...createdIn(objectOf(entry['annotations'])) },
    ];
  });
  return { kind: 'index', mediaType, images, attestations, ...createdIn(objectOf(document['annotations'])) };
}

/** BuildKit stores provenance and SBOM as manifests of the platform `unknown/unknown`. Source: buildkit, docs/attestations. */
function isAttestation(entry: Json): boolean {
  const platform = objectOf(entry['platform']);
  return (
    objectOf(entry['annotations'])?.['vnd.docker.reference.type'] === 'attestation-manifest' ||
    (platform?.['os'] === 'unknown' && platform['architecture'] === 'unknown')
  );
}

function readImage(mediaType: string, document: Json, subject: string): Manifest {
  const config = objectOf(document['config']);
  if (config === undefined) throw notAManifest(subject, 'it has no config');
  const isImage = typeof config['mediaType'] === 'string' && imageConfigTypes.has(config['mediaType']);
  const { artifactType } = document;
  if (!isImage || typeof artifactType === 'string') {
    const { digest } = config;
    const isTold = typeof digest === 'string' && isDigest(digest) && config['mediaType'] !== emptyConfig;
    return { ...artifact(mediaType, artifactType ?? config['mediaType']), ...(isTold && { configDigest: digest }) };
  }
  if (!Array.isArray(document['layers'])) throw notAManifest(subject, 'it has no layers');
  const layers = document['layers'].map((value: unknown): Layer => {
    const layer = objectOf(value) ?? {};
    const type = isMediaType(layer['mediaType']) ? layer['mediaType'] : '';
    return { digest: digestOf(layer, subject), mediaType: type, compressedBytes: sizeOf(layer, subject) };
  });
  const bytes = new Map(layers.map(({ digest, compressedBytes }) => [digest, compressedBytes]));
  return {
    kind: 'image',
    mediaType,
    configDigest: digestOf(config, subject),
    layers,
    compressedBytes: [...bytes.values()].reduce((sum, size) => sum + size, 0),
    ...createdIn(objectOf(document['annotations'])),
  };
}

/** Stands where an artifact has no config. Source: image-spec, manifest.md, "Guidance for an Empty Descriptor". */
const emptyConfig = 'application/vnd.oci.empty.v1+json';

function artifact(mediaType: string, artifactType: unknown): Extract<Manifest, { readonly kind: 'artifact' }> {
  return { kind: 'artifact', mediaType, ...(isMediaType(artifactType) && { artifactType }) };
}

/** Source: RFC 6838, 4.2. */
export const isMediaType = (value: unknown): value is string =>
  typeof value === 'string' && /^[\w.+!#$&^-]{1,127}\/[\w.+!#$&^-]{1,127}$/.test(value);

export function platformOf(value: Json | undefined): Platform | undefined {
  const { os, architecture, variant } = value ?? {};
  const osVersion = value?.['os.version'];
  if (!isName(os) || !isName(architecture)) return undefined;
  return normalisePlatform({
    os,
    architecture,
    ...(isName(variant) && { variant }),
    ...(isName(osVersion) && { osVersion }),
  });
}

/** What a registry says is shown to people: only what a platform's name can be made of. */
const isName = (value: unknown): value is string => typeof value === 'string' && /^[\w.-]{1,64}$/.test(value);

const createdIn = (annotations: Json | undefined) => createdOf(annotations?.['org.opencontainers.image.created']);

/** Reproducible builds give the first moment of year 1 or of 1970: nothing is known then. */
export function createdOf(value: unknown): { created?: number } {
  const created = typeof value === 'string' ? Date.parse(value) : Number.NaN;
  return created > 0 ? { created } : {};
}

function digestOf(descriptor: Json, subject: string): string {
  const { digest } = descriptor;
  if (typeof digest !== 'string' || !isDigest(digest))
    throw notAManifest(subject, 'it names something by a bad digest');
  return digest;
}

function sizeOf(descriptor: Json, subject: string): number {
  const { size } = descriptor;
  if (typeof size !== 'number' || !Number.isSafeInteger(size) || size < 0) {
    throw notAManifest(subject, 'it has a layer without a size');
  }
  return size;
}

export function parseObject(bytes: Buffer, subject: string): Json {
  let value: unknown;
  try {
    value = JSON.parse(bytes.toString('utf8'));
  } catch (cause) {
    throw notAManifest(subject, 'it is not JSON', cause);
  }
  const document = objectOf(value);
  if (document === undefined) throw notAManifest(subject, 'it is not a JSON object');
  return document;
}

export function objectOf(value: unknown): Json | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : undefined;
}

export function notAManifest(subject: string, reason: string, cause?: unknown): ProblemError {
  return new ProblemError(
    {
      kind: 'badAnswer',
      subject,
      message: `What the registry sent for ${subject} cannot be used: ${reason}.`,
      next: 'Check that the address is that of a registry; if it is, push the image again.',
    },
    cause,
  );
}
