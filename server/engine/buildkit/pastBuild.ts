/** One finished build, with what the engine remembers of its steps. */
import type { Counted } from '../../../common/counted.ts';
import { array, fields, strings, text } from '../../util/json.ts';
import { ProblemError } from '../../util/problemError.ts';
import { unpackedBytes } from '../imageStore.ts';
import { imageHistory, inspectImage } from '../images.ts';
import type { Transport } from '../transport.ts';
import type { BuildkitConnection } from './connection.ts';
import { dockerfileOfError, type ErrorDetail, type Outline, stepsOfLog } from './failedBuild.ts';
import { GrpcError, grpcStatus } from './grpcError.ts';
import {
  type CacheRecord,
  importsCache,
  type LayeredImage,
  type LoggedStep,
  sizesFromCache,
  sizesFromImage,
} from './joinSizes.ts';
import { methods } from './methods.ts';
import type { StatusResponse } from './progress.ts';
import { milliseconds, type Timestamp } from './proto.ts';
import { type GraphStep, type LineRange, type Provenance, readProvenance } from './provenance.ts';

/** What the engine's history tells of a build at once. Source: control.proto, BuildHistoryRecord. */
export interface HistoryRecord {
  readonly Ref: string;
  readonly FrontendAttrs: Readonly<Record<string, string>>;
  readonly ExporterResponse: Readonly<Record<string, string>>;
  readonly error: { readonly message: string; readonly details?: readonly ErrorDetail[] } | null;
  readonly CreatedAt: Timestamp;
  readonly CompletedAt: Timestamp | null;
  readonly logs: Descriptor | null;
  readonly Result: { readonly Attestations: readonly Descriptor[] } | null;
  readonly Results: Readonly<Record<string, { readonly Attestations: readonly Descriptor[] }>>;
}

interface Descriptor {
  readonly digest: string;
  readonly annotations: Readonly<Record<string, string>>;
}

export interface SizedStep extends LineRange {
  readonly bytes: number;
  readonly seconds?: number;
  readonly cached: boolean;
  /** Digest of the unpacked layer, where the engine had made one and tells it. */
  readonly layer?: string;
  /** Where it is not bytes of files. */
  readonly counted?: Counted;
  /** Of its layer, where the engine keeps that so. */
  readonly compressedBytes?: number;
  /** Only the cache knows it, together with what the engine keeps of it packed. */
  readonly roughly?: true;
}

export interface SizedBuild {
  readonly steps: readonly SizedStep[];
  readonly image?: { readonly id: string; readonly bytes: number };
  /** Whether every step has its size; else a later look may find more. */
  readonly complete: boolean;
}

/** Of a failed build the text alone: the engine keeps no graph of it. Undefined for what no Dockerfile was behind. */
export async function provenanceOf(
  connection: BuildkitConnection,
  record: HistoryRecord,
  signal: AbortSignal,
): Promise<Provenance | undefined> {
  const several = Object.values(record.Results);
  const result = record.Result ?? (several.length === 1 ? several[0] : undefined);
  const descriptor = result?.Attestations.find((attestation) =>
    attestation.annotations['in-toto.io/predicate-type']?.startsWith('https://slsa.dev/provenance/'),
  );
  if (!descriptor) {
    const dockerfile = dockerfileOfError(record.error);
    return dockerfile === undefined ? undefined : { dockerfile, steps: [] };
  }
  return readProvenance((await readContent(connection, descriptor.digest, signal)).toString('utf8'));
}

/** The engine's build cache as it is now. */
export async function buildCache(connection: BuildkitConnection, signal: AbortSignal): Promise<readonly CacheRecord[]> {
  const usage = await connection.call<{ record: readonly UsageRecord[] }>(methods.diskUsage, {}, signal);
  return usage.record
    .filter((record) => record.RecordType === 'regular')
    .map((record) => ({
      id: record.ID,
      parents: record.Parents.length > 0 || record.Parent === '' ? record.Parents : [record.Parent],
      description: record.Description,
      bytes: record.Size,
      createdAt: milliseconds(record.CreatedAt),
      lastUsedAt: milliseconds(record.LastUsedAt ?? record.CreatedAt),
    }));
}

/** The same by the engine's own API, where that is all there is. Source: engine API, SystemDataUsage. */
export async function cacheOverRest(
  transport: Pick<Transport, 'json'>,
  signal: AbortSignal,
): Promise<readonly CacheRecord[]> {
  const query = { type: 'build-cache' };
  const usage = fields(await transport.json({ method: 'GET', path: '/system/df', query }, signal));
  return array(usage['BuildCache'])
    .map(fields)
    .filter((record) => record['Type'] === 'regular')
    .map((record) => {
      // Engines write ` Parents`, with the blank; older ones `Parent`.
      const parents = strings(record[' Parents'] ?? record['Parents']);
      const parent = text(record['Parent']);
      const createdAt = Date.parse(text(record['CreatedAt']));
      return {
        ...{
          id: text(record['ID']),
          description: text(record['Description']),
          bytes: Number(record['Size']),
          createdAt,
        },
        parents: parents.length > 0 || parent === '' ? parents : [parent],
        lastUsedAt: Date.parse(text(record['LastUsedAt'])) || createdAt,
      };
    });
}

