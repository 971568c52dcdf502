import { parseArgs } from 'node:util';
import { type ByteUnits, byteUnits } from '../../common/bytes.ts';
import { parsePlatform } from '../../common/platform.ts';
import type { Wanted } from '../registries/chooseImage.ts';
import type { ImageLimits } from './imageLimits.ts';
import { oneOf } from './oneOf.ts';
import { readRatio, readSize } from './sizeArgument.ts';

/** What `gantry layers` was asked to do. Beyond a limit the exit code is 1. */
export interface LayersArguments extends ImageLimits {
  readonly image: string;
  readonly source: 'engine' | 'registry';
  readonly platform?: Wanted;
  readonly format: 'text' | 'json';
  readonly units: ByteUnits;
}

export const layersUsage = `Usage: node dist/cli.js layers [options] IMAGE

Shows what each layer of an image of the engine adds, which files nobody sees in the end, and which layers brought them.

  --format NAME           text, json (default: text)
  --units NAME            ${byteUnits.join(', ')} (default: MB)
  --max-size SIZE         the exit code is 1 for a larger image: 200MB, 1GiB
  --max-wasted SIZE       the same for more that nobody sees
  --min-efficiency RATIO  the same for less efficiency, by dive's formula: 0.95 or 95%
  --registry              asks the registry and pulls nothing: sizes are compressed, and nothing is known of files
  --platform OS/ARCH      of a registry's image (default: what the engine would pull)
  --help                  prints this

The engine is the one of DOCKER_HOST, of docker's context, or at one of the usual sockets.
Exit code: 0 within the limits, 1 beyond one, 2 a wrong option or an image that cannot be read.
`;

/** Throws an Error whose message says what is wrong with the arguments. */
export function readLayersArguments(args: readonly string[]): LayersArguments {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      format: { type: 'string', default: 'text' },
      units: { type: 'string', default: 'MB' },
      'max-size': { type: 'string' },
      'max-wasted': { type: 'string' },
      'min-efficiency': { type: 'string' },
      registry: { type: 'boolean', default: false },
      platform: { type: 'string' },
    },
  });
  const [image, ...others] = positionals;
  if (image === undefined) throw new Error('No image is named.');
  if (others.length > 0) throw new Error(`One image at a time: what is "${others[0]}"?`);
  const { registry, platform } = values;
  const format = oneOf('--format', ['text', 'json'], values.format);
  const units = oneOf('--units', byteUnits, values.units);
  const { 'max-size': size, 'max-wasted': wasted, 'min-efficiency': efficiency } = values;
  if (registry && (wasted !== undefined || efficiency !== undefined))
    throw new Error('--max-wasted and --min-efficiency need the files of an image: pull it, and leave --registry out.');
  if (platform !== undefined && !registry) throw new Error('--platform goes with --registry.');
  return {
    ...{ image, format, units },
    source: registry ? 'registry' : 'engine',
    ...(platform !== undefined && { platform: readPlatform(platform) }),
    ...(size !== undefined && { maximumBytes: readSize('--max-size', size) }),
    ...(wasted !== undefined && { maximumWasted: readSize('--max-wasted', wasted) }),
    ...(efficiency !== undefined && { minimumEfficiency: readRatio('--min-efficiency', efficiency) }),
  };
}

function readPlatform(text: string): Wanted {
  const platform = parsePlatform(text);
  if (platform === undefined) throw new Error(`--platform takes one like linux/arm64, not "${text}".`);
  return platform;
}
