// `npm run bench`: Gantry's language server against the one inside the most used container extension, as ratios.
// `--check` fails when a ratio is above its target; `--runs N` takes more or fewer samples.
// `npm run bench -- layers`: the analysis of an image beside the time in which the engine hands it over.
import { installDependencies, onNode24 } from './parts/dependencies.mjs';

await installDependencies();
const args = process.argv.slice(2);
const bench = args.includes('layers') ? 'test/bench/layers.ts' : 'test/bench/bench.ts';
process.exitCode = (await onNode24('esbuild.mjs', ['--production'])) || (await onNode24(bench, args));
