// `npm run package`: dist/gantry.vsix, from a production build, with nothing in it but what users need.
import { installDependencies, onNode24 } from './parts/dependencies.mjs';

await installDependencies();
process.exitCode = (await onNode24('esbuild.mjs', ['--production'])) || (await onNode24('scripts/vsix.ts', []));
