// `npm run bench`: Gantry's language server against the one inside the most used container extension, as ratios.
// `--check` fails when a ratio is above its target; `--runs N` takes more or fewer samples.
import { installDependencies, onNode24 } from './parts/dependencies.mjs';

await installDependencies();
process.exitCode =
  (await onNode24('esbuild.mjs', ['--production'])) || (await onNode24('test/bench/bench.ts', process.argv.slice(2)));
