import { readdir, readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { fields, text } from '../../util/json.ts';

/** Where docker's command line keeps its own notes of builds. */
export interface BuildxWorld {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly home: string;
}

export interface BuildxPaths {
  readonly dockerfile: string;
  readonly context: string;
}

/**
 * Absolute paths of the Dockerfiles and contexts of builds that `docker build`, buildx and compose started from this machine, by ref.
 * A build from standard input has none. Source: docker/buildx localstate/localstate.go.
 */
export async function buildxPaths(
  refs: readonly string[],
  { env, home }: BuildxWorld,
): Promise<ReadonlyMap<string, BuildxPaths>> {
  const root = join(env['BUILDX_CONFIG'] || join(env['DOCKER_CONFIG'] || join(home, '.docker'), 'buildx'), 'refs');
  const wanted = new Set(refs);
  const found = new Map<string, BuildxPaths>();
  for (const builder of await namesIn(root)) {
    for (const node of await namesIn(join(root, builder))) {
      for (const ref of (await namesIn(join(root, builder, node))).filter((name) => wanted.has(name))) {
        const paths = await pathsIn(join(root, builder, node, ref));
        if (paths !== undefined) found.set(ref, paths);
      }
    }
  }
  return found;
}

async function pathsIn(file: string): Promise<BuildxPaths | undefined> {
  try {
    const state = fields(JSON.parse(await readFile(file, 'utf8')));
    const [context, dockerfile] = [text(state['LocalPath']), text(state['DockerfilePath'])];
    if (context === '' || dockerfile === '-' || /(?:^|[\\/])-$/.test(context)) return undefined;
    // One of a repository or an archive elsewhere; older versions write it as if it were a path.
    if (/(?:^|[\\/])(?:https?|git|ssh):\/|^git@/.test(context)) return undefined;
    return { dockerfile: resolve(context, dockerfile === '' ? 'Dockerfile' : dockerfile), context };
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