interface UsageRecord {
  readonly ID: string;
  readonly Parent: string;
  readonly Parents: readonly string[];
  readonly Description: string;
  readonly RecordType: string;
  readonly Size: number;
  readonly CreatedAt: Timestamp;
  readonly LastUsedAt: Timestamp | null;
}

export interface CacheReading {
  readonly records: readonly CacheRecord[];
  /** It was read within moments of the build's end. */
  readonly atOnce: boolean;
}

/**
 * Joins a build with the layers of its image and with the build cache; where both know a step and differ, it is left out.
 * Where the cache counts packed layers, too, the image goes first, and what the cache alone knows is rough. `countedHere` is asked
 * for what the engine counts where the build does not tell.
 */
export async function sizeBuild(
  transport: Pick<Transport, 'json'>,
  connection: BuildkitConnection,
  record: HistoryRecord,
  provenance: Provenance,
  cache: CacheReading,
  countedHere: () => Promise<Counted>,
  outline: Outline,
  signal: AbortSignal,
): Promise<SizedBuild> {
  const log = await readLog(connection, record, signal);
  const counted = log.isUnpacked ? 'files' : await countedHere();
  const packed = counted === 'blocks';
  const image =
    log.imageId === undefined
      ? undefined
      : await layeredImage(transport, connection, log.imageId, record, packed, signal);
  const times = {
    createdAt: milliseconds(record.CreatedAt),
    completedAt: milliseconds(record.CompletedAt ?? record.CreatedAt),
  };
  const graph = record.error === null ? provenance.steps : stepsOfLog(outline(provenance.dockerfile), log.steps);
  const fromImage = image ? sizesFromImage(graph, image) : new Map<string, number>();
  const atOnce = cache.atOnce && !importsCache(record.FrontendAttrs);
  const fromCache = sizesFromCache(graph, log.steps, times, cache.records, atOnce);
  const wanted = graph.filter((step) => isInstruction(step, graph) && log.steps.get(step.digest)?.failed !== true);
  const steps = wanted.flatMap((step) => {
    const [told, cached] = [fromImage.get(step.id), fromCache.get(step.id)];
    const bytes = packed ? (told ?? cached) : agreed(told, cached);
    const logged = log.steps.get(step.digest);
    if (bytes === undefined || !logged) return [];
    const compressedBytes = told === undefined ? undefined : ownCompressedBytes(step, graph);
    const terms = packed && {
      counted,
      ...(told === undefined && { roughly: true as const }),
      ...(compressedBytes !== undefined && { compressedBytes }),
    };
    return step.locations.map((lines) => ({ ...sizedStep(step, lines, bytes, logged, packed), ...terms }));
  });
  return {
    steps: steps.sort((a, b) => a.startLine - b.startLine),
    ...(image ? { image: { id: image.id, bytes: image.bytes } } : {}),
    complete: steps.length >= wanted.reduce((sum, step) => sum + step.locations.length, 0),
  };
}

/** Undefined for a step that changed nothing: its last layer is that of another. */
function ownCompressedBytes({ root, layers, compressedBytes }: GraphStep, all: readonly GraphStep[]) {
  const below = all.find(({ id }) => id === root)?.layers.length ?? 0;
  return layers.length === below + 1 ? compressedBytes : undefined;
}

function sizedStep(
  { layers }: GraphStep,
  lines: LineRange,
  bytes: number,
  logged: LoggedStep,
  packed: boolean,
): SizedStep {
  const seconds = (logged.completedAt - logged.startedAt) / 1000;
  const layer = packed ? undefined : layers.at(-1);
  return {
    ...{ ...lines, bytes, cached: logged.cached },
    ...(logged.cached ? {} : { seconds }),
    ...(layer !== undefined && { layer }),
  };
}

function agreed(one: number | undefined, other: number | undefined): number | undefined {
  if (one === undefined || other === undefined) return one ?? other;
  return one === other ? one : undefined;
}

/** A step that stands for an instruction, and not for the half of one that is merged into the other half (`COPY --link`). */
function isInstruction(step: GraphStep, all: readonly GraphStep[]): boolean {
  if (step.kind === 'image' || step.kind === 'other' || step.locations.length === 0) return false;
  const lines = JSON.stringify(step.locations);
  return !all.some(
    (other) =>
      other.kind === 'merge' &&
      other.inputs.includes(step.id) &&
      other.root !== step.id &&
      JSON.stringify(other.locations) === lines,
  );
}

/**
 * By which ids the engine may know the image that a build wrote: its own store calls it by its config, which only the log tells in
 * every version, containerd's by its manifest.
 */
export async function imageIdsOf(
  connection: BuildkitConnection,
  record: HistoryRecord,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const { 'containerimage.digest': manifest, 'containerimage.config.digest': config } = record.ExporterResponse;
  const told = [manifest, config].filter((id) => id !== undefined);
  if (told.length > 0) return told;
  const { imageId } = await readLog(connection, record, signal);
  return imageId === undefined ? [] : [imageId];
}

