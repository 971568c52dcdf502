/**
 * An image as an engine hands it over: an archive of archives. Source: image-spec image-layout.md; moby's image/spec/v1.2.md,
 * "Combined Image JSON + Filesystem Changeset Format"; containers/image docker/archive.
 */
import { array, fields, strings, text } from '../../util/json.ts';
import { BrokenArchive, blockBytes, looksLikeTar } from '../../util/tar/tarHeader.ts';
import { type TarContent, type TarEntry, TarReader } from '../../util/tar/tarReader.ts';
import { Entries, layerSink } from './entries.ts';
import { PathTree } from './pathTree.ts';
import { type LayerInput, layerInput, packingOf } from './unpacker.ts';

export interface SavedImage {
  readonly paths: PathTree;
  readonly entries: Entries;
  /** Of each layer, in order, the number of its blob in {@link Entries.blobs}. */
  readonly layers: readonly number[];
  /** The image's config, as JSON from outside. */
  readonly config: Readonly<Record<string, unknown>>;
}

/** A config or manifest is a fraction of it. What is larger is something that hangs on to the image. */
const maximumDocument = 8 << 20;
const maximumDocuments = 64 << 20;
/** An engine refuses an image of more than 127 layers; several images may come together. */
const maximumBlobs = 10_000;

/** Takes the archive chunk by chunk; each must be settled before the next is written. */
export class SavedImageReader {
  readonly #paths: PathTree;
  readonly #entries: Entries;
  readonly #outer = new TarReader({ entry: (entry) => this.#entry(entry) });
  readonly #documents = new Map<string, Buffer>();
  #documentBytes = 0;
  readonly #blobs = new Map<string, number>();
  /** Of the archive itself: older engines keep a layer that comes twice by a link. */
  readonly #links = new Map<string, string>();
  /** Those that unpack in their own time. */
  readonly #inputs = new Set<LayerInput>();

  /** How many of each there may be; the default is more than any image has that somebody would wait for. */
  constructor({ paths, entries }: { readonly paths?: number; readonly entries?: number } = {}) {
    this.#paths = new PathTree(paths);
    this.#entries = new Entries(entries);
  }

  async write(chunk: Buffer): Promise<void> {
    this.#outer.write(chunk);
    await this.#settle();
  }

  /** `diffIds`: of the image that was asked for, which tells it from others in the archive. Throws BrokenArchive. */
  async end(diffIds: readonly string[]): Promise<SavedImage> {
    this.#outer.end();
    await this.#settle();
    const { config, layers } = this.#image(diffIds);
    return { paths: this.#paths, entries: this.#entries, config, layers: layers.map((name) => this.#blob(name)) };
  }

  async #settle(): Promise<void> {
    for (const input of this.#inputs) if (await input.settled()) this.#inputs.delete(input);
  }

  #entry({ kind, path, target, bytes }: TarEntry): TarContent | undefined {
    const name = cleaned(path);
    if (kind === 'link' || kind === 'hardLink') {
      if (this.#links.size >= maximumBlobs) throw new BrokenArchive('it consists of absurdly many parts');
      // A symbolic link starts from its folder.
      const from = kind === 'link' ? name.split('/').slice(0, -1).join('/') : '';
      this.#links.set(name, cleaned(Buffer.from(`${from}/${Buffer.from(target).toString()}`)));
    }
    return kind === 'file' ? this.#file(name, bytes) : undefined;
  }

  /** What a blob is only its first bytes tell: the names of blobs are digests, and the manifest comes last. */
  #file(name: string, bytes: number): TarContent {
    const parts: Buffer[] = [];
    let held = 0;
    let isDecided = false;
    let content: TarContent | undefined;
    const decide = () => {
      isDecided = true;
      const start = Buffer.concat(parts);
      content = this.#content(name, bytes, start);
      content?.data(start);
    };
    return {
      data: (chunk) => {
        if (isDecided) return content?.data(chunk);
        const rest = chunk.subarray(0, blockBytes - held);
        parts.push(Buffer.from(rest));
        held += rest.length;
        if (held < blockBytes) return;
        decide();
        if (rest.length < chunk.length) content?.data(chunk.subarray(rest.length));
      },
      end: () => {
        if (!isDecided) decide();
        content?.end();
      },
    };
  }

