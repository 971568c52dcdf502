import * as zlib from 'node:zlib';
import { BrokenArchive } from '../../util/tar/tarHeader.ts';
import type { TarReader } from '../../util/tar/tarReader.ts';
import { isZstd, zstdUnpacker } from '../../util/zstd.ts';

/** Takes a layer as it is stored. */
export interface LayerInput {
  data(chunk: Buffer): void;
  end(): void;
  /** Resolves when all that was given so far is read: whether that was the end. Throws what is wrong with it. */
  settled(): Promise<boolean>;
}

/** An image is stored in a way that this Node does not know: one clause, for the end of a sentence. */
export class CannotUnpack extends Error {}

/** How a layer is stored, by its first bytes; undefined for what is no layer. */
export type Packing = 'tar' | 'gzip' | 'zstd';

export function packingOf(start: Buffer): Exclude<Packing, 'tar'> | undefined {
  if (start.length >= 2 && start.readUInt16BE(0) === 0x1f8b) return 'gzip';
  return isZstd(start) ? 'zstd' : undefined;
}

export function layerInput(packing: Packing, reader: TarReader): LayerInput {
  if (packing === 'tar') {
    return { data: (chunk) => reader.write(chunk), end: () => reader.end(), settled: async () => true };
  }
  const stream = packing === 'gzip' ? zlib.createGunzip({ chunkSize }) : zstdUnpacker(chunkSize);
  if (stream === undefined) throw new CannotUnpack('a layer in it is packed with zstd');
  let failure: Error | undefined;
  const finished = new Promise<void>((resolve) => {
    const fail = (error: Error) => {
      failure = error;
      resolve();
    };
    stream.on('data', (chunk: Buffer) => {
      try {
        reader.write(chunk);
      } catch (error) {
        stream.destroy(error as Error);
      }
    });
    stream.on('end', () => {
      try {
        reader.end();
        resolve();
      } catch (error) {
        fail(error as Error);
      }
    });
    stream.on('error', (error: NodeJS.ErrnoException) => {
      const isPacking = error.code?.startsWith('Z_') || error.code?.startsWith('ZSTD_');
      fail(isPacking ? new BrokenArchive(`what is compressed in it is damaged (${error.message})`) : error);
    });
  });
  let taken: Promise<unknown> = Promise.resolve();
  let ended = false;
  return {
    data: (chunk) => {
      taken = new Promise<void>((resolve) => stream.write(chunk, () => resolve()));
    },
    end: () => {
      stream.end();
      taken = finished;
      ended = true;
    },
    settled: async () => {
      // What failed or ended takes nothing any more, and may say nothing of what it was given.
      await Promise.race([taken, finished]);
      if (failure !== undefined) throw failure;
      return ended;
    },
  };
}

const chunkSize = 256 << 10;
