import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { hasWildcards } from '../../common/fileMatch.ts';
import {
  cleanPath,
  MalformedPattern,
  type PatternMatcher,
  patternMatcher,
  readIgnoreFile,
} from '../../common/ignore.ts';
import { realPath } from '../util/contextPlace.ts';
import { ProblemError } from '../util/problemError.ts';
import { contextCandidates, ownIgnoreFile } from '../workspace/candidates.ts';
import { readIgnore } from '../workspace/ignoreRules.ts';
import { maxBytes, readSmallFile, type SmallFile } from '../workspace/smallFile.ts';

export interface BuildContext {
  /** An absolute path, without links. */
  readonly root: string;
  /** The same as it was named. */
  readonly folder: string;
  readonly ignoreFile: (SmallFile & { readonly path: string }) | undefined;
}

export interface Hints {
  readonly workspaceFolders: readonly string[];
  /** The context that it was last built with. */
  readonly built: string | undefined;
  /** Of its COPY and ADD. */
  readonly sources: readonly string[];
}

/**
 * The build context of a Dockerfile, which the file does not say: what it was last built with; else the first candidate with a
 * .dockerignore; else the one that has most of its sources, its own folder where that does not tell them apart.
 * Throws as node:fs does for an ignore file that cannot be read.
 */
export async function contextOf(
  dockerfile: string,
  { workspaceFolders, built, sources }: Hints,
): Promise<BuildContext> {
  const own = await ignoreFileAt(ownIgnoreFile(dockerfile));
  const candidates = built === undefined ? contextCandidates(dockerfile, workspaceFolders) : [built];
  for (const root of candidates) {
    const ignoreFile = await ignoreFileAt(join(root, '.dockerignore'));
    if (ignoreFile) return { root: realPath(root), folder: root, ignoreFile: own ?? ignoreFile };
  }
  const found = candidates.map((root) => sources.filter((source) => existsSync(join(root, fixedPart(source)))).length);
  const root = candidates[found.indexOf(Math.max(...found))]!;
  return { root: realPath(root), folder: root, ignoreFile: own };
}

/** Undefined where everything is let in. Throws ProblemError for rules that a build refuses, and for some that take too long to try. */
export function ignoreRules({ ignoreFile }: BuildContext): PatternMatcher | undefined {
  if (ignoreFile === undefined) return undefined;
  const matcher = readIgnore(ignoreFile);
  if (matcher) return matcher.patterns.length === 0 ? undefined : matcher;
  const subject = ignoreFile.path;
  const next = 'Correct or remove that line.';
  try {
    patternMatcher(readIgnoreFile(ignoreFile.text ?? ''));
  } catch (error) {
    if (error instanceof MalformedPattern)
      throw new ProblemError({ kind: 'buildFailed', subject, message: error.message, next }, error);
    throw error;
  }
  const message = 'It is too long, or its patterns are too slow to try on every file.';
  throw new ProblemError({ kind: 'unsupported', subject, message });
}

async function ignoreFileAt(path: string): Promise<BuildContext['ignoreFile']> {
  const file = await readSmallFile(path, maxBytes);
  return file && { ...file, path };
}

function fixedPart(source: string): string {
  const parts = cleanPath(`/${source}`).split('/');
  const wild = parts.findIndex(hasWildcards);
  return (wild < 0 ? parts : parts.slice(0, wild)).join('/');
}