  #content(name: string, bytes: number, start: Buffer): TarContent | undefined {
    const packing = looksLikeTar(start) ? 'tar' : packingOf(start);
    if (packing !== undefined || bytes === 0) return this.#layer(name, bytes, packing ?? 'tar');
    if (!/^\s*[{[]/.test(start.toString('latin1'))) return undefined;
    if (bytes > maximumDocument || this.#documentBytes + bytes > maximumDocuments) return undefined;
    this.#documentBytes += bytes;
    const parts: Buffer[] = [];
    return {
      data: (chunk) => void parts.push(Buffer.from(chunk)),
      end: () => void this.#documents.set(name, Buffer.concat(parts)),
    };
  }

  #layer(name: string, bytes: number, packing: 'tar' | 'gzip' | 'zstd'): TarContent {
    const blob = this.#blobs.size;
    if (blob >= maximumBlobs) throw new BrokenArchive('it consists of absurdly many parts');
    this.#blobs.set(name, blob);
    const reader = new TarReader(layerSink(this.#paths, this.#entries, blob), packing === 'tar' ? bytes : undefined);
    const input = layerInput(packing, reader);
    if (packing !== 'tar') this.#inputs.add(input);
    return input;
  }

  #blob(name: string): number {
    let at = name;
    for (let hops = 0; hops < 10; hops++) {
      const blob = this.#blobs.get(at);
      if (blob !== undefined) return blob;
      at = this.#links.get(at) ?? at;
    }
    throw new BrokenArchive(`its layer ${name.slice(0, 100)} is missing`);
  }

  #image(diffIds: readonly string[]): { config: Readonly<Record<string, unknown>>; layers: readonly string[] } {
    const offered = [...this.#listed(), ...this.#indexed('index.json', 3)].flatMap(({ config, layers }) => {
      const document = this.#document(config);
      return document === undefined ? [] : [{ config: document, layers }];
    });
    const wanted = diffIds.join();
    const found = offered.find(({ config }) => strings(fields(config['rootfs'])['diff_ids']).join() === wanted);
    if (found === undefined) throw new BrokenArchive('it holds no manifest of this image');
    if (found.layers.length !== diffIds.length)
      throw new BrokenArchive(`it holds ${found.layers.length} layers in place of ${diffIds.length}`);
    return found;
  }

  /** What docker's own list says. */
  *#listed(): Iterable<Offered> {
    for (const entry of array(this.#json('manifest.json')).slice(0, maximumBlobs)) {
      const { Config, Layers } = fields(entry);
      yield {
        config: cleaned(Buffer.from(text(Config))),
        layers: strings(Layers).map((name) => cleaned(Buffer.from(name))),
      };
    }
  }

  /** What the OCI's index says; an index may hold others. */
  *#indexed(name: string, depth: number): Iterable<Offered> {
    if (depth === 0) return;
    const document = fields(this.#json(name));
    for (const { digest } of array(document['manifests']).slice(0, 100).map(fields))
      yield* this.#indexed(blobName(digest), depth - 1);
    if (document['layers'] === undefined) return;
    yield {
      config: blobName(fields(document['config'])['digest']),
      layers: array(document['layers']).map((layer) => blobName(fields(layer)['digest'])),
    };
  }

  #document(name: string): Readonly<Record<string, unknown>> | undefined {
    const value = fields(this.#json(name));
    return value['rootfs'] === undefined ? undefined : value;
  }

  #json(name: string): unknown {
    const bytes = this.#documents.get(name);
    if (bytes === undefined) return undefined;
    try {
      return JSON.parse(bytes.toString('utf8'));
    } catch {
      throw new BrokenArchive(`${name.slice(0, 100)} in it is no JSON`);
    }
  }
}

interface Offered {
  readonly config: string;
  readonly layers: readonly string[];
}

const blobName = (digest: unknown): string => `blobs/${text(digest).replace(':', '/')}`;

/** Without `.` and `..`. */
function cleaned(path: Uint8Array): string {
  const names: string[] = [];
  for (const name of Buffer.from(path).toString('utf8').split('/')) {
    if (name === '..') names.pop();
    else if (name !== '' && name !== '.') names.push(name);
  }
  return names.join('/');
}
