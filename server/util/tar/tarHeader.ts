/** One header of a tar archive. Source: pax(1) of POSIX.1-2017, GNU tar's manual, Go's archive/tar (what engines write with). */

/** What is no tar archive, or none that anybody should unpack: one clause, for the end of a sentence. */
export class BrokenArchive extends Error {}

export const blockBytes = 512;

/** What the bytes after a header are. `pax` and `longPath` say more of the entry that follows. */
export type TarKind = 'file' | 'folder' | 'link' | 'hardLink' | 'other' | 'pax' | 'longPath' | 'longTarget' | 'skipped';

export interface TarHeader {
  readonly kind: TarKind;
  /** As it is written, without the NULs: not cleaned, and maybe cut. */
  readonly path: Uint8Array;
  readonly target: Uint8Array;
  /** How many bytes of content follow. */
  readonly stored: number;
  /** Of a sparse file in GNU's old form: how many it has once unpacked. */
  readonly sparseSize?: number;
  /** Of a sparse file in GNU's old form: another block of its map follows. */
  readonly moreMap?: true;
  /** Rights and owner, as one number to compare. */
  readonly rights: number;
}

const kinds: Readonly<Record<string, TarKind>> = {
  '0': 'file',
  '\0': 'file',
  '7': 'file',
  S: 'file',
  '1': 'hardLink',
  '2': 'link',
  '3': 'other',
  '4': 'other',
  '5': 'folder',
  '6': 'other',
  x: 'pax',
  g: 'skipped',
  L: 'longPath',
  K: 'longTarget',
};

const hasContent: ReadonlySet<TarKind> = new Set(['file', 'pax', 'longPath', 'longTarget', 'skipped']);

/** `block` has {@link blockBytes} and is not empty; what is returned looks into it. Throws BrokenArchive. */
export function readHeader(block: Buffer): TarHeader {
  if (!checks(block)) throw new BrokenArchive('a header in it has a wrong checksum');
  const type = String.fromCharCode(block[156] ?? 0);
  const name = untilNul(block, 0, 100);
  const isUstar = block.toString('latin1', 257, 263) === 'ustar\0';
  const prefix = isUstar ? untilNul(block, 345, 500) : none;
  const path = prefix.length === 0 ? name : Buffer.concat([prefix, slash, name]);
  const plain = kinds[type] ?? 'skipped';
  // In archives from before POSIX a folder is a file with a slash behind its name.
  const kind = plain === 'file' && path.at(-1) === 0x2f ? 'folder' : plain;
  const size = number(block, 124, 12);
  const isSparse = type === 'S';
  return {
    kind,
    path,
    target: untilNul(block, 157, 257),
    // Links, devices and folders have no content, whatever their header says.
    stored: hasContent.has(kind) ? size : 0,
    rights: rightsOf(number(block, 100, 8), number(block, 108, 8), number(block, 116, 8)),
    ...(isSparse && { sparseSize: number(block, 483, 12) }),
    ...(isSparse && block[482] !== 0 && { moreMap: true as const }),
  };
}

export const isZero = (block: Uint8Array): boolean => block.every((byte) => byte === 0);

/** Whether this is the first block of a tar archive. */
export const looksLikeTar = (block: Buffer): boolean =>
  block.length >= blockBytes && (checks(block) || isZero(block.subarray(0, blockBytes)));

const none = Buffer.alloc(0);
const slash = Buffer.from('/');

function untilNul(block: Buffer, start: number, end: number): Buffer {
  const nul = block.indexOf(0, start);
  return block.subarray(start, nul < 0 || nul > end ? end : nul);
}

/** Whether its bytes add up as it says, its own sum taken for blanks. Some programs of old summed signed bytes. */
function checks(block: Buffer): boolean {
  let sum = 8 * 0x20;
  for (let at = 0; at < 148; at++) sum += block[at] ?? 0;
  for (let at = 156; at < blockBytes; at++) sum += block[at] ?? 0;
  const told = checksum(block);
  if (told === sum) return true;
  for (let at = 0; at < blockBytes; at++) if ((at < 148 || at >= 156) && (block[at] ?? 0) > 127) sum -= 256;
  return told === sum;
}

function checksum(block: Buffer): number | undefined {
  try {
    return number(block, 148, 8);
  } catch {
    return undefined; // no number at all
  }
}

/** Octal digits between blanks and NULs, or with the first bit set a number of base 256. */
function number(block: Buffer, start: number, length: number): number {
  const first = block[start] ?? 0;
  if (first & 0x80) return base256(block, start, length);
  let at = start;
  const end = start + length;
  while (at < end && (block[at] === 0x20 || block[at] === 0)) at++;
  let value = 0;
  for (; at < end; at++) {
    const byte = block[at] ?? 0;
    if (byte === 0x20 || byte === 0) break;
    if (byte < 0x30 || byte > 0x37) throw new BrokenArchive('a number in it is none');
    value = value * 8 + (byte - 0x30);
  }
  return value;
}

function base256(block: Buffer, start: number, length: number): number {
  if ((block[start] ?? 0) & 0x40) throw new BrokenArchive('a size in it is negative');
  let value = (block[start] ?? 0) & 0x3f;
  for (let at = start + 1; at < start + length; at++) value = value * 256 + (block[at] ?? 0);
  if (!Number.isSafeInteger(value)) throw new BrokenArchive('a size in it is absurd');
  return value;
}

function rightsOf(mode: number, owner: number, group: number): number {
  return (Math.imul(Math.imul(mode & 0o7777, 0x01000193) ^ owner, 0x01000193) ^ group) >>> 0;
}

/** What a pax header says of the entry after it; only what matters here. */
export interface PaxRecords {
  readonly path: Buffer | undefined;
  readonly target: Buffer | undefined;
  readonly stored: number | undefined;
  readonly sparseSize: number | undefined;
}

/**
 * Records are `length key=value\n`. Of a key that comes again the last counts, and one without a value says nothing. Throws
 * BrokenArchive. Source: Go's archive/tar, parsePAX and mergePAX.
 */
export function readPax(data: Buffer): PaxRecords {
  const records = new Map<string, Buffer>();
  for (let at = 0; at < data.length; ) {
    const blank = data.indexOf(0x20, at);
    const digits = data.toString('latin1', at, Math.min(blank, at + 10));
    const end = at + (/^\d+$/.test(digits) ? Number(digits) : Number.NaN);
    const equals = data.indexOf(0x3d, blank);
    if (blank < 0 || !(end <= data.length) || equals < 0 || equals >= end || data[end - 1] !== 0x0a)
      throw new BrokenArchive('a pax header in it is malformed');
    records.set(data.toString('latin1', blank + 1, equals), data.subarray(equals + 1, end - 1));
    at = end;
  }
  const text = (key: string) => (records.get(key)?.length ? records.get(key) : undefined);
  const size = (key: string) => {
    const value = text(key);
    return value && decimal(value);
  };
  return {
    // The path of a sparse file is one that nothing is called.
    path: text('GNU.sparse.name') ?? text('path'),
    target: text('linkpath'),
    stored: size('size'),
    sparseSize: size('GNU.sparse.realsize') ?? size('GNU.sparse.size'),
  };
}

function decimal(value: Buffer): number {
  const text = value.toString('latin1');
  const size = /^\d{1,20}$/.test(text) ? Number(text) : Number.NaN;
  if (!Number.isSafeInteger(size)) throw new BrokenArchive('a size in it is absurd');
  return size;
}
