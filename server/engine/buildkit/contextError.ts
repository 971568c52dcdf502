import { MalformedPattern, type PatternMatcher, patternMatcher } from '../../../common/ignore.ts';
import { ProblemError } from '../../util/problemError.ts';

/** Whether a path (or a folder on the way to it) is not there, or no longer. */
export function isMissing(error: unknown): boolean {
  const code = (error as NodeJS.ErrnoException | undefined)?.code;
  return code === 'ENOENT' || code === 'ENOTDIR';
}

/** A file of the build context that cannot be read, as a problem with its path. */
export function unreadable(path: string, cause: unknown): ProblemError {
  const code = (cause as NodeJS.ErrnoException | undefined)?.code;
  const reason =
    code === 'EACCES' || code === 'EPERM'
      ? 'permission denied'
      : cause instanceof Error
        ? cause.message
        : String(cause);
  return new ProblemError(
    {
      kind: 'buildFailed',
      subject: path,
      message: `"${path}" in the build context cannot be read: ${reason}.`,
      next: 'Make it readable, or leave it out with .dockerignore.',
    },
    cause,
  );
}

/** A file that was there when it was listed and is gone or replaced when its content is wanted. */
export function changedMeanwhile(path: string, cause?: unknown): ProblemError {
  return new ProblemError(
    {
      kind: 'buildFailed',
      subject: path,
      message: `"${path}" in the build context changed while it was being sent.`,
      next: 'Build again; if it keeps changing, leave it out with .dockerignore.',
    },
    cause,
  );
}

/** {@link patternMatcher} for .dockerignore's patterns. Throws ProblemError naming the one that is malformed. */
export function ignoreMatcher(patterns: readonly string[]): PatternMatcher {
  try {
    return patternMatcher(patterns);
  } catch (error) {
    if (!(error instanceof MalformedPattern)) throw error;
    const next = 'Correct or remove that line.';
    throw new ProblemError({ kind: 'buildFailed', subject: '.dockerignore', message: error.message, next }, error);
  }
}
