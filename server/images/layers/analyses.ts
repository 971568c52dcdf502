import { LRUCache } from 'lru-cache';
import type { AnalyzedLayer, ImageAnalysis, LayerComparison, LayerEntry } from '../../../common/layers.ts';
import type { Engine } from '../../engine/engine.ts';
import type { Wanted } from '../../registries/chooseImage.ts';
import { compareImages } from '../../registries/compare.ts';
import type { Registries } from '../../registries/registries.ts';
import { Cache } from '../../util/cache.ts';
import { ProblemError } from '../../util/problemError.ts';
import { compareAnalyses } from './compareAnalyses.ts';
import { type Analyzed, analyzeEngineImage, type InspectedImage, inspectForAnalysis } from './engineImage.ts';
import { findEntries } from './findEntries.ts';
import { compareInWorker } from './inWorker.ts';
import type { KeptAnalyses } from './keptAnalyses.ts';
import type { LayerOrigins, Origin } from './layerOrigins.ts';
import { entriesIn } from './layerTrees.ts';
import { analyzeRegistryImage, registryAnalysis } from './registryImage.ts';

/** What images are made of, by their layers. All throw ProblemError. */
export interface Analyses {
  analyze(question: AnalyzeQuestion, onProgress: OnProgress, signal: AbortSignal): Promise<ImageAnalysis>;
  /** Of an image of the engine that was analyzed before. */
  files(id: string, layer: number, folder: string): Promise<readonly LayerEntry[]>;
  /** What has a text in its name, below a folder: {@link findEntries}. */
  find(id: string, layer: number, folder: string, text: string, signal: AbortSignal): Promise<readonly LayerEntry[]>;
  compare(question: CompareQuestion, onProgress: OnProgress, signal: AbortSignal): Promise<LayerComparison>;
  /** Bytes of an image of the engine that nobody sees in it, where it was analyzed. From memory, and looks at what is kept. */
  wasted(id: string): number | undefined;
  /** {@link wasted} has another answer for some image. Returns how to stop listening. */
  onDidChange(listener: () => void): () => void;
  /** Resolves when what was read is handed to be kept. Never rejects. */
  flush(): Promise<void>;
}

export interface AnalyzeQuestion {
  readonly reference: string;
  readonly source: 'engine' | 'registry';
  /** Of a registry's image. */
  readonly platform?: Wanted | undefined;
}

export interface CompareQuestion extends Omit<AnalyzeQuestion, 'reference'> {
  readonly first: string;
  readonly second: string;
}

/** How many bytes were read, of how many the engine says there are; it may be a little more than that. */
export type OnProgress = (current: number, total: number) => void;

export interface AnalysesOptions {
  readonly engine: Pick<Engine, 'json' | 'address'>;
  readonly registries: Registries;
  readonly kept: KeptAnalyses;
  readonly origins: LayerOrigins;
}

/** Images of which it is known what they waste, or that nobody knows. */
const maximumWasted = 200;
/** Kept ready; the rest is read from the disk. */
const maximumAnalyses = 6;

