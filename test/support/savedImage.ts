import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { type TarPart, tarOf } from './tar.ts';

export interface SavedParts {
  /** Each an archive, the base first. */
  readonly layers: readonly Buffer[];
  readonly history?: readonly {
    readonly created_by?: string;
    readonly empty_layer?: boolean;
    readonly created?: string;
  }[];
}

export interface Saved {
  readonly archive: Buffer;
  readonly diffIds: readonly string[];
}

const digestOf = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

function configOf({ layers, history }: SavedParts): Buffer {
  const diff_ids = layers.map((layer) => `sha256:${digestOf(layer)}`);
  const made = history ?? layers.map((_, index) => ({ created_by: `RUN step ${index}` }));
  return Buffer.from(
    JSON.stringify({ os: 'linux', architecture: 'amd64', rootfs: { type: 'layers', diff_ids }, history: made }),
  );
}

/** As engines since 25 hand it over: blobs by digest, the lists last. `gzip`: as containerd's store keeps them. */
export function savedOci(parts: SavedParts, { gzip = false, dockerList = true } = {}): Saved {
  const config = configOf(parts);
  const blobs = parts.layers.map((layer) => (gzip ? gzipSync(layer) : layer));
  const manifest = Buffer.from(
    JSON.stringify({
      schemaVersion: 2,
      config: { digest: `sha256:${digestOf(config)}` },
      layers: blobs.map((blob) => ({ digest: `sha256:${digestOf(blob)}` })),
    }),
  );
  const name = (bytes: Buffer) => `blobs/sha256/${digestOf(bytes)}`;
  const files = new Map([...blobs, config, manifest].map((blob) => [name(blob), blob]));
  const list = [{ Config: name(config), RepoTags: ['x:1'], Layers: blobs.map(name) }];
  const archive = tarOf(
    { path: 'blobs/', type: '5' },
    ...[...files].sort(([a], [b]) => (a < b ? -1 : 1)).map(([path, content]): TarPart => ({ path, content })),
    {
      path: 'index.json',
      content: JSON.stringify({ schemaVersion: 2, manifests: [{ digest: `sha256:${digestOf(manifest)}` }] }),
    },
    ...(dockerList ? [{ path: 'manifest.json', content: JSON.stringify(list) }] : []),
    { path: 'oci-layout', content: '{"imageLayoutVersion":"1.0.0"}' },
  );
  return { archive, diffIds: parts.layers.map((layer) => `sha256:${digestOf(layer)}`) };
}

/** As engines before 25 do, and Podman: a folder a layer, one that comes twice as a link. */
export function savedClassic(parts: SavedParts): Saved {
  const config = configOf(parts);
  const seen = new Map<string, string>();
  const files = parts.layers.map((content, index): TarPart => {
    const path = `${String(index).padStart(64, '0')}/layer.tar`;
    const first = seen.get(digestOf(content));
    seen.set(digestOf(content), first ?? path);
    return first === undefined ? { path, content } : { path, type: '2', target: `../${first}` };
  });
  const list = [{ Config: `${digestOf(config)}.json`, RepoTags: null, Layers: files.map(({ path }) => path) }];
  const archive = tarOf(
    ...files.flatMap((file): TarPart[] => [
      { path: file.path.replace('layer.tar', 'VERSION'), content: '1.0' },
      { path: file.path.replace('layer.tar', 'json'), content: '{"id":"x"}' },
      file,
    ]),
    { path: `${digestOf(config)}.json`, content: config },
    { path: 'manifest.json', content: JSON.stringify(list) },
  );
  return { archive, diffIds: parts.layers.map((layer) => `sha256:${digestOf(layer)}`) };
}
