// `npm start`: from a fresh clone to Gantry on the sample workspace. `--with-engine` starts a Docker Engine where none
// is reachable, with the images that the samples start from.
import { installDependencies, onNode24 } from './parts/dependencies.mjs';

await installDependencies();
process.exitCode = (await onNode24('esbuild.mjs', [])) || (await onNode24('scripts/open.ts', process.argv.slice(2)));