export function createAnalyses({ engine, registries, kept, origins }: AnalysesOptions): Analyses {
  const analyses = new Cache<Analyzed>({ ttlMs: Number.POSITIVE_INFINITY, maximum: maximumAnalyses });
  /** Who wants to hear how the reading of an image goes on, by its id. */
  const listeners = new Map<string, Set<OnProgress>>();
  const writes = new Set<Promise<void>>();
  const wasted = new LRUCache<string, { readonly bytes: number | undefined }>({ max: maximumWasted });
  const changed = new Set<() => void>();

  function tellWasted({ image }: Analyzed): void {
    wasted.set(image.id, { bytes: image.files?.reclaimableBytes });
    for (const listener of changed) listener();
  }

  async function load(image: InspectedImage, reference: string, signal: AbortSignal): Promise<Analyzed> {
    const before = await kept.read(image.id);
    if (before !== undefined && isOf(before, image)) return before;
    signal.throwIfAborted();
    const onBytes = (current: number) => {
      for (const listener of listeners.get(image.id) ?? []) listener(current, Math.max(current, image.bytes));
    };
    const analyzed = await analyzeEngineImage(engine, image, reference, onBytes, signal);
    tellWasted(analyzed);
    const writing = kept.write(analyzed).catch(() => {}); // the folder says itself what kept it from being written
    writes.add(writing);
    void writing.then(() => writes.delete(writing));
    return analyzed;
  }

  async function read(image: InspectedImage, reference: string, onProgress: OnProgress, signal: AbortSignal) {
    const last = analyses.last(image.id);
    if (last !== undefined && !isOf(last.value, image)) analyses.forget((id) => id === image.id);
    const listening = listeners.get(image.id) ?? new Set();
    listeners.set(image.id, listening.add(onProgress));
    try {
      return (await analyses.get(image.id, (flight) => load(image, reference, flight), signal)).value;
    } finally {
      listening.delete(onProgress);
      if (listening.size === 0) listeners.delete(image.id);
    }
  }

  async function known(id: string): Promise<Analyzed> {
    const found = analyses.last(id)?.value ?? (await kept.read(id));
    if (found !== undefined) return found;
    const message = 'This image is not analyzed, or no longer.';
    throw new ProblemError({ kind: 'notFound', subject: id, message, next: 'Analyze its layers again.' });
  }

  return {
    async analyze({ reference, source, platform }, onProgress, signal) {
      if (source === 'registry') return analyzeRegistryImage(registries, reference, platform, signal);
      const inspected = await inspectForAnalysis(engine, reference, signal);
      const [{ image }, lines] = await Promise.all([
        read(inspected, reference, onProgress, signal),
        origins(inspected, signal),
      ]);
      return { ...image, name: reference, layers: withOrigins(image.layers, lines) };
    },
    async files(id, layer, folder) {
      const { trees } = await known(id);
      return entriesIn(trees, layer, folder) ?? noFolder(id, layer, folder);
    },
    async find(id, layer, folder, text, signal) {
      const { trees } = await known(id);
      return (await findEntries(trees, layer, folder, text, signal)) ?? noFolder(id, layer, folder);
    },
    async compare({ first, second, source, platform }, onProgress, signal) {
      if (source === 'registry') {
        const compared = await compareImages(registries, first, second, platform, signal);
        const [one, other] = [registryAnalysis(compared.first, first), registryAnalysis(compared.second, second)];
        return { ...compareAnalyses(one, other), downloadBytes: compared.downloadBytes };
      }
      // One after the other: an engine has one disk, and progress one bar.
      const inspectedFirst = await inspectForAnalysis(engine, first, signal);
      const inspectedSecond = await inspectForAnalysis(engine, second, signal);
      const [{ bytes: before }, { bytes: after }] = [inspectedFirst, inspectedSecond];
      const one = await read(inspectedFirst, first, (current, total) => onProgress(current, total + after), signal);
      const andThen: OnProgress = (current, total) => onProgress(before + current, before + total);
      const other = await read(inspectedSecond, second, andThen, signal);
      const files = await compareInWorker(
        { kind: 'compare', first: one.trees, second: other.trees, subject: second },
        signal,
      );
      return compareAnalyses({ ...one.image, name: first }, { ...other.image, name: second }, files);
    },
    wasted(id) {
      const known = wasted.get(id);
      if (known !== undefined) return known.bytes;
      wasted.set(id, { bytes: undefined });
      void kept.read(id).then((found) => found && tellWasted(found));
      return undefined;
    },
    onDidChange(listener) {
      changed.add(listener);
      return () => changed.delete(listener);
    },
    async flush() {
      await Promise.all(writes);
    },
  };
}

/** With containerd's store an id is an index's, and which of its images is meant changes when another platform is pulled. */
function isOf({ image: { layers } }: Analyzed, { diffIds }: InspectedImage): boolean {
  return layers.length === diffIds.length && layers.every(({ digest }, index) => digest === diffIds[index]);
}

function noFolder(subject: string, layer: number, folder: string): never {
  const message = `Layer ${layer} has no folder ${folder.slice(0, 200)}.`;
  throw new ProblemError({ kind: 'notFound', subject, message });
}

function withOrigins(layers: readonly AnalyzedLayer[], lines: ReadonlyMap<string, Origin>): readonly AnalyzedLayer[] {
  return layers.map((layer) => {
    const origin = lines.get(layer.digest);
    return origin === undefined ? layer : { ...layer, origin };
  });
}
