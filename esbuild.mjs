// Bundles dist/client.js, dist/server.js (which loads dist/server-main.js), its worker and dist/cli.js. `--watch` rebuilds on change, `--production` minifies.
import { copyFile, mkdir, readFile, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { build, context } from 'esbuild';

const watch = process.argv.includes('--watch');
const production = process.argv.includes('--production');

/**
 * Packages that cost too much to load at start. Each becomes a file of its own in dist/, read on first `import()`.
 * Types may be imported anywhere; a static value import of one of these is an error of the bundle.
 */
const lazyPackages = [
  ...['dockerode', 'protobufjs/light.js', 'undici', 'tar-stream', 'web-tree-sitter'],
  ...['vscode-languageclient/node', 'yaml'],
];

/** What is read as a file, from beside the bundle. */
const shippedFiles = ['web-tree-sitter/web-tree-sitter.wasm', 'tree-sitter-bash/tree-sitter-bash.wasm'];

const fileOf = (name) => `lazy-${name.replaceAll(/\W+/g, '-')}`;

/** @type {import('esbuild').Plugin} */
const lazy = {
  name: 'lazy',
  setup(build) {
    build.onResolve({ filter: /^[^./]/ }, ({ path, kind }) => {
      if (!lazyPackages.includes(path) || kind === 'entry-point') return undefined;
      if (kind !== 'dynamic-import') return { errors: [{ text: `${path} is heavy: load it with import()` }] };
      return { path: `./${fileOf(path)}.js`, external: true };
    });
  },
};

/**
 * What the server's first file loads is a file of its own, so that the compile cache is there for it.
 * @type {import('esbuild').Plugin}
 */
const apart = {
  name: 'apart',
  setup(build) {
    build.onResolve({ filter: /^\.\/main\.ts$/ }, () => ({ path: './server-main.js', external: true }));
  },
};

/**
 * dockerode brings SSH and gRPC clients that Gantry does not use: it reaches SSH hosts through the ssh command and
 * BuildKit through node:http2. Left out, they save 1 MB and two native modules.
 * @type {import('esbuild').Plugin}
 */
const unused = {
  name: 'unused',
  setup(build) {
    build.onResolve({ filter: /^(ssh2|@grpc\/grpc-js|@grpc\/proto-loader)$/ }, ({ path }) => ({
      path,
      namespace: 'unused',
    }));
    build.onLoad({ filter: /.*/, namespace: 'unused' }, () => ({ contents: 'module.exports = {};' }));
  },
};

/** @type {import('esbuild').BuildOptions} */
const shared = {
  bundle: true,
  platform: 'node',
  format: 'cjs',
  target: 'node20',
  outdir: 'dist',
  minify: production,
  sourcemap: !production,
  // Packages that ship both forms: the ES modules bundle smaller.
  mainFields: ['module', 'main'],
  // Where a file is, for sources that are ES modules.
  define: { 'import.meta.dirname': '__dirname', 'import.meta.url': '__filename' },
  // Watching, the editor's task reads when a build starts and ends.
  logLevel: watch ? 'info' : 'warning',
};

const bundles = [
  {
    ...shared,
    entryPoints: { client: 'client/extension.ts' },
    external: ['vscode'],
    plugins: [lazy],
    // Only what require() has loaded finds `vscode`, which is no file but the extension host's own answer.
    supported: { 'dynamic-import': false },
  },
  {
    ...shared,
    entryPoints: {
      'server-main': 'server/main.ts',
      'context-worker': 'server/context/worker.ts',
      cli: 'server/cli.ts',
    },
    define: {
      ...shared.define,
      GANTRY_VERSION: JSON.stringify(JSON.parse(await readFile('package.json', 'utf8')).version),
    },
    plugins: [lazy, unused],
  },
  {
    ...shared,
    entryPoints: { server: 'server/start.ts' },
    plugins: [apart],
    supported: { 'dynamic-import': false },
  },
  {
    ...shared,
    entryPoints: Object.fromEntries(lazyPackages.map((name) => [fileOf(name), name])),
    sourcemap: false,
    mainFields: ['main'],
    external: ['vscode'],
    plugins: [unused],
  },
];

await rm('dist', { recursive: true, force: true });
await mkdir('dist');
for (const file of shippedFiles) await copyFile(join('node_modules', file), join('dist', basename(file)));
if (watch) for (const options of bundles) await (await context(options)).watch();
else await Promise.all(bundles.map((options) => build(options)));
