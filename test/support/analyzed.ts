import { type AnalyzedFiles, analyzeFiles } from '../../server/images/layers/analyzeFiles.ts';
import { entriesIn, type LayerTrees } from '../../server/images/layers/layerTrees.ts';
import { SavedImageReader } from '../../server/images/layers/savedImage.ts';
import { type Saved, savedOci } from './savedImage.ts';
import { type TarPart, tarOf } from './tar.ts';

/** As the worker does it. `step`: in pieces of so many bytes. */
export async function analyzedArchive({ archive, diffIds }: Saved, step = archive.length): Promise<AnalyzedFiles> {
  const reader = new SavedImageReader();
  for (let at = 0; at < archive.length; at += step) await reader.write(Buffer.from(archive.subarray(at, at + step)));
  return analyzeFiles(await reader.end(diffIds));
}

/** Of layers as they are written. */
export const analyzed = (...layers: readonly (readonly TarPart[])[]): Promise<AnalyzedFiles> =>
  analyzedArchive(savedOci({ layers: layers.map((parts) => tarOf(...parts)) }));

/** A file of so many bytes. */
export const file = (path: string, bytes: number): TarPart => ({ path, content: Buffer.alloc(bytes) });
export const folder = (path: string, mode = 0o755): TarPart => ({ path, type: '5', mode });
export const hardLink = (path: string, target: string): TarPart => ({ path, type: '1', target });
export const symbolicLink = (path: string, target: string): TarPart => ({ path, type: '2', target });
/** What takes away a path of the layers below. */
export const whiteout = (path: string): TarPart => ({ path: path.replace(/([^/]+)$/, '.wh.$1') });
/** What takes away all that a folder had in the layers below. */
export const opaque = (path: string): TarPart => ({ path: `${path}/.wh..wh..opq` });

/** A layer's tree, a line each: `added /a/b 12`. */
export function outlineOf(trees: LayerTrees, layer: number, at = '/'): readonly string[] {
  return (entriesIn(trees, layer, at) ?? []).flatMap(({ name, kind, change, bytes, files, target }) => {
    const path = `${at === '/' ? '' : at}/${name}`;
    const mark = { file: '', folder: '/', link: '@', other: '?' }[kind];
    const more = `${files === undefined ? '' : ` in ${files}`}${target === undefined ? '' : ` -> ${target}`}`;
    return [`${change} ${path}${mark} ${bytes}${more}`, ...(kind === 'folder' ? outlineOf(trees, layer, path) : [])];
  });
}
