import { promisify } from 'node:util';
import { deflateRaw, inflateRaw } from 'node:zlib';
import type { DiskCache } from '../../util/diskCache.ts';
import { array, fields, text } from '../../util/json.ts';
import type { Analyzed } from './engineImage.ts';
import type { LayerTrees } from './layerTrees.ts';

/** What was analyzed once, on the disk. */
export interface KeptAnalyses {
  /** Undefined where nothing is kept, or nothing that can be read. */
  read(id: string): Promise<Analyzed | undefined>;
  write(analyzed: Analyzed): Promise<void>;
}

/** An image of 100,000 files takes some 2 MB. */
export const keptAnalysesBounds = { maximumFiles: 50, maximumBytes: 128 << 20, maximumFileBytes: 48 << 20 };

const group = 'layers';
/** What this version writes; another's is not read. */
const format = 2;
/** More than the largest image that is analyzed takes. */
const maximumTrees = 512 << 20;

const pack = promisify(deflateRaw);
const unpack = promisify(inflateRaw);

const columns = {
  ends: Uint32Array,
  kinds: Uint8Array,
  bytes: Float64Array,
  files: Uint32Array,
  starts: Uint32Array,
  lengths: Uint16Array,
  names: Uint8Array,
} as const;
const columnNames = Object.keys(columns) as readonly (keyof typeof columns)[];

export function createKeptAnalyses(disk: Pick<DiskCache, 'read' | 'write'>, now: () => number): KeptAnalyses {
  return {
    async read(id) {
      const kept = await disk.read({ group, name: id });
      const { format: written, image, trees } = fields(kept?.value);
      if (written !== format || fields(image)['id'] !== id) return undefined;
      try {
        const found = { image: image as Analyzed['image'], trees: await readTrees(fields(trees)) };
        return found.image.layers.length === found.trees.roots.length ? found : undefined;
      } catch {
        return undefined; // damaged: it is read from the engine again
      }
    },
    async write({ image, trees }) {
      const packed: Record<string, unknown> = { roots: trees.roots };
      for (const name of columnNames) {
        const { buffer, byteOffset, byteLength } = trees[name];
        packed[name] = (await pack(new Uint8Array(buffer, byteOffset, byteLength), { level: 4 })).toString('base64');
      }
      disk.write({ group, name: image.id }, { format, image, trees: packed }, now());
    },
  };
}

async function readTrees(kept: Readonly<Record<string, unknown>>): Promise<LayerTrees> {
  const found: Record<string, unknown> = { roots: array(kept['roots']).map(Number) };
  for (const name of columnNames) {
    const bytes = await unpack(Buffer.from(text(kept[name]), 'base64'), { maxOutputLength: maximumTrees });
    const column = columns[name];
    found[name] = new column(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
  }
  const trees = found as unknown as LayerTrees;
  const count = trees.ends.length;
  const isWhole =
    [trees.kinds, trees.bytes, trees.files, trees.lengths].every(({ length }) => length === count) &&
    trees.starts.length === count + 1 &&
    trees.roots.every((root) => root >= 0 && root < count);
  if (!isWhole) throw new Error('the columns are not of one length');
  return trees;
}
