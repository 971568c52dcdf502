import { readIgnoreFile } from '../../../common/ignore.ts';
import type { LineEffect } from '../host.ts';

/** What is known of an earlier text, for the patterns of the present one; undefined for those that are new in it. */
export function keptEffects(
  known: { readonly text: string; readonly of: readonly LineEffect[] },
  text: string,
): readonly (LineEffect | undefined)[] {
  if (known.text === text) return known.of;
  const byPattern = new Map(readIgnoreFile(known.text).map((pattern, index) => [pattern, known.of[index]]));
  return readIgnoreFile(text).map((pattern) => byPattern.get(pattern));
}
