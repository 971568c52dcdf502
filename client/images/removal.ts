import type { ImageValue } from './nodes.ts';

/** What to name to the engine to remove what was chosen, once each: tags by reference, images without one by id. */
export function removalsOf(values: readonly ImageValue[]): readonly string[] {
  const references = values.flatMap((value) =>
    value.kind === 'repository' ? value.tags.map(({ reference }) => reference) : [value.reference],
  );
  return [...new Set(references)];
}
