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
 * Where the ignore file of a build may be, the first that is there counts. The context is taken for the Dockerfile's folder,
 * or else for the workspace folder. Source: BuildKit's dockerui, which prefers `<Dockerfile>.dockerignore`.
 */
export function ignoreCandidates(dockerfile: string, workspaceFolders: readonly string[]): readonly string[] {
  const folders = new Set([
    dirname(dockerfile),
    workspaceFolderOf(dockerfile, workspaceFolders) ?? dirname(dockerfile),
  ]);
  return [`${dockerfile}.dockerignore`, ...[...folders].map((folder) => join(folder, '.dockerignore'))];
}

/** The innermost one that holds the file. */
function workspaceFolderOf(file: string, workspaceFolders: readonly string[]): string | undefined {
  const holding = workspaceFolders.filter((folder) => {
    const path = relative(folder, file);
    return path !== '' && !/^\.\.(?:[/\\]|$)/.test(path) && !isAbsolute(path);
  });
  return holding.toSorted((a, b) => b.length - a.length)[0];
}
