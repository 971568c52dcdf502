import type { Transform } from 'node:stream';
import * as zlib from 'node:zlib';
import { BrokenArchive } from '../../util/tar/tarHeader.ts';
import type { TarReader } from '../../util/tar/tarReader.ts';

/** Takes a layer as it is stored. */
export interface LayerInput {
  data(chunk: Buffer): void;
  end(): void;
  /** Resolves when all that was given so far is read: whether that was the end. Throws what is wrong with it. */
  settled(): Promise<boolean>;
}

/** How a layer is stored, by its first bytes; undefined for what is no layer. */
export type Packing = 'tar' | 'gzip' | 'zstd';

export function packingOf(start: Buffer): Exclude<Packing, 'tar'> | undefined {
  if (start.length >= 2 && start.readUInt16BE(0) === 0x1f8b) return 'gzip';
  if (start.length >= 4 && start.readUInt32BE(0) === 0x28b52ffd) return 'zstd';
  return undefined;
}

export function layerInput(packing: Packing, reader: TarReader): LayerInput {
  if (packing === 'tar') {
    return { data: (chunk) => reader.write(chunk), end: () => reader.end(), settled: async () => true };
  }
  const stream = packing === 'gzip' ? zlib.createGunzip({ chunkSize }) : zstd();
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
      await taken;
      if (failure !== undefined) throw failure;
      return ended;
    },
  };
}

const chunkSize = 256 << 10;

/** Node has it since 22.15. */
function zstd(): Transform {
  const create = 'createZstdDecompress' in zlib ? zlib.createZstdDecompress : undefined;
  if (typeof create !== 'function')
    throw new BrokenArchive('a layer in it is packed with zstd, which this Node cannot read');
  return create({ chunkSize });
}
