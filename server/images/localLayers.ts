import { createHash } from 'node:crypto';
import type { ImageLayers } from '../../common/registry.ts';
import type { Engine } from '../engine/engine.ts';
import { inspectImage, listImages } from '../engine/images.ts';
import { fields, strings, text } from '../util/json.ts';
import { ProblemError } from '../util/problemError.ts';
import { untilAborted } from '../util/signal.ts';

/**
 * Names of the layers that the engine would not fetch again: of engines that keep layers by what is below them, the chains that
 * they have, as {@link chainsOf} names them; of others, the digests of the unpacked bytes.
 */
export type HeldLayers = ReadonlySet<string>;

/** What the engine holds of layers, asked for when somebody wants to know. */
export interface LocalLayers {
  /** Waits for it, at most `ms`; undefined where it takes longer, nobody waits any more, or there is no engine. Never rejects. */
  soon(ms: number, signal: AbortSignal): Promise<HeldLayers | undefined>;
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
  let known: HeldLayers | undefined;
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
    const { RootFS, GraphDriver } = fields(await inspectImage(engine, id, signal));
    const layers = strings(fields(RootFS)['Layers']);
    return byChain.has(text(fields(GraphDriver)['Name'])) ? chainsOf(layers) : layers;
  } catch (error) {
    if (error instanceof ProblemError && error.problem.kind === 'notFound') return undefined;
    throw error;
  }
}

/**
 * Docker's own stores, which fetch a layer anew where they have it on other layers only. What keeps blobs as they came, or copies a
 * layer to where it is wanted (containerd's store, Podman), has other names here. Source: Download in moby's
 * distribution/xfer/download.go.
 */
const byChain: ReadonlySet<string> = new Set(['overlay2', 'fuse-overlayfs', 'aufs', 'devicemapper', 'windowsfilter']);

/** For each layer the name of all up to it. Source: OCI image-spec, config.md, "Layer ChainID". */
function chainsOf(layers: readonly string[]): readonly string[] {
  let chain = '';
  return layers.map((layer) => {
    chain = chain === '' ? layer : `sha256:${createHash('sha256').update(`${chain} ${layer}`).digest('hex')}`;
    return `chain ${chain}`;
  });
}

/** With what of it the engine has; as it was where that is not known. */
export function withLocal(image: ImageLayers, local: HeldLayers | undefined): ImageLayers {
  if (local === undefined) return image;
  const chains = chainsOf(image.layers.map(({ diffId = '?' }) => diffId));
  const layers = image.layers.map((layer, index) =>
    layer.diffId === undefined ? layer : { ...layer, local: local.has(layer.diffId) || local.has(chains[index]!) },
  );
  return { ...image, layers };
}
