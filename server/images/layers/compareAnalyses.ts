import type { AnalyzedLayer, FileDifference, ImageAnalysis, LayerComparison } from '../../../common/layers.ts';

/** Two images layer by layer. `files` where those of both are known. */
export function compareAnalyses(
  first: ImageAnalysis,
  second: ImageAnalysis,
  files?: readonly FileDifference[],
): LayerComparison {
  const shared = sharedFromTheBase(first.layers, second.layers);
  return {
    ...{ first, second },
    sharedLayers: shared,
    sharedBytes: second.layers.slice(0, shared).reduce((sum, { bytes }) => sum + bytes, 0),
    ...(files !== undefined && { files }),
  };
}

/** Beyond the first that differs the same digest means nothing: what it changes is something else. */
function sharedFromTheBase(first: readonly AnalyzedLayer[], second: readonly AnalyzedLayer[]): number {
  const differs = first.findIndex(({ digest }, index) => second[index]?.digest !== digest);
  return differs < 0 ? first.length : differs;
}
