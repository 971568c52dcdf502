/** What ships with Gantry about images: resources/snapshot/, made by scripts/snapshot.ts, read at the first question. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { BundledImage, BundledPlatform, BundledRepository, Images, Log } from '../language/host.ts';
import { array, fields, strings, text } from '../util/json.ts';
import { problemOf } from '../util/problemError.ts';

export type Snapshot = Pick<Images, 'bundled' | 'bundledRepositories'>;

export interface SnapshotWorld {
  readonly log: Log;
  /** The text of a file of resources/snapshot/. */
  readonly read?: (file: string) => Promise<string>;
}

const files = ['official-images.json', 'dotnet.json'];

/** A file that cannot be read is told to the log, and is as if nothing shipped. */
export function createSnapshot({ log, read = readShipped }: SnapshotWorld): Snapshot {
  let loading: Promise<ReadonlyMap<string, BundledRepository>> | undefined;

  const load = async (file: string): Promise<Ranked> => {
    try {
      return readSnapshot(JSON.parse(await read(file)));
    } catch (error) {
      log.warn('images: no snapshot', { file, reason: problemOf(error, file).message });
      return { usual: [], others: [] };
    }
  };
  const repositories = () => {
    loading ??= Promise.all(files.map(load)).then((all) => {
      const ordered = [...all.flatMap(({ usual }) => usual), ...all.flatMap(({ others }) => others)];
      return new Map(ordered.map((one) => [nameOf(one), one]));
    });
    return loading;
  };

  return {
    bundled: async (reference) => (await repositories()).get(nameOf(reference)),
    bundledRepositories: async () => [...(await repositories()).values()],
  };
}

const nameOf = ({ registry, repository }: Pick<BundledRepository, 'registry' | 'repository'>) =>
  `${registry}/${repository}`;

interface Ranked {
  readonly usual: readonly BundledRepository[];
  readonly others: readonly BundledRepository[];
}

/** What is not as scripts/snapshot.ts writes it is left out. */
function readSnapshot(value: unknown): Ranked {
  const { registry, date, usual, platforms, repositories } = fields(value);
  const names = strings(platforms);
  const all = Object.entries(fields(repositories)).map(([repository, list]): BundledRepository => {
    const images = array(list).map((image) => readImage(array(image), names));
    return {
      registry: text(registry),
      repository,
      at: Date.parse(text(date)),
      retired: images.length === 0,
      images,
    };
  });
  const first = typeof usual === 'number' ? usual : 0;
  return { usual: all.slice(0, first), others: all.slice(first) };
}

function readImage([tags, platforms, digest, created]: readonly unknown[], names: readonly string[]): BundledImage {
  return {
    tags: text(tags).split(' '),
    platforms: array(platforms).flatMap((platform) => readPlatform(platform, names)),
    ...(typeof digest === 'string' && { digest }),
    ...(typeof created === 'number' && { created }),
  };
}

/** The platform's place in `names`, alone or with its compressed bytes. */
function readPlatform(platform: unknown, names: readonly string[]): readonly BundledPlatform[] {
  const [index, compressedBytes] = Array.isArray(platform) ? platform : [platform];
  const name = names[Number(index)];
  if (name === undefined) return [];
  return [{ name, ...(typeof compressedBytes === 'number' && { compressedBytes }) }];
}

/** Beside the bundle's folder, or where the sources have it. */
async function readShipped(file: string): Promise<string> {
  const here = import.meta.dirname;
  try {
    return await readFile(join(here, '../resources/snapshot', file), 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    return readFile(join(here, '../../resources/snapshot', file), 'utf8');
  }
}
