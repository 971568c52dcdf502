/** What the engine still shows of builds that it has no record of: its build cache, and the histories of its images. */
import { type BuildkitConnection, connectBuildkit, lacksBuildkit } from '../engine/buildkit/connection.ts';
import { buildCache, cacheOverRest } from '../engine/buildkit/pastBuild.ts';
import { type Engine, ownTime } from '../engine/engine.ts';
import { countedOn } from '../engine/imageStore.ts';
import { imageHistory, inspectImage, listImages } from '../engine/images.ts';
import type { Images } from '../language/host.ts';
import type { BuildCacheStep, ImageHistory } from '../language/sizes/sources.ts';
import { fields, strings } from '../util/json.ts';
import { ProblemError } from '../util/problemError.ts';
import { createLookup } from './lookup.ts';

export interface BuildTraces extends Pick<Images, 'buildCache' | 'imageHistories' | 'onDidChange'> {
  /** Another engine is asked from now on. */
  forget(): void;
  dispose(): void;
}

/** The newest are looked into; nobody's Dockerfile made all the others. */
const mostImages = 40;
const askedAtOnce = 4;

export function createBuildTraces(
  engine: Pick<Engine, 'json' | 'stream' | 'dial' | 'onDidChange' | 'status' | 'knownStatus'>,
  now: () => number = Date.now,
): BuildTraces {
  const listeners = new Set<() => void>();
  const onChange = () => {
    for (const listener of [...listeners]) listener();
  };
  /** An image's history never changes. */
  const byId = new Map<string, Omit<ImageHistory, 'tags' | 'counted'>>();

  async function histories(signal: AbortSignal): Promise<readonly ImageHistory[]> {
    const [all, counted] = await Promise.all([listImages(engine, signal), countedOn(engine, signal)]);
    const images = all
      .filter(({ tags }) => tags.length > 0)
      .sort((a, b) => b.created - a.created)
      .slice(0, mostImages);
    const wanted = new Set(images.map(({ id }) => id));
    for (const id of byId.keys()) if (!wanted.has(id)) byId.delete(id);
    const queue = [...wanted].filter((id) => !byId.has(id));
    const work = async () => {
      for (let id = queue.pop(); id !== undefined; id = queue.pop()) {
        const history = await historyOf(engine, id, signal);
        if (history) byId.set(id, history);
      }
    };
    await Promise.all(Array.from({ length: askedAtOnce }, work));
    return images.flatMap(({ id, tags }) => {
      const history = byId.get(id);
      return history === undefined ? [] : [{ ...history, tags, ...(counted !== 'files' && { counted }) }];
    });
  }

  const ownCache = async (signal: AbortSignal) => {
    const records = await cacheOf(engine, signal);
    return records.map((record) => ({ ...record, createdAt: ownTime(engine, record.createdAt) }));
  };
  const cache = createLookup({ ask: ownCache, subject: 'build cache', now, onChange });
  const images = createLookup({ ask: histories, subject: 'images', now, onChange });
  const stopListening = engine.onDidChange((what) => {
    if (what.includes('builds') || what.includes('images') || what.includes('status')) cache.again();
    if (what.includes('images') || what.includes('status')) images.again();
  });
  return {
    buildCache: cache.current,
    imageHistories: images.current,
    onDidChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    forget() {
      cache.forget();
      images.forget();
      byId.clear();
    },
    dispose() {
      stopListening();
      cache.dispose();
      images.dispose();
      listeners.clear();
    },
  };
}

/** By BuildKit's own API, else by the engine's, which proxies in front of an engine let through more often. */
async function cacheOf(
  engine: Pick<Engine, 'json' | 'dial' | 'status'>,
  signal: AbortSignal,
): Promise<readonly BuildCacheStep[]> {
  const [records, counted] = await Promise.all([recordsOf(engine, signal), countedOn(engine, signal)]);
  return counted === 'blocks' ? records.map((record) => ({ ...record, packed: true })) : records;
}

async function recordsOf(engine: Pick<Engine, 'json' | 'dial'>, signal: AbortSignal) {
  let connection: BuildkitConnection | undefined;
  try {
    connection = await connectBuildkit(engine, signal);
    return await buildCache(connection, signal);
  } catch (error) {
    if (connection === undefined && lacksBuildkit(error)) return cacheOverRest(engine, signal);
    throw error;
  } finally {
    connection?.close();
  }
}

/** Undefined for an image that went in the meantime. */
async function historyOf(
  engine: Pick<Engine, 'json' | 'stream' | 'dial' | 'knownStatus'>,
  id: string,
  signal: AbortSignal,
): Promise<Omit<ImageHistory, 'tags' | 'counted'> | undefined> {
  try {
    const [inspected, entries] = await Promise.all([
      inspectImage(engine, id, signal),
      imageHistory(engine, id, signal),
    ]);
    const own = entries.map((entry) => ({ ...entry, createdAt: ownTime(engine, entry.createdAt) })).reverse();
    return { id, entries: own, layers: strings(fields(fields(inspected)['RootFS'])['Layers']) };
  } catch (error) {
    if (error instanceof ProblemError && error.problem.kind === 'notFound') return undefined;
    throw error;
  }
}
