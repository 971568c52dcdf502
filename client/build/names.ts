/** Names around a build: what its image may be called and what its context may be. Paths are absolute. */
import { basename, dirname } from 'node:path';
import { parseReference } from '../../common/reference.ts';

/** A tag for a folder's image, in the characters a reference allows. Source: distribution/reference, path-component. */
export function suggestTag(folder: string): string {
  const name = basename(folder)
    .toLowerCase()
    .replaceAll(/[^a-z0-9._-]+/g, '-')
    .replaceAll(/[._-]{2,}/g, '-')
    .replaceAll(/^[._-]+|[._-]+$/g, '');
  return `${name === '' ? 'image' : name}:latest`;
}

/** Whether an image can be given this name: a reference without a digest. */
export function isTag(text: string): boolean {
  const reference = parseReference(text);
  return reference !== undefined && reference.digest === undefined;
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
