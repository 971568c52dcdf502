import { type PatternMatcher, patternMatcher, readIgnoreFile } from '../../common/ignore.ts';
import { type HadolintFile, readHadolintFile } from './hadolintFile.ts';
import type { SmallFile } from './smallFile.ts';

/** Larger files are not what their name says, and not read. */
export const maxBytes = 64 * 1024;

/** What a .hadolint.yaml says; one that is too large says nothing, and that this is so. */
export async function readHadolint({ text }: SmallFile): Promise<HadolintFile> {
  const file = await readHadolintFile(text ?? '');
  if (text !== undefined) return file;
  const start = { line: 0, character: 0 };
  const message = `This file is larger than ${maxBytes / 1024} KiB, so Gantry goes on without it.`;
  return { ...file, problems: [{ range: { start, end: start }, message, severity: 'error' }] };
}

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
