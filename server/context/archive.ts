import { createReadStream } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { type Duplex, pipeline, type Readable } from 'node:stream';
import * as zlib from 'node:zlib';
import { cleanPath } from '../../common/ignore.ts';
import { ProblemError } from '../util/problemError.ts';
import { BrokenArchive, blockBytes, isZero, readHeader } from '../util/tar/tarHeader.ts';
import { TarReader } from '../util/tar/tarReader.ts';
import { isZstd, zstdUnpacker } from '../util/zstd.ts';

/** What an archive becomes once it is unpacked. */
export interface Unpacked {
  /** Regular files, hard and symbolic links. */
  readonly files: number;
  readonly bytes: number;
  readonly linkBytes: number;
  /** By path from `/`; absent where they are many. */
  readonly names?: ReadonlyMap<string, UnpackedFile>;
}

export interface UnpackedFile {
  readonly bytes: number;
  readonly linkBytes: number;
}

type Packing = 'none' | 'gzip' | 'zstd' | 'bzip2' | 'xz';

/** Larger ones are not unpacked by anybody who waits for it: what they hold is not known then. */
const maximumBytes = 64e9;
const maximumFiles = 500_000;
/** So many names are remembered of an archive. */
const maximumNames = 20_000;

/**
 * What ADD makes of a regular file: undefined where it is no archive and is copied as it is. It is read as a stream, headers only, and
 * nothing is written. Throws ProblemError: `unsupported` where it cannot be read here, so that nobody knows how large it is
 * unpacked, `badAnswer` where it is damaged, as the build would find. Source: moby/go-archive's IsArchivePath and Untar.
 */
export async function unpacked(file: string, name: string): Promise<Unpacked | undefined> {
  const packing = packingOf(await firstBytes(file));
  if (packing === 'bzip2' || packing === 'xz') throw unknown(name, `it is packed with ${packing}`);
  const reader = new Counting();
  const unpacker = unpackerOf(packing, name);
  const source = createReadStream(file, { highWaterMark: chunkBytes });
  try {
    // What goes wrong in the file goes on to whoever reads what comes of it.
    await reader.read(unpacker ? pipeline(source, unpacker, () => {}) : source);
  } catch (error) {
    // What does not even begin as an archive does is a file like any other.
    if (reader.isPlain || (!reader.begun && isDamage(error))) return undefined;
    if (isDamage(error)) throw damaged(name, error);
    if (error instanceof TooLarge) throw unknown(name, error.message);
    throw error;
  }
  return reader.begun ? reader.result : undefined;
}

const chunkBytes = 256 << 10;

async function firstBytes(file: string): Promise<Buffer> {
  let handle: FileHandle | undefined;
  try {
    handle = await open(file);
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(8), 0, 8, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await handle?.close();
  }
}

/** Source: moby/go-archive compression/compression_detect.go. */
function packingOf(start: Buffer): Packing {
  const begins = (...bytes: number[]) => start.length >= bytes.length && bytes.every((byte, at) => start[at] === byte);
  if (begins(0x42, 0x5a, 0x68)) return 'bzip2';
  if (begins(0x1f, 0x8b, 0x08)) return 'gzip';
  if (begins(0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00)) return 'xz';
  return isZstd(start) ? 'zstd' : 'none';
}

function unpackerOf(packing: Packing, name: string): Duplex | undefined {
  if (packing === 'gzip') return zlib.createGunzip({ chunkSize: chunkBytes });
  if (packing !== 'zstd') return undefined;
  const zstd = zstdUnpacker(chunkBytes);
  if (zstd === undefined) throw unknown(name, 'it is packed with zstd');
  return zstd;
}

class TooLarge extends Error {}
class Plain extends Error {}

/** Adds up what an archive holds. A path that comes again takes the place of what was there. */
class Counting {
  /** Whether the first header was one of an archive. */
  begun = false;
  isPlain = false;
  readonly #sizes = new Map<string, UnpackedFile>();
  #read = 0;

  async read(chunks: Readable): Promise<void> {
    const tar = new TarReader({ entry: (entry) => void this.#entry(entry) });
    let start: Buffer = Buffer.alloc(0);
    for await (const chunk of chunks as AsyncIterable<Buffer>) {
      this.#read += chunk.length;
      if (this.#read > maximumBytes) throw new TooLarge(`it holds more than ${maximumBytes / 1e9} GB`);
      if (this.begun) {
        tar.write(chunk);
        continue;
      }
      start = start.length === 0 ? chunk : Buffer.concat([start, chunk]);
      if (start.length < blockBytes) continue;
      this.#begin(start);
      tar.write(start);
    }
    if (this.begun) tar.end();
  }

  get result(): Unpacked {
    let bytes = 0;
    let linkBytes = 0;
    for (const each of this.#sizes.values()) {
      bytes += each.bytes;
      linkBytes += each.linkBytes;
    }
    const files = this.#sizes.size;
    return { files, bytes, linkBytes, ...(files <= maximumNames && { names: this.#sizes }) };
  }

  #begin(start: Buffer): void {
    try {
      const block = start.subarray(0, blockBytes);
      if (!isZero(block) && readHeader(block)) this.begun = true;
    } catch {} // only BrokenArchive is thrown, and then it is none
    if (this.begun) return;
    this.isPlain = true;
    throw new Plain();
  }

  #entry({ kind, path, target, bytes }: Parameters<ConstructorParameters<typeof TarReader>[0]['entry']>[0]): void {
    if (kind === 'folder' || kind === 'other') return;
    this.#sizes.set(cleanPath(`/${Buffer.from(path).toString()}`), {
      bytes,
      linkBytes: kind === 'link' ? target.length : 0,
    });
    if (this.#sizes.size > maximumFiles) throw new TooLarge(`it holds more than ${maximumFiles} files`);
  }
}

function isDamage(error: unknown): boolean {
  const code = (error as NodeJS.ErrnoException).code ?? '';
  return error instanceof BrokenArchive || /^(?:Z_|ZSTD_)/.test(code);
}

function unknown(name: string, reason: string): ProblemError {
  return new ProblemError({
    kind: 'unsupported',
    subject: name,
    message: `How large "${name}" is unpacked is not known: ${reason}, which Gantry does not unpack.`,
    next: 'Build it to learn its size.',
  });
}

function damaged(name: string, cause: unknown): ProblemError {
  const reason = cause instanceof BrokenArchive ? cause.message : 'what is compressed in it is damaged';
  return new ProblemError(
    { kind: 'badAnswer', subject: name, message: `"${name}" is an archive that cannot be unpacked: ${reason}.` },
    cause,
  );
}
