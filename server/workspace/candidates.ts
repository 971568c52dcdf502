import { dirname, isAbsolute, join, relative } from 'node:path';

/**
 * Where .hadolint.yaml of a Dockerfile may be, the nearest first: its own folder and those above it, up to the workspace
 * folder that holds it. Without one only its own folder is looked into. hadolint itself looks where it is started.
 */
export function hadolintCandidates(dockerfile: string, workspaceFolders: readonly string[]): readonly string[] {
  const own = dirname(dockerfile);
  const top = workspaceFolderOf(dockerfile, workspaceFolders) ?? own;
  const folders = [own];
  for (let folder = own; relative(top, folder) !== '' && folder !== dirname(folder); folder = dirname(folder))
    folders.push(dirname(folder));
  return folders.flatMap((folder) => ['.hadolint.yaml', '.hadolint.yml'].map((name) => join(folder, name)));
}

/**
 * Folders that may be the build context of a Dockerfile of which nothing else is known: its own, then the workspace folder. The
 * first with a .dockerignore counts for it.
 */
export function contextCandidates(dockerfile: string, workspaceFolders: readonly string[]): readonly string[] {
  const own = dirname(dockerfile);
  return [...new Set([own, workspaceFolderOf(dockerfile, workspaceFolders) ?? own])];
}

/**
 * Where the ignore file of a build may be, the first that is there counts.
 * Source: BuildKit's dockerui, which prefers `<Dockerfile>.dockerignore`.
 */
export function ignoreCandidates(dockerfile: string, workspaceFolders: readonly string[]): readonly string[] {
  const folders = contextCandidates(dockerfile, workspaceFolders);
  return [ownIgnoreFile(dockerfile), ...folders.map((folder) => join(folder, '.dockerignore'))];
}

/** Holds for this Dockerfile alone, in place of the context's .dockerignore. */
export const ownIgnoreFile = (dockerfile: string): string => `${dockerfile}.dockerignore`;

/** The innermost one that holds the file. */
function workspaceFolderOf(file: string, workspaceFolders: readonly string[]): string | undefined {
  const holding = workspaceFolders.filter((folder) => {
    const path = relative(folder, file);
    return path !== '' && !/^\.\.(?:[/\\]|$)/.test(path) && !isAbsolute(path);
  });
  return holding.toSorted((a, b) => b.length - a.length)[0];
}
