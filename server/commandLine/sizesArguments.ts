import { parseArgs } from 'node:util';
import type { ByteUnits } from '../../common/bytes.ts';
import { sizeUnits } from '../language/sizes/sizeOptions.ts';
import type { ImageLimits } from './imageLimits.ts';
import { oneOf } from './oneOf.ts';
import { readRatio, readSize } from './sizeArgument.ts';

/** What `gantry sizes` was asked to do. The limits are of the image of the last stage, unpacked. */
export interface SizesArguments extends ImageLimits {
  readonly file: string;
  readonly format: SizesFormat;
  readonly units: ByteUnits;
}

export const sizesFormats = ['text', 'json'] as const;
export type SizesFormat = (typeof sizesFormats)[number];

export const sizesUsage = `Usage: node dist/cli.js sizes [options] DOCKERFILE

  --format NAME           ${sizesFormats.join(', ')} (default: text)
  --units NAME            ${sizeUnits.join(', ')} (default: MB)
  --max-size SIZE         the most that the image of the last stage may have, unpacked: 250MB, 1.5GiB, 4096
  --max-wasted SIZE       the most of it that nobody sees: files that come again or are removed later
  --min-efficiency RATIO  the least efficiency it may have, by dive's formula: 0.95 or 95%
  --help                  prints this

Each instruction with the bytes it adds, as the engine knows them of the builds of this file: 128 MB is exact, "≈ 4.2 MB"
a prediction, and "128 MB stale" what it was before something changed that it follows from. Nothing is built. For what is
wasted the image that was built last is read from the engine, once.
Exit code: 0 within the limit, 1 above it, 2 a wrong option, a file that cannot be read or a size that is not known.
`;

/** Throws an Error whose message says what is wrong with the arguments. */
export function readSizesArguments(args: readonly string[]): SizesArguments {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      format: { type: 'string', default: 'text' },
      units: { type: 'string', default: 'MB' },
      'max-size': { type: 'string' },
      'max-wasted': { type: 'string' },
      'min-efficiency': { type: 'string' },
    },
  });
  const [file, another] = positionals;
  if (file === undefined) throw new Error('No file is named.');
  if (another !== undefined) throw new Error(`One file at a time: what is "${another}"?`);
  const { 'max-size': size, 'max-wasted': wasted, 'min-efficiency': efficiency } = values;
  return {
    file,
    format: oneOf('--format', sizesFormats, values.format),
    units: oneOf('--units', sizeUnits, values.units),
    ...(size !== undefined && { maximumBytes: readSize('--max-size', size) }),
    ...(wasted !== undefined && { maximumWasted: readSize('--max-wasted', wasted) }),
    ...(efficiency !== undefined && { minimumEfficiency: readRatio('--min-efficiency', efficiency) }),
  };
}
