import type { AnalyzedLayer, ImageAnalysis } from '../../../common/layers.ts';
import type { Platform } from '../../../common/platform.ts';
import { path } from '../../engine/apiPath.ts';
import type { Engine } from '../../engine/engine.ts';
import { inspectImage, toImageConfig } from '../../engine/images.ts';
import type { Transport } from '../../engine/transport.ts';
import { instructionOf } from '../../registries/instruction.ts';
import { array, fields, strings, text } from '../../util/json.ts';
import { readInWorker } from './inWorker.ts';
import type { LayerTrees } from './layerTrees.ts';
import type { LayerSums } from './stack.ts';
import type { ReadImage } from './task.ts';

/** What the engine says at once of an image that is to be analyzed. */
export interface InspectedImage {
  readonly id: string;
  readonly platform: Platform;
  /** Of its layers, in order. */
  readonly diffIds: readonly string[];
  /** By the engine's word, whatever it counts. */
  readonly bytes: number;
}

/** An image's analysis without what may change: its name, and whether the engine remembers its build. */
export interface Analyzed {
  readonly image: Omit<ImageAnalysis, 'name'>;
  readonly trees: LayerTrees;
}

/** Throws ProblemError. */
export async function inspectForAnalysis(
  engine: Pick<Transport, 'json'>,
  reference: string,
  signal: AbortSignal,
): Promise<InspectedImage> {
  const inspected = await inspectImage(engine, reference, signal);
  const { id, platform, bytes } = toImageConfig(inspected, reference);
  const diffIds = strings(fields(fields(inspected)['RootFS'])['Layers']);
  return { id, platform, diffIds, bytes: Number.isSafeInteger(bytes) && bytes > 0 ? bytes : 0 };
}

/** Reads all of the image. `onBytes` is told how many bytes were read until now. Throws ProblemError. */
export async function analyzeEngineImage(
  engine: Pick<Engine, 'json' | 'address'>,
  { id, platform, diffIds }: InspectedImage,
  subject: string,
  onBytes: (bytes: number) => void,
  signal: AbortSignal,
): Promise<Analyzed> {
  const history = historyOf(engine, id, signal);
  const address = await engine.address(signal);
  const read = await readInWorker({ kind: 'read', address, id, diffIds, subject }, onBytes, signal);
  const layers = layersOf(read, diffIds, await history);
  const bytes = layers.reduce((sum, layer) => sum + layer.bytes, 0);
  return { image: { id, source: 'engine', platform, bytes, layers, files: read.files }, trees: read.trees };
}

/** The engine's own history, the base first; undefined where it has none to tell: then the files say what there is. */
async function historyOf(
  engine: Pick<Transport, 'json'>,
  id: string,
  signal: AbortSignal,
): Promise<readonly number[] | undefined> {
  try {
    const answer = await engine.json({ method: 'GET', path: path`/images/${id}/history` }, signal);
    return Array.isArray(answer) ? answer.map((entry) => Number(fields(entry)['Size'])).reverse() : undefined;
  } catch {
    return undefined; // whoever waits hears of an engine that is gone by what it was to hand over
  }
}

function layersOf(
  { config, sums }: ReadImage,
  diffIds: readonly string[],
  counted: readonly number[] | undefined,
): readonly AnalyzedLayer[] {
  const history = array(config['history']).map(fields);
  const isLayer = ({ empty_layer }: ReturnType<typeof fields>) => empty_layer !== true;
  const made = history.filter(isLayer);
  // Where there are not as many entries as layers, nobody can say which is whose.
  const isCertain = made.length === diffIds.length;
  const bytes = counted?.length === history.length ? counted.filter((_, index) => isLayer(history[index] ?? {})) : [];
  return sums.map((sum, index): AnalyzedLayer => {
    const { created_by, created } = isCertain ? (made[index] ?? {}) : {};
    const createdBy = instructionOf(text(created_by));
    const at = Date.parse(text(created));
    return {
      digest: diffIds[index] ?? '',
      bytes: bytesOf(sum, isCertain ? bytes[index] : undefined),
      ...(createdBy !== '' && { createdBy }),
      ...(at > 0 && { created: at }),
      counts: { added: sum.added, changed: sum.changed, removed: sum.removed },
    };
  });
}

/**
 * What the files have in bytes. Docker counts in a layer that it was handed (pulled, loaded, imported) also the lengths of symbolic
 * links' targets, and says so in its history: where that explains its figure to the byte, it is the engine's that is shown. Others
 * count blocks or the archive. Source: moby daemon/graphdriver/overlay2, ApplyDiff; pkg/directory.
 */
function bytesOf({ bytes, linkBytes }: LayerSums, counted: number | undefined): number {
  return counted === bytes + linkBytes ? counted : bytes;
}
