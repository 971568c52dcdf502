const units = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'] as const;

/**
 * Bytes for people: decimal units and three significant digits, as docker prints them. Never parse it back.
 * Example: `1234567` prints as `1.23 MB`. Source: docker/go-units, HumanSize (without its rounding of 999.9 to 1e+03).
 */
export function formatBytes(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (Number(value.toPrecision(3)) >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${unit === 0 ? Math.round(value) : Number(value.toPrecision(3))} ${units[unit]}`;
}

/** How much more or less something takes than before: `+1.2 MB`, `-23 MB`; of nothing `±0 B`. */
export function formatBytesChange(bytes: number): string {
  return formatBytesChangeIn('MB', bytes);
}

export function formatBytesChangeIn(units: ByteUnits, bytes: number): string {
  return `${bytes > 0 ? '+' : bytes < 0 ? '-' : '±'}${formatBytesIn(units, Math.abs(bytes))}`;
}

const binaryUnits = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'] as const;

/** What `gantry.sizes.units` may be. */
export const byteUnits = ['MB', 'MiB'] as const;
export type ByteUnits = (typeof byteUnits)[number];

/** For what a setting says: what it may not be is its default. */
export function readByteUnits(value: unknown): ByteUnits {
  return byteUnits.find((units) => units === value) ?? 'MB';
}

/** Bytes for people in the units they want: decimal as docker prints them, or binary: `1.18 MiB`. */
export function formatBytesIn(units: ByteUnits, bytes: number): string {
  if (units === 'MB') return formatBytes(bytes);
  let value = bytes;
  let unit = 0;
  while (value >= 1023.5 && unit < binaryUnits.length - 1) {
    value /= 1024;
    unit++;
  }
  const digits = value >= 1000 ? Math.round(value) : Number(value.toPrecision(3));
  return `${unit === 0 ? Math.round(value) : digits} ${binaryUnits[unit]}`;
}

/** A whole number for people: `12,400`. */
export function grouped(count: number): string {
  return String(count).replaceAll(/\B(?=(?:\d{3})+$)/g, ',');
}

/** `1 file`, `12,400 files`. */
export function fileCount(files: number): string {
  return `${grouped(files)} ${files === 1 ? 'file' : 'files'}`;
}

/** How many bytes a text takes in UTF-8; half of a surrogate pair takes three, as its replacement would. */
export function utf8Length(text: string): number {
  let bytes = 0;
  for (const character of text) {
    const code = character.codePointAt(0)!;
    bytes += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
  }
  return bytes;
}
