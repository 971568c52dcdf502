import { glob, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type Docker from 'dockerode';
import { baseImage, makeBaseImages, nodeImage } from './baseImages.ts';
import { root } from './dependencies.mjs';

/**
 * Sees to it that the images in the samples' FROM lines are in this engine: there already, pulled, or, where nothing
 * can be pulled, made here and given that name.
 */
export async function provideSampleBases(docker: Docker): Promise<void> {
  const missing = [];
  for (const name of await sampleBases()) {
    if (await isThere(docker, name)) continue;
    const pulled = await pull(docker, name).then(
      () => true,
      () => false, // no network, most likely: what follows is the answer to that
    );
    if (!pulled) missing.push(name);
  }
  if (missing.length === 0) return;
  await makeBaseImages(docker);
  for (const name of missing) {
    const image = docker.getImage(/\bnode\b/.test(name) ? nodeImage : baseImage);
    const { repo = name, tag = 'latest' } = /^(?<repo>.+):(?<tag>[^:/]+)$/.exec(name)?.groups ?? {};
    await image.tag({ repo, tag });
    console.log(`${name} cannot be pulled: a small image made here stands in for it.`);
  }
}

/** The images, other than stages of the same file, that the samples start from. */
async function sampleBases(): Promise<readonly string[]> {
  const names = new Set<string>();
  for await (const file of glob('samples/**/*Dockerfile', { cwd: root })) {
    const stages = new Set(['scratch']);
    const text = await readFile(join(root, file), 'utf8');
    for (const [, name, stage] of text.matchAll(/^FROM\s+(?:--\S+\s+)?(\S+)(?:\s+AS\s+(\S+))?/gim)) {
      if (!stages.has(name!) && !name!.includes('$')) names.add(name!);
      if (stage) stages.add(stage);
    }
  }
  return [...names];
}

const isThere = (docker: Docker, name: string): Promise<boolean> =>
  docker
    .getImage(name)
    .inspect()
    .then(
      () => true,
      () => false, // whatever is wrong, making the image is what shows it
    );

async function pull(docker: Docker, name: string): Promise<void> {
  const stream = await docker.pull(name);
  await new Promise<void>((resolve, reject) => {
    docker.modem.followProgress(stream, (error) => (error ? reject(error) : resolve()));
  });
}
