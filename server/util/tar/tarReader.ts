import { BrokenArchive, blockBytes, isZero, readHeader, readPax, type TarHeader } from './tarHeader.ts';

export interface TarEntry {
  readonly kind: 'file' | 'folder' | 'link' | 'hardLink' | 'other';
  /** As they are written, not cleaned. Both are valid only until {@link TarSink.entry} returns. */
  readonly path: Uint8Array;
  readonly target: Uint8Array;
  /** Bytes of a file once it is unpacked. */
  readonly bytes: number;
  /** How many of them the archive holds: fewer where the file is sparse. */
  readonly stored: number;
  readonly rights: number;
}

/** What becomes of an archive. */
export interface TarSink {
  /** What it returns is given the entry's content; where it returns nothing the content is passed over. */
  entry(entry: TarEntry): TarContent | undefined;
}

export interface TarContent {
  data(chunk: Buffer): void;
  /** All of it was given. */
  end(): void;
}

/** Longer than any file system takes. */
const maximumPath = 4096;
/** Extended attributes are in there too. */
const maximumPax = 1 << 20;

/**
 * Reads an archive as it comes, headers only: nothing of it is kept, however large it is. `total`: how many bytes it has, where
 * that is known, so that an entry that claims more is refused at once. Throws BrokenArchive.
 */
export class TarReader {
  readonly #sink: TarSink;
  readonly #total: number;
  readonly #block = Buffer.alloc(blockBytes);
  #filled = 0;
  #read = 0;
  #ended = false;
  /** Of the present content, and of the padding behind it. */
  #content = 0;
  #padding = 0;
  #current: TarContent | undefined;
  /** What was said beforehand of the next entry. */
  #path: Buffer | undefined;
  #target: Buffer | undefined;
  #stored: number | undefined;
  #sparseSize: number | undefined;
  /** A sparse file whose map goes on. */
  #sparse: TarHeader | undefined;

  constructor(sink: TarSink, total = Number.MAX_SAFE_INTEGER) {
    this.#sink = sink;
    this.#total = total;
  }

  write(chunk: Buffer): void {
    for (let at = 0; at < chunk.length && !this.#ended; ) {
      const from = at;
      if (this.#content > 0) {
        at += Math.min(this.#content, chunk.length - at);
        this.#content -= at - from;
        this.#current?.data(chunk.subarray(from, at));
        if (this.#content === 0) this.#endContent();
      } else if (this.#padding > 0) {
        at += Math.min(this.#padding, chunk.length - at);
        this.#padding -= at - from;
      } else if (this.#filled === 0 && chunk.length - at >= blockBytes) {
        at += blockBytes;
        this.#read += at - from;
        this.#header(chunk.subarray(from, at));
        continue;
      } else {
        at += chunk.copy(this.#block, this.#filled, at, at + blockBytes - this.#filled);
        this.#filled += at - from;
        this.#read += at - from;
        if (this.#filled === blockBytes) {
          this.#filled = 0;
          this.#header(this.#block);
        }
        continue;
      }
      this.#read += at - from;
    }
  }

  /** Whatever comes after it is not of this archive. Some leave the closing blocks out. */
  end(): void {
    if (this.#ended) return;
    if (this.#content > 0 || this.#filled > 0 || this.#sparse !== undefined) throw new BrokenArchive('it breaks off');
    this.#ended = true;
  }

  #header(block: Buffer): void {
    if (this.#sparse !== undefined) {
      const sparse = this.#sparse;
      if (block[504] !== 0) return;
      this.#sparse = undefined;
      this.#begin(sparse);
      return;
    }
    if (isZero(block)) {
      this.#ended = true;
      return;
    }
    const header = readHeader(block);
    if (header.moreMap) this.#sparse = this.#kept(header);
    else this.#begin(header);
  }

  /** The block that it looks into is used again. */
  #kept(header: TarHeader): TarHeader {
    return { ...header, path: Buffer.from(header.path), target: Buffer.from(header.target) };
  }

  #begin(header: TarHeader): void {
    const isEntry = /^(?:file|folder|link|hardLink|other)$/.test(header.kind);
    const stored = isEntry && header.kind === 'file' ? (this.#stored ?? header.stored) : header.stored;
    this.#padding = (blockBytes - (stored % blockBytes)) % blockBytes;
    this.#content = stored;
    if (this.#read + stored > this.#total) throw new BrokenArchive('a file in it is larger than the whole');
    this.#current = isEntry ? this.#entry(header, stored) : this.#aside(header, stored);
    if (stored === 0) this.#endContent();
  }

  #entry(header: TarHeader, stored: number): TarContent | undefined {
    const path = this.#path ?? header.path;
    const target = this.#target ?? header.target;
    const bytes = this.#sparseSize ?? header.sparseSize ?? stored;
    this.#path = this.#target = this.#stored = this.#sparseSize = undefined;
    if (path.length > maximumPath || target.length > maximumPath)
      throw new BrokenArchive(`a path in it is longer than ${maximumPath} bytes`);
    const kind = header.kind as TarEntry['kind'];
    return this.#sink.entry({
      ...{ kind, path, target, stored, rights: header.rights },
      bytes: kind === 'file' ? bytes : 0,
    });
  }

  #aside({ kind }: TarHeader, stored: number): TarContent | undefined {
    if (kind === 'skipped') return undefined;
    if (stored > maximumPax) throw new BrokenArchive('a header in it is absurdly long');
    const parts: Buffer[] = [];
    return {
      data: (chunk) => void parts.push(Buffer.from(chunk)),
      end: () => {
        const data = Buffer.concat(parts);
        if (kind === 'pax') {
          const { path, target, stored, sparseSize } = readPax(data);
          this.#path = path ?? this.#path;
          this.#target = target ?? this.#target;
          this.#stored = stored;
          this.#sparseSize = sparseSize;
        } else if (kind === 'longPath') this.#path = untilNul(data);
        else this.#target = untilNul(data);
      },
    };
  }

  #endContent(): void {
    const content = this.#current;
    this.#current = undefined;
    content?.end();
  }
}

function untilNul(data: Buffer): Buffer {
  const nul = data.indexOf(0);
  return nul < 0 ? data : data.subarray(0, nul);
}
