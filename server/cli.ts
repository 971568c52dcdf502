/**
 * Gantry for scripts and CI.
 *
 * `node dist/cli.js parse FILE…` prints how BuildKit reads each file: one JSON line a file, `{escape, nodes}` or `{error}`.
 * It exits with 1 when a file cannot be read; what BuildKit refuses is an answer, not a failure.
 * `node dist/cli.js lint FILE…` checks files as the editor does; `lint --help` says how.
 * `node dist/cli.js layers IMAGE` says what an image is made of; `layers --help` says how.
 * `node dist/cli.js sizes FILE` prints what its instructions add to the image; `sizes --help` says more.
 */
import { layers } from './commandLine/layers.ts';
import { lint } from './commandLine/lint.ts';
import { printParse } from './commandLine/parse.ts';
import { sizes } from './commandLine/sizes.ts';

/** The bundler puts it here, from package.json. */
declare const GANTRY_VERSION: string;

const usage = `Usage: node dist/cli.js lint [options] FILE…    checks Dockerfiles as the editor does; lint --help says more
       node dist/cli.js layers [options] IMAGE  says what an image is made of; layers --help says more
       node dist/cli.js sizes [options] FILE    prints what each instruction adds to the image; sizes --help says more
       node dist/cli.js parse FILE…             prints how BuildKit reads them, as JSON
       node dist/cli.js --version
`;

const write = (text: string) => void process.stdout.write(text);
const complain = (text: string) => void process.stderr.write(text);

async function main([command, ...args]: readonly string[]): Promise<number> {
  if (command === 'parse' && args.length > 0) return printParse(args, write);
  const { env, platform } = process;
  const world = { env, platform, now: Date.now(), version: GANTRY_VERSION, write, complain };
  if (command === 'lint') return lint(args, world);
  if (command === 'layers') return layers(args, world);
  if (command === 'sizes') return sizes(args, world);
  const asked = { '--help': usage, '-h': usage, '--version': `${GANTRY_VERSION}\n` }[command ?? ''];
  if (asked === undefined) {
    complain(usage);
    return 2;
  }
  write(asked);
  return 0;
}

main(process.argv.slice(2)).then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    process.exitCode = 1;
    complain(`${String(error)}\n`);
  },
);
