// `npm run bench`: Gantry's language server against the one inside the most used container extension, as ratios.
// `--check` fails when a ratio is above its target; `--runs N` takes more or fewer samples.
// `npm run bench -- layers`: the analysis of an image beside the time in which the engine hands it over.
// `npm run bench -- sizes`: the sizes of a Dockerfile that the engine has built.
import { installDependencies, onNode24 } from './parts/dependencies.mjs';

await installDependencies();
const args = process.argv.slice(2);
const bench = `test/bench/${['layers', 'sizes'].find((name) => args.includes(name)) ?? 'bench'}.ts`;
process.exitCode = (await onNode24('esbuild.mjs', ['--production'])) || (await onNode24(bench, args));
