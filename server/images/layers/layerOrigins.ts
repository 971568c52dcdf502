import type { AnalyzedLayer } from '../../../common/layers.ts';
import { type BuildxWorld, buildxDockerfiles } from '../../engine/buildkit/buildxRefs.ts';
import { type BuildkitConnection, connectBuildkit } from '../../engine/buildkit/connection.ts';
import { dockerfileAttr } from '../../engine/buildkit/dockerfileAttr.ts';
import { methods } from '../../engine/buildkit/methods.ts';
import { type HistoryRecord, provenanceOf } from '../../engine/buildkit/pastBuild.ts';
import { milliseconds } from '../../engine/buildkit/proto.ts';
import type { Provenance } from '../../engine/buildkit/provenance.ts';
import type { Transport } from '../../engine/transport.ts';
import { isAbort, problemOf } from '../../util/problemError.ts';

export type Origin = NonNullable<AnalyzedLayer['origin']>;

/**
 * The lines of Dockerfiles that made the layers of an image, by the layers' digests, as far as the engine remembers its build. Empty
 * where it remembers none, keeps no such memory or does not say in time: it is an extra, and never why an analysis fails.
 */
export type LayerOrigins = (imageId: string, signal: AbortSignal) => Promise<ReadonlyMap<string, Origin>>;

export interface LayerOriginsOptions extends BuildxWorld {
  readonly log: { info(event: string, data?: Readonly<Record<string, unknown>>): void };
}

const patienceMs = 3000;

/** Unlike the builds of open Dockerfiles it asks once, about one image, and follows nothing. */
export function createLayerOrigins(
  engine: Pick<Transport, 'dial'>,
  { env, home, log }: LayerOriginsOptions,
): LayerOrigins {
  return async (imageId, signal) => {
    const patience = AbortSignal.any([signal, AbortSignal.timeout(patienceMs)]);
    let connection: BuildkitConnection | undefined;
    try {
      connection = await connectBuildkit(engine, patience);
      const records = await recordsOf(connection, imageId, patience);
      const paths = await buildxDockerfiles(
        records.map(({ Ref }) => Ref),
        { env, home },
      );
      for (const record of records) {
        const path = record.FrontendAttrs[dockerfileAttr] ?? paths.get(record.Ref);
        if (path === undefined) continue;
        const provenance = await provenanceOf(connection, record, patience);
        if (provenance !== undefined) return originsIn(provenance, path);
      }
    } catch (error) {
      signal.throwIfAborted();
      if (!isAbort(error)) log.info('layers: no lines', { reason: problemOf(error, 'BuildKit').message });
    } finally {
      connection?.close();
    }
    return new Map();
  };
}

/** Finished builds whose result the image is, the latest first: the file as it was built last is the nearest to what it is now. */
async function recordsOf(
  connection: BuildkitConnection,
  imageId: string,
  signal: AbortSignal,
): Promise<readonly HistoryRecord[]> {
  const found: HistoryRecord[] = [];
  const events = connection.stream<{ readonly type: number; readonly record: HistoryRecord | null }>(
    methods.history,
    { EarlyExit: true },
    signal,
  );
  for await (const { record } of events) {
    const made = record?.ExporterResponse;
    // The engine's own store calls an image by its config, containerd's by its manifest.
    const ids = [made?.['containerimage.config.digest'], made?.['containerimage.digest']];
    if (record && !record.error && ids.includes(imageId)) found.push(record);
  }
  return found.sort((a, b) => endOf(b) - endOf(a));
}

const endOf = ({ CompletedAt, CreatedAt }: HistoryRecord): number => milliseconds(CompletedAt ?? CreatedAt);

/** Certain where exactly one step ends in the layer and one place in the file stands for it: identical stages have several. */
export function originsIn({ steps }: Pick<Provenance, 'steps'>, path: string): ReadonlyMap<string, Origin> {
  const lines = new Map<string, Set<number>>();
  for (const { layers, locations, kind, root } of steps) {
    const made = layers.at(-1);
    if (made === undefined || kind === 'image' || kind === 'other') continue;
    // A step that made nothing has the layers of the one before it.
    const below = steps.find(({ id }) => id === root)?.layers ?? [];
    if (below.length >= layers.length) continue;
    const known = lines.get(made) ?? new Set();
    for (const { startLine } of locations) known.add(startLine);
    lines.set(made, known);
  }
  const certain = [...lines].flatMap(([digest, [line, ...others]]) =>
    line === undefined || others.length > 0 ? [] : [[digest, { path, line }] as const],
  );
  return new Map(certain);
}
