import { readdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { dockerfileOf, ownIgnoreFile } from './candidates.ts';
import { readSmallFile } from './smallFile.ts';

/** More Dockerfiles in one folder, and longer ones, are not what people write. */
const maximumFiles = 50;
const maximumBytes = 1 << 20;

export interface DockerfileText {
  readonly uri: string;
  /** As it is called in its folder. */
  readonly name: string;
  readonly text: string;
}

/**
 * The Dockerfiles that an ignore file holds for, as far as their place tells: the one that it is named for, or those in its folder that
 * have none of their own. Throws as node:fs does.
 */
export async function dockerfilesBy(ignoreFile: string): Promise<readonly DockerfileText[]> {
  const found: DockerfileText[] = [];
  for (const path of await pathsBy(ignoreFile)) {
    const file = await readSmallFile(path, maximumBytes);
    if (file?.text !== undefined) found.push({ uri: pathToFileURL(path).href, name: basename(path), text: file.text });
  }
  return found;
}

async function pathsBy(ignoreFile: string): Promise<readonly string[]> {
  const named = dockerfileOf(ignoreFile);
  if (named !== undefined) return [named];
  const folder = dirname(ignoreFile);
  const names = await readdir(folder);
  const present = new Set(names);
  return names
    .filter((name) => isDockerfile(name) && !present.has(basename(ownIgnoreFile(name))))
    .slice(0, maximumFiles)
    .map((name) => join(folder, name));
}

function isDockerfile(name: string): boolean {
  if (name.endsWith('.dockerignore')) return false;
  return /^(?:Dockerfile|Containerfile)(?:\..+)?$|\.(?:dockerfile|containerfile)$/i.test(name);
}
