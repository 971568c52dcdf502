import type { ImageLayers } from '../../common/registry.ts';
import type { Engine } from '../engine/engine.ts';
import { inspectImage, listImages } from '../engine/images.ts';
import { fields, strings } from '../util/json.ts';
import { ProblemError } from '../util/problemError.ts';
import { untilAborted } from '../util/signal.ts';

/** Which layers the engine holds, by the digest of their unpacked bytes. */
export interface LocalLayers {
  /** Waits for it, at most `ms`; undefined where it takes longer, nobody waits any more, or there is no engine. Never rejects. */
  soon(ms: number, signal: AbortSignal): Promise<ReadonlySet<string> | undefined>;
  dispose(): void;
}

/** Beyond so many images the look would take longer than it is worth. */
const maximumImages = 500;
const inspectedAtOnce = 4;
/** An engine that changes all the time, or is gone, is not asked for ever. */
const maximumLooks = 5;

export function createLocalLayers(engine: Engine): LocalLayers {
  const lifetime = new AbortController();
  /** An image's layers never change. */
  const layersOfImage = new Map<string, readonly string[]>();
  let known: ReadonlySet<string> | undefined;
  let looking: Promise<void> | undefined;
  /** How often what was known went out of date: a look that was begun before tells of the past. */
  let changes = 0;
  const stopListening = engine.onDidChange((what) => {
    if (!what.includes('images') && !what.includes('status')) return;
    changes += 1;
    known = undefined;
    looking = undefined;
  });

  const look = async (): Promise<void> => {
    const begunAt = changes;
    const images = (await listImages(engine, lifetime.signal)).slice(0, maximumImages);
    const ids = new Set(images.map(({ id }) => id));
    for (const id of layersOfImage.keys()) if (!ids.has(id)) layersOfImage.delete(id);
    const queue = [...ids].filter((id) => !layersOfImage.has(id));
    const work = async () => {
      for (let id = queue.pop(); id !== undefined; id = queue.pop()) {
        const layers = await layersOf(engine, id, lifetime.signal);
        if (layers !== undefined) layersOfImage.set(id, layers);
      }
    };
    await Promise.all(Array.from({ length: inspectedAtOnce }, work));
    if (begunAt === changes) known = new Set([...ids].flatMap((id) => layersOfImage.get(id) ?? []));
  };

  const begin = (): Promise<void> => {
    if (looking !== undefined) return looking;
    const begun: Promise<void> = look()
      .catch(() => {}) // without an engine nobody knows, which is what is said then
      .finally(() => {
        if (looking === begun) looking = undefined;
      });
    looking = begun;
    return begun;
  };

  return {
    async soon(ms, signal) {
      if (known !== undefined || signal.aborted) return known;
      const patience = AbortSignal.any([signal, AbortSignal.timeout(ms)]);
      // A change amid the look makes it begin anew; whoever waits no longer takes what there is.
      for (let looked = 0; known === undefined && looked < maximumLooks && !patience.aborted; looked++) {
        await untilAborted(begin(), patience).catch(() => {});
      }
      return known;
    },
    dispose() {
      lifetime.abort();
      stopListening();
    },
  };
}

/** Undefined for an image that went in the meantime. */
async function layersOf(engine: Engine, id: string, signal: AbortSignal): Promise<readonly string[] | undefined> {
  try {
    return strings(fields(fields(await inspectImage(engine, id, signal))['RootFS'])['Layers']);
  } catch (error) {
    if (error instanceof ProblemError && error.problem.kind === 'notFound') return undefined;
    throw error;
  }
}

/** With what of it the engine has; as it was where that is not known. */
export function withLocal(image: ImageLayers, local: ReadonlySet<string> | undefined): ImageLayers {
  if (local === undefined) return image;
  const layers = image.layers.map((layer) =>
    layer.diffId === undefined ? layer : { ...layer, local: local.has(layer.diffId) },
  );
  return { ...image, layers };
}
