/** Names around a build: what its image may be called and what its context may be. Paths are absolute. */
import { basename, dirname } from 'node:path';

/** A tag for a folder's image, in the characters a reference allows. Source: distribution/reference, path-component. */
export function suggestTag(folder: string): string {
  const name = basename(folder)
    .toLowerCase()
    .replaceAll(/[^a-z0-9._-]+/g, '-')
    .replaceAll(/[._-]{2,}/g, '-')
    .replaceAll(/^[._-]+|[._-]+$/g, '');
  return `${name === '' ? 'image' : name}:latest`;
}

/** What is wrong with a tag that a user typed, roughly: the engine has the last word. */
export function isTag(text: string): boolean {
  return /^(?:[a-zA-Z0-9.-]+(?::\d+)?\/)?[a-z0-9]+(?:[._/-]+[a-z0-9]+)*(?::\w[\w.-]{0,127})?$/.test(text);
}

/** Folders a build may be given, the likeliest first: the Dockerfile's own, then those above it up to the workspace's. */
export function contextChoices(dockerfile: string, workspaceFolder: string | undefined): readonly string[] {
  const own = dirname(dockerfile);
  return workspaceFolder === undefined || workspaceFolder === own ? [own] : [own, workspaceFolder];
}

/** Where Dockerfiles are by name; {@link isDockerfile} leaves out what only begins like one. Source: the language contribution's file names. */
export const dockerfileGlob =
  '**/{Dockerfile,Dockerfile.*,*.Dockerfile,*.dockerfile,dockerfile,Containerfile,Containerfile.*,*.containerfile}';

/** `Dockerfile.dockerignore` is the ignore file of a Dockerfile. */
export function isDockerfile(path: string): boolean {
  return !/\.(?:docker|container)ignore$/.test(path);
}
