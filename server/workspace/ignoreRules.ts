import { type PatternMatcher, patternMatcher, readIgnoreFile } from '../../common/ignore.ts';
import type { SmallFile } from './smallFile.ts';

/** More, and trying them on every source in a Dockerfile would be felt while typing. */
const maxPatterns = 1000;

/**
 * Undefined for rules that moby refuses, and with them the build, and for some that nobody writes and that are slow to try:
 * what they leave out is then not known.
 */
export function readIgnore({ text }: SmallFile): PatternMatcher | undefined {
  const patterns = readIgnoreFile(text ?? '');
  const slow = patterns.some((pattern) => pattern.includes('[') && (pattern.match(/\*/g) ?? []).length > 4);
  if (text === undefined || slow || patterns.length > maxPatterns) return undefined;
  try {
    return patternMatcher(patterns);
  } catch {
    return undefined; // only MalformedPattern is thrown
  }
}