interface BuildLog {
  readonly steps: ReadonlyMap<string, LoggedStep>;
  /** The image that was written, as the engine's store calls it. */
  readonly imageId: string | undefined;
  /** That is a store of unpacked layers. */
  readonly isUnpacked: boolean;
}

/** The log is status messages, each after its length. Source: moby/buildkit solver/llbsolver/history.go. */
async function readLog(connection: BuildkitConnection, record: HistoryRecord, signal: AbortSignal): Promise<BuildLog> {
  const steps = new Map<string, LoggedStep>();
  const written = new Map<string, string>();
  const bytes = record.logs ? await readContent(connection, record.logs.digest, signal) : Buffer.alloc(0);
  for (let at = 0; at + 4 <= bytes.length; ) {
    const end = at + 4 + bytes.readUInt32LE(at);
    const status = connection.codec.decode<StatusResponse>('StatusResponse', bytes.subarray(at + 4, end));
    at = end;
    for (const vertex of status.vertexes) {
      if (!vertex.started || !vertex.completed) continue;
      const before = steps.get(vertex.digest);
      // A step is told of once for its cache key and again when it runs.
      steps.set(vertex.digest, {
        name: vertex.name,
        cached: vertex.cached,
        startedAt: Math.min(before?.startedAt ?? Number.POSITIVE_INFINITY, milliseconds(vertex.started)),
        completedAt: milliseconds(vertex.completed),
        failed: vertex.error !== '',
      });
    }
    for (const { ID } of status.statuses) {
      const [, what = '', id] = /^(writing image|exporting manifest(?: list)?) (sha256:[0-9a-f]{64})$/.exec(ID) ?? [];
      if (id !== undefined) written.set(what, id);
    }
  }
  const [own, index, image] = ['writing image', 'exporting manifest list', 'exporting manifest'].map((what) =>
    written.get(what),
  );
  return { steps, imageId: own ?? index ?? image, isUnpacked: own !== undefined };
}

async function readContent(connection: BuildkitConnection, digest: string, signal: AbortSignal): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  const stream = connection.stream<{ data: Uint8Array }>(methods.readContent, { digest }, signal);
  for await (const { data } of stream) parts.push(data);
  return Buffer.concat(parts);
}

/** Undefined when the engine no longer has it, or its history does not say which entries are layers. */
async function layeredImage(
  transport: Pick<Transport, 'json'>,
  connection: BuildkitConnection,
  id: string,
  record: HistoryRecord,
  packed: boolean,
  signal: AbortSignal,
): Promise<(LayeredImage & { readonly id: string; readonly bytes: number }) | undefined> {
  const found = await Promise.all([inspectImage(transport, id, signal), imageHistory(transport, id, signal)]).catch(
    instead(undefined),
  );
  if (found === undefined) return undefined;
  const [inspected, history] = found;
  const layers = packed
    ? await layersAsKept(connection, id, signal)
    : strings(fields(fields(inspected)['RootFS'])['Layers']);
  // The engine's history does not tell instructions without a layer apart, the image's config does.
  const config = parsedConfig(record.ExporterResponse['containerimage.config']);
  const entries = history.map((entry) => entry.bytes).reverse();
  const isLayer = array(config['history']).map((entry) => fields(entry)['empty_layer'] !== true);
  const layerBytes = entries.filter((_, index) => isLayer[index]);
  const certain = entries.length === isLayer.length && layerBytes.length === layers.length;
  return { id, bytes: unpackedBytes(history), layers: certain ? layers : [], layerBytes };
}

/** What there is of what the engine no longer has. */
const instead =
  <T>(nothing: T) =>
  (error: unknown): T => {
    const isGone =
      error instanceof GrpcError
        ? error.code === grpcStatus.notFound
        : error instanceof ProblemError && error.problem.kind === 'notFound';
    if (isGone) return nothing;
    throw error;
  };

/**
 * Digests of an image's layers as they are in a registry, where the engine keeps it so; none of one that it does not keep so, or that
 * is for several platforms.
 */
export function layersAsKept(
  connection: BuildkitConnection,
  id: string,
  signal: AbortSignal,
): Promise<readonly string[]> {
  return packedLayers(connection, id, signal).catch(instead([]));
}

/** Source: the OCI image spec. */
async function packedLayers(
  connection: BuildkitConnection,
  id: string,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const root = fields(JSON.parse((await readContent(connection, id, signal)).toString('utf8')));
  const images = array(root['manifests'])
    .map(fields)
    .filter((manifest) => fields(manifest['annotations'])['vnd.docker.reference.type'] === undefined);
  const [image, ...others] = images;
  if (others.length > 0) return [];
  if (image !== undefined) return packedLayers(connection, text(image['digest']), signal);
  return array(root['layers']).map((layer) => text(fields(layer)['digest']));
}

function parsedConfig(json: string | undefined) {
  try {
    return fields(JSON.parse(json ?? '{}'));
  } catch {
    return {}; // Then the sizes come from the build cache alone.
  }
}
