// Packs what is built into dist/gantry.vsix and checks its contents.
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { createVSIX, listFiles, PackageManager } from '@vscode/vsce';
import { root } from './parts/dependencies.mjs';

/** What may be in the package; .vscodeignore says the same to vsce, this says it to whoever changes that. */
const shipped = [
  /^dist\/[\w.-]+\.(js|css|wasm)$/,
  /^(syntaxes|resources|l10n)\//,
  /^package(\.nls(\.[\w-]+)?)?\.json$/,
];
const documents = ['README.md', 'CHANGELOG.md', 'LICENSE'];

const files = await listFiles({ cwd: root, packageManager: PackageManager.None });
const stray = files.filter((file) => !documents.includes(file) && !shipped.some((pattern) => pattern.test(file)));
if (stray.length > 0) throw new Error(`These do not belong in the package: ${stray.join(', ')}`);
const needed = [
  'client.js',
  'server.js',
  'server-main.js',
  'cli.js',
  'layers-worker.js',
  'context-worker.js',
  'layers-page.js',
  'layers-page.css',
  'web-tree-sitter.wasm',
  'tree-sitter-bash.wasm',
];
const missing = needed.map((file) => `dist/${file}`).filter((file) => !files.includes(file));
if (missing.length > 0) throw new Error(`The package lacks ${missing.join(', ')}`);

const packagePath = join(root, 'dist/gantry.vsix');
await createVSIX({
  cwd: root,
  dependencies: false,
  packagePath,
  allowMissingRepository: true,
  rewriteRelativeLinks: false,
});
console.log(`dist/gantry.vsix: ${files.length} files, ${((await stat(packagePath)).size / 1e6).toFixed(1)} MB`);
