import { readdir, readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { fields, text } from '../../util/json.ts';

/** Where docker's command line keeps its own notes of builds. */
export interface BuildxWorld {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly home: string;
}

/**
 * Absolute paths of the Dockerfiles of builds that `docker build`, buildx and compose started from this machine, by ref.
 * A build from standard input has none. Source: docker/buildx localstate/localstate.go.
 */
export async function buildxDockerfiles(
  refs: readonly string[],
  { env, home }: BuildxWorld,
): Promise<ReadonlyMap<string, string>> {
  const root = join(env['BUILDX_CONFIG'] || join(env['DOCKER_CONFIG'] || join(home, '.docker'), 'buildx'), 'refs');
  const wanted = new Set(refs);
  const found = new Map<string, string>();
  for (const builder of await namesIn(root)) {
    for (const node of await namesIn(join(root, builder))) {
      for (const ref of (await namesIn(join(root, builder, node))).filter((name) => wanted.has(name))) {
        const dockerfile = await dockerfileIn(join(root, builder, node, ref));
        if (dockerfile !== undefined) found.set(ref, dockerfile);
      }
    }
  }
  return found;
}

async function dockerfileIn(file: string): Promise<string | undefined> {
  try {
    const state = fields(JSON.parse(await readFile(file, 'utf8')));
    const [context, dockerfile] = [text(state['LocalPath']), text(state['DockerfilePath'])];
    if (context === '' || dockerfile === '-' || /[\\/]-$/.test(context)) return undefined;
    return resolve(context, dockerfile === '' ? 'Dockerfile' : dockerfile);
  } catch {
    return undefined; // Being written or damaged: the build is then matched by its text.
  }
}

async function namesIn(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder);
  } catch {
    return []; // Not there, no folder, or not ours to read: the builds are then matched by their text.
  }
}
