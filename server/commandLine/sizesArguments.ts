import { parseArgs } from 'node:util';
import type { ByteUnits } from '../../common/bytes.ts';
import { sizeUnits } from '../language/sizes/sizeOptions.ts';
import { readSize } from './sizeArgument.ts';

/** What `gantry sizes` was asked to do. */
export interface SizesArguments {
  readonly file: string;
  readonly format: SizesFormat;
  readonly units: ByteUnits;
  /** Unpacked bytes that the image may have at most. */
  readonly maxBytes?: number;
}

export const sizesFormats = ['text', 'json'] as const;
export type SizesFormat = (typeof sizesFormats)[number];

export const sizesUsage = `Usage: node dist/cli.js sizes [options] DOCKERFILE

  --format NAME       ${sizesFormats.join(', ')} (default: text)
  --units NAME        ${sizeUnits.join(', ')} (default: MB)
  --max-size SIZE     the most that the image of the last stage may have, unpacked: 250MB, 1.5GiB, 4096
  --help              prints this

Each instruction with the bytes it adds, as the engine knows them of the builds of this file: 128 MB is exact, "≈ 4.2 MB"
a prediction, and "128 MB stale" what it was before something changed that it follows from. Nothing is built.
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
    },
  });
  const [file, another] = positionals;
  if (file === undefined) throw new Error('No file is named.');
  if (another !== undefined) throw new Error(`One file at a time: what is "${another}"?`);
  const most = values['max-size'];
  return {
    file,
    format: oneOf('--format', sizesFormats, values.format),
    units: oneOf('--units', sizeUnits, values.units),
    ...(most !== undefined && { maxBytes: readSize('--max-size', most) }),
  };
}

function oneOf<T extends string>(option: string, known: readonly T[], text: string): T {
  const value = known.find((name) => name === text);
  if (value === undefined) throw new Error(`${option} takes ${known.join(', ')}, not "${text}".`);
  return value;
}
