/** Unpacking zstd, which may come in frames: Node's own stops after the first one. Source: RFC 8878, 3.1. */
import { Duplex, pipeline, Readable } from 'node:stream';
import * as zlib from 'node:zlib';
import { BrokenArchive } from './tar/tarHeader.ts';

const frameMagic = 0xfd2fb528;
const isSkippable = (magic: number): boolean => (magic & 0xfffffff0) >>> 0 === 0x184d2a50;

/** Whether a file that begins like this is packed with zstd. */
export function isZstd(start: Buffer): boolean {
  if (start.length < 4) return false;
  const magic = start.readUInt32LE(0);
  return magic === frameMagic || isSkippable(magic);
}

/** All frames, one after the other. Undefined where Node has no zstd: before 22.15. What is wrong with it is a BrokenArchive. */
export function zstdUnpacker(chunkSize: number): Duplex | undefined {
  const create = 'createZstdDecompress' in zlib ? zlib.createZstdDecompress : undefined;
  if (typeof create !== 'function') return undefined;
  return Duplex.from(async function* (source: AsyncIterable<Buffer>) {
    const input = new Input(source);
    // Where there are several, there are thousands, each with a buffer of its own.
    let nextChunkSize = chunkSize;
    for (let magic = await input.take(4); magic.length > 0; magic = await input.take(4)) {
      const kind = magic.length < 4 ? 0 : magic.readUInt32LE(0);
      if (kind === frameMagic) {
        yield* pipeline(
          Readable.from(frame(magic, input)),
          create({ chunkSize: nextChunkSize }),
          () => {},
        ) as AsyncIterable<Buffer>;
        nextChunkSize = Math.min(chunkSize, laterChunks);
      } else if (isSkippable(kind)) {
        const size = (await input.exactly(4)).readUInt32LE(0);
        for await (const _ of input.parts(size));
      } else throw damaged('what follows a frame is none');
    }
  });
}

const damaged = (reason: string) => new BrokenArchive(`what is compressed in it is damaged (${reason})`);

const laterChunks = 16 << 10;

const [reserved, repeated] = [3, 1];
/** Pieces are gathered up to so many bytes: each costs the way to another thread. */
const gatheredBytes = 64 << 10;

/** The bytes of one frame, whose first four are read already. */
async function* frame(magic: Buffer, input: Input): AsyncGenerator<Buffer> {
  let gathered: Buffer[] = [];
  let bytes = 0;
  const gather = (part: Buffer) => {
    gathered.push(part);
    bytes += part.length;
    return part;
  };
  const all = () => {
    const whole = Buffer.concat(gathered);
    [gathered, bytes] = [[], 0];
    return whole;
  };
  gather(magic);
  const [descriptor = 0] = gather(await input.exactly(1));
  gather(await input.exactly(headerBytes(descriptor)));
  for (let isLast = false; !isLast; ) {
    const header = gather(await input.exactly(3)).readUIntLE(0, 3);
    isLast = (header & 1) === 1;
    const type = (header >> 1) & 3;
    if (type === reserved) throw damaged('a block in it is of no kind');
    for await (const part of input.parts(type === repeated ? 1 : header >> 3)) {
      gather(part);
      if (bytes >= gatheredBytes) yield all();
    }
  }
  if ((descriptor & 4) !== 0) gather(await input.exactly(4));
  yield all();
}

/** What comes between a frame's descriptor and its first block: the window, the dictionary's id, the size of the content. */
function headerBytes(descriptor: number): number {
  const isSingle = (descriptor & 0x20) !== 0;
  const size = [isSingle ? 1 : 0, 2, 4, 8][descriptor >> 6] ?? 0;
  return (isSingle ? 0 : 1) + ([0, 1, 2, 4][descriptor & 3] ?? 0) + size;
}

/** Bytes as they come, taken by how many are wanted. */
class Input {
  readonly #chunks: AsyncIterator<Buffer>;
  #chunk: Buffer = Buffer.alloc(0);

  constructor(source: AsyncIterable<Buffer>) {
    this.#chunks = source[Symbol.asyncIterator]();
  }

  /** In the pieces in which they come. */
  async *parts(bytes: number): AsyncGenerator<Buffer> {
    for (let left = bytes; left > 0; ) {
      const part = await this.#part(left);
      if (part === undefined) throw damaged('it breaks off');
      left -= part.length;
      yield part;
    }
  }

  async exactly(bytes: number): Promise<Buffer> {
    const taken = await this.take(bytes);
    if (taken.length < bytes) throw damaged('it breaks off');
    return taken;
  }

  /** Fewer where there are no more. */
  async take(bytes: number): Promise<Buffer> {
    let taken: Buffer = Buffer.alloc(0);
    while (taken.length < bytes) {
      const part = await this.#part(bytes - taken.length);
      if (part === undefined) break;
      taken = taken.length === 0 ? part : Buffer.concat([taken, part]);
    }
    return taken;
  }

  async #part(atMost: number): Promise<Buffer | undefined> {
    while (this.#chunk.length === 0) {
      const { value, done } = await this.#chunks.next();
      if (done === true) return undefined;
      this.#chunk = value;
    }
    const part = this.#chunk.subarray(0, atMost);
    this.#chunk = this.#chunk.subarray(part.length);
    return part;
  }
}
