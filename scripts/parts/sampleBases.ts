import { glob, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type Docker from 'dockerode';
import { makeBaseImages } from './baseImages.ts';
import { root } from './dependencies.mjs';
import { nodeImage } from './testNames.ts';

/**
 * Sees to it that the Node images that the samples start from are in this engine: there already, pulled, or, where
 * nothing can be pulled, made here and given that name. Other runtimes cannot be made from what a machine has.
 */
export async function provideSampleBases(docker: Docker): Promise<void> {
  for (const tag of await nodeTags()) {
    const name = `node:${tag}`;
    if ((await isThere(docker, name)) || (await pulled(docker, name))) continue;
    await makeBaseImages(docker);
    await docker.getImage(nodeImage).tag({ repo: 'node', tag });
    console.log(`${name} cannot be pulled: a small image with Node, made here, stands in for it.`);
  }
}

/** The tags of the images `node:TAG` that stand in the samples' FROM lines, or in the ARG that one of those takes. */
async function nodeTags(): Promise<ReadonlySet<string>> {
  const tags = new Set<string>();
  for await (const file of glob('samples/*/Dockerfile', { cwd: root })) {
    const text = await readFile(join(root, file), 'utf8');
    for (const [, tag] of text.matchAll(/^(?:FROM\s+|ARG\s+\w+=)node:([\w.-]+)/gm)) tags.add(tag!);
  }
  return tags;
}

const isThere = (docker: Docker, name: string): Promise<boolean> =>
  docker
    .getImage(name)
    .inspect()
    .then(
      () => true,
      () => false, // whatever is wrong, what follows runs into it and says so
    );

/** Whether the image could be pulled. Where it could not, the reason is printed: it may be more than a missing network. */
async function pulled(docker: Docker, name: string): Promise<boolean> {
  try {
    const stream = await docker.pull(name);
    await new Promise<void>((resolve, reject) => {
      docker.modem.followProgress(stream, (error) => (error ? reject(error) : resolve()));
    });
    return true;
  } catch (error) {
    console.log(`${name}: ${(error as Error).message}`);
    return false;
  }
}
