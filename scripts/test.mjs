// `npm test`: from a fresh clone to the tests' result. Arguments name the suites to run (`npm test -- unit e2e`).
// Starts on whatever Node the machine has; the suites run on the project's own.
import { installDependencies, onNode24 } from './parts/dependencies.mjs';

await installDependencies();
const built = await onNode24('esbuild.mjs', []);
const tested = await onNode24('scripts/suites.ts', process.argv.slice(2));
// Tests run after a failed build too: those of the sources may say why.
process.exitCode = built || tested;
