import { readFile, stat } from 'node:fs/promises';
import { LRUCache } from 'lru-cache';
import pLimit from 'p-limit';
import type { AnalyzedLayer } from '../../../common/layers.ts';
import { type BuildxWorld, buildxPaths } from '../../engine/buildkit/buildxRefs.ts';
import { type BuildkitConnection, connectBuildkit } from '../../engine/buildkit/connection.ts';
import { dockerfileAttr } from '../../engine/buildkit/dockerfileAttr.ts';
import { methods } from '../../engine/buildkit/methods.ts';
import { type HistoryRecord, imageIdsOf, layersAsKept, provenanceOf } from '../../engine/buildkit/pastBuild.ts';
import { milliseconds } from '../../engine/buildkit/proto.ts';
import type { Provenance } from '../../engine/buildkit/provenance.ts';
import type { Transport } from '../../engine/transport.ts';
import { isAbort, problemOf } from '../../util/problemError.ts';
import type { InspectedImage } from './engineImage.ts';

export type Origin = NonNullable<AnalyzedLayer['origin']>;

/**
 * The lines of Dockerfiles that made the layers of an image, by the layers' digests, as far as the engine remembers its build. Empty
 * where it remembers none, keeps no such memory or does not say in time: it is an extra, and never why an analysis fails.
 */
export type LayerOrigins = (
  image: Pick<InspectedImage, 'id' | 'diffIds'>,
  signal: AbortSignal,
) => Promise<ReadonlyMap<string, Origin>>;

export interface LayerOriginsOptions extends BuildxWorld {
  readonly log: { info(event: string, data?: Readonly<Record<string, unknown>>): void };
}

const patienceMs = 3000;
const maximumDockerfile = 1 << 20;
/** Over the one connection. */
const readsAtATime = 8;

/** Unlike the builds of open Dockerfiles it asks once, about one image, and follows nothing. */
export function createLayerOrigins(
  engine: Pick<Transport, 'dial'>,
  { env, home, log }: LayerOriginsOptions,
): LayerOrigins {
  const some = pLimit(readsAtATime);
  /** By the build's ref: what a finished build made stays what it is. */
  const made = new LRUCache<string, readonly string[]>({ max: 200 });
  async function idsOf(connection: BuildkitConnection, record: HistoryRecord, signal: AbortSignal) {
    const ids = made.get(record.Ref) ?? (await imageIdsOf(connection, record, signal));
    made.set(record.Ref, ids);
    return ids;
  }

  return async ({ id, diffIds }, signal) => {
    const patience = AbortSignal.any([signal, AbortSignal.timeout(patienceMs)]);
    let connection: BuildkitConnection | undefined;
    try {
      const open = await connectBuildkit(engine, patience);
      connection = open;
      const records = await finishedBuilds(open, patience);
      const refs = records.map(({ Ref }) => Ref);
      const paths = await buildxPaths(refs, { env, home });
      const local = records.flatMap((record) => {
        const path = record.FrontendAttrs[dockerfileAttr] ?? paths.get(record.Ref)?.dockerfile;
        return path === undefined ? [] : [{ record, path }];
      });
      const ids = await Promise.all(local.map(({ record }) => some(() => idsOf(open, record, patience))));
      for (const { record, path } of local.filter((_, index) => ids[index]?.includes(id))) {
        const provenance = await provenanceOf(open, record, patience);
        const now = await readDockerfile(path);
        if (provenance !== undefined && now !== undefined)
          return await byDiffIds(asTheFileIs(originsIn(provenance, path), provenance, now), diffIds, () =>
            layersAsKept(open, id, patience),
          );
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

/** Where the engine keeps layers packed its builds name them by what they are then: the same layers, in the same order. */
async function byDiffIds(
  origins: ReadonlyMap<string, Origin>,
  diffIds: readonly string[],
  asKept: () => Promise<readonly string[]>,
): Promise<ReadonlyMap<string, Origin>> {
  if (origins.size === 0 || diffIds.some((diffId) => origins.has(diffId))) return origins;
  const kept = await asKept();
  if (kept.length !== diffIds.length) return new Map();
  return new Map(
    diffIds.flatMap((diffId, index) => {
      const origin = origins.get(kept[index] ?? '');
      return origin === undefined ? [] : [[diffId, origin] as const];
    }),
  );
}

/** The latest first: of several builds of one image the file as it was built last is the nearest to what it is now. */
async function finishedBuilds(connection: BuildkitConnection, signal: AbortSignal): Promise<readonly HistoryRecord[]> {
  const found: HistoryRecord[] = [];
  const events = connection.stream<{ readonly record: HistoryRecord | null }>(
    methods.history,
    { EarlyExit: true },
    signal,
  );
  for await (const { record } of events) if (record?.CompletedAt && !record.error) found.push(record);
  return found.sort((a, b) => endOf(b) - endOf(a));
}

const endOf = ({ CompletedAt, CreatedAt }: HistoryRecord): number => milliseconds(CompletedAt ?? CreatedAt);

/** Undefined where it is gone, or nothing that a Dockerfile could be: the path is what the engine says. */
async function readDockerfile(path: string): Promise<string | undefined> {
  try {
    const found = await stat(path);
    return found.isFile() && found.size <= maximumDockerfile ? await readFile(path, 'utf8') : undefined;
  } catch {
    return undefined; // not here, or not ours
  }
}

/** Where the lines stand in the file as it is: what was edited, or stands there twice by now, is left out. */
export function asTheFileIs(
  origins: ReadonlyMap<string, Origin>,
  { dockerfile }: Pick<Provenance, 'dockerfile'>,
  now: string,
): ReadonlyMap<string, Origin> {
  const built = dockerfile.split(/\r?\n/);
  const lines = now.split(/\r?\n/);
  const found = new Map<string, Origin>();
  for (const [digest, { path, line }] of origins) {
    const text = built[line] ?? '';
    const same = lines.flatMap((other, index) => (other === text ? [index] : []));
    const at = lines[line] === text ? line : same.length === 1 ? same[0] : undefined;
    if (at !== undefined) found.set(digest, { path, line: at });
  }
  return found;
}

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
