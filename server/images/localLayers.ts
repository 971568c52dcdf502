import type { ImageLayers } from '../../common/registry.ts';
import type { Engine } from '../engine/engine.ts';
import { inspectImage, listImages } from '../engine/images.ts';
import { fields, strings } from '../util/json.ts';

/** Which layers the engine holds, by the digest of their unpacked bytes. */
export interface LocalLayers {
  /** From memory; undefined while it is not known, which starts the look-up. */
  current(): ReadonlySet<string> | undefined;
  /** Waits for it, at most `ms`; undefined where it takes longer or there is no engine. */
  soon(ms: number, signal: AbortSignal): Promise<ReadonlySet<string> | undefined>;
  dispose(): void;
}

/** Beyond so many images the look would take longer than it is worth. */
const maximumImages = 500;
const inspectedAtOnce = 4;

export function createLocalLayers(engine: Engine): LocalLayers {
  const lifetime = new AbortController();
  /** An image's layers never change. */
  const layersOfImage = new Map<string, readonly string[]>();
  let known: ReadonlySet<string> | undefined;
  let looking: Promise<void> | undefined;
  const stopListening = engine.onDidChange((what) => {
    if (what.includes('images') || what.includes('status')) known = undefined;
  });

  const look = async (): Promise<void> => {
    const images = (await listImages(engine, lifetime.signal)).slice(0, maximumImages);
    const queue = images.map(({ id }) => id).filter((id) => !layersOfImage.has(id));
    const work = async () => {
      for (let id = queue.pop(); id !== undefined; id = queue.pop()) {
        const { RootFS } = fields(await inspectImage(engine, id, lifetime.signal));
        layersOfImage.set(id, strings(fields(RootFS)['Layers']));
      }
    };
    await Promise.all(Array.from({ length: inspectedAtOnce }, work));
    known = new Set(images.flatMap(({ id }) => layersOfImage.get(id) ?? []));
  };

  const begin = (): Promise<void> => {
    looking ??= look()
      .catch(() => {}) // without an engine nobody knows, which is what is said then
      .finally(() => {
        looking = undefined;
      });
    return looking;
  };

  return {
    current() {
      if (known === undefined) void begin();
      return known;
    },
    async soon(ms, signal) {
      if (known !== undefined) return known;
      const patience = new Promise<void>((resolve) => setTimeout(resolve, ms).unref());
      await Promise.race([begin(), patience]);
      signal.throwIfAborted();
      return known;
    },
    dispose() {
      lifetime.abort();
      stopListening();
    },
  };
}

/** With what of it the engine has; as it was where that is not known. */
export function withLocal(image: ImageLayers, local: ReadonlySet<string> | undefined): ImageLayers {
  if (local === undefined) return image;
  const layers = image.layers.map((layer) =>
    layer.diffId === undefined ? layer : { ...layer, local: local.has(layer.diffId) },
  );
  return { ...image, layers };
}
