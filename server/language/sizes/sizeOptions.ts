import { type ByteUnits, byteUnits, formatBytesIn } from '../../../common/bytes.ts';

/** The settings `gantry.sizes.*`. */
export interface SizeOptions {
  readonly hints: SizeHints;
  /** Bytes; with `threshold`, smaller instructions have no hint. */
  readonly threshold: number;
  readonly units: ByteUnits;
  readonly codeLens: boolean;
}

export const sizeHints = ['all', 'threshold', 'none'] as const;
export type SizeHints = (typeof sizeHints)[number];

export const sizeUnits = byteUnits;

export const defaultSizeOptions: SizeOptions = { hints: 'all', threshold: 10_000_000, units: 'MB', codeLens: true };

/** A size with the sign of how certain it is: `128 MB`, `≈ 4.2 MB`, `128 MB stale`; with `+` of what is added. */
export function sizeText(
  { bytes, state }: { readonly bytes: number; readonly state: 'exact' | 'about' | 'stale' },
  units: ByteUnits,
  sign: '+' | '' = '',
): string {
  const text = `${sign}${formatBytesIn(units, bytes)}`;
  return state === 'about' ? `≈ ${text}` : state === 'stale' ? `${text} stale` : text;
}
