/**
 * `npm run bench -- sizes`: how long it takes until a Dockerfile of 30 instructions has all its sizes, by a connection that is new to
 * an engine with 300 records in its build cache, and how long each time after that. And in an editor: how long after an edit the
 * server has said what it makes stale, and how long after the end of a build by somebody else all sizes are those of that build.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import type { InlayHint } from 'vscode-languageserver-types';
import { engine as startEngine } from '../../scripts/parts/engine.ts';
import { build } from '../../server/engine/buildkit/build.ts';
import { createEngine, type Engine } from '../../server/engine/engine.ts';
import { silentLog } from '../support/changes.ts';
import { sizesOfEngine } from '../support/sizesOfEngine.ts';
import { capabilities, startLanguageServer } from './languageServer.ts';

const { values } = parseArgs({
  allowPositionals: true,
  options: { check: { type: 'boolean', default: false }, runs: { type: 'string', default: '9' } },
});
const targets = { coldMs: 60, warmMs: 5, staleMs: 100, builtMs: 1000 };
const steps = 29;
const files = 11;

const never = new AbortController().signal;
const { dockerHost, version, stop } = await startEngine();
const openEngine = () => createEngine({ env: { DOCKER_HOST: dockerHost }, log: silentLog });
const folder = await mkdtemp(join(tmpdir(), 'gantry-bench-'));
const dockerfile = join(folder, 'Dockerfile');
const uri = pathToFileURL(dockerfile).href;
const cold: number[] = [];
const warm: number[] = [];
const stale: number[] = [];
const built: number[] = [];
let text = '';
let records = 0;
try {
  const engine = openEngine();
  for (let file = 0; file < files; file++) {
    text = textOf(file);
    await buildIt(engine);
  }
  const usage = await engine.json({ method: 'GET', path: '/system/df', query: { type: 'build-cache' } }, never);
  records = (usage as { readonly BuildCache: readonly unknown[] }).BuildCache.length;
  await measureEditor(engine);
  engine.dispose();
  for (let run = 0; run < Number(values.runs); run++) await measure();
} finally {
  await rm(folder, { recursive: true });
  await stop();
}

const middle = (times: readonly number[]) => times.toSorted((a, b) => a - b)[times.length >> 1] ?? 0;
const [coldMs, warmMs, staleMs, builtMs] = [middle(cold), middle(warm), Math.max(...stale), Math.max(...built)];
console.log(`Docker Engine ${version}, Node ${process.version}, ${records} records in the build cache, medians\n`);
console.log(`all sizes of 30 instructions, anew   ${coldMs.toFixed(1)} ms (<= ${targets.coldMs})`);
console.log(`each time after that                 ${warmMs.toFixed(2)} ms (<= ${targets.warmMs})`);
console.log(`stale after an edit, the longest       ${staleMs.toFixed(1)} ms (<= ${targets.staleMs})`);
console.log(`exact after a build, the longest       ${builtMs.toFixed(0)} ms (<= ${targets.builtMs})`);
const misses = [
  coldMs > targets.coldMs,
  warmMs > targets.warmMs,
  staleMs > targets.staleMs,
  builtMs > targets.builtMs,
].filter(Boolean);
if (values.check && misses.length > 0) process.exitCode = 1;

async function buildIt(engine: Engine): Promise<void> {
  await writeFile(dockerfile, text);
  const world = { credentials: { find: async () => undefined }, refuse: () => undefined };
  const result = await build(engine, { dockerfile, context: folder, tags: [] }, world, () => {}, never);
  if (result.kind !== 'built') throw new Error(result.message);
}

/** The server hears of builds from the engine alone: they are made by this process. */
async function measureEditor(engine: Engine): Promise<void> {
  process.env['DOCKER_HOST'] = dockerHost;
  const server = startLanguageServer(fileURLToPath(new URL('../../dist/server.js', import.meta.url)));
  await server.request('initialize', {
    ...{ processId: process.pid, rootUri: pathToFileURL(folder).href },
    capabilities: { ...capabilities, workspace: { ...capabilities.workspace, inlayHint: { refreshSupport: true } } },
    initializationOptions: { storage: join(folder, 'storage') },
  });
  await server.notify('initialized', {});
  let version = 1;
  await server.notify('textDocument/didOpen', {
    textDocument: { uri, languageId: 'dockerfile', version, text },
  });
  const range = { start: { line: 0, character: 0 }, end: { line: 10_000, character: 0 } };
  const labels = async () => {
    const hints = await server.request('textDocument/inlayHint', { textDocument: { uri }, range });
    return (hints as InlayHint[]).map(({ label }) => String(label));
  };
  const untilExact = async () => {
    for (;;) {
      const news = server.newHints();
      news.catch(() => {}); // where nobody waits for it
      const shown = await labels();
      if (shown.filter((label) => /^[\d.]+ \wB|^\d+ B/.test(label) && !label.includes('stale')).length === steps)
        return;
      await news;
    }
  };
  await untilExact();
  for (let run = 0; run < Number(values.runs); run++) {
    text = text.replace(/^x+$/m, (line) => `${line}x`);
    const edited = performance.now();
    await server.notify('textDocument/didChange', {
      textDocument: { uri, version: ++version },
      contentChanges: [{ text }],
    });
    const shown = await labels();
    stale.push(performance.now() - edited);
    if (!shown.at(-1)?.includes('stale')) throw new Error(`The last line is not stale: ${shown.join(', ')}`);
    await buildIt(engine);
    const ended = performance.now();
    await untilExact();
    built.push(performance.now() - ended);
  }
  await server.stop();
}

async function measure(): Promise<void> {
  const engine = openEngine();
  const sizes = sizesOfEngine(engine, { dockerConfig: folder });
  const start = performance.now();
  await sizes.until(
    uri,
    text,
    ({ figures }) => [...figures.values()].filter((one) => one.state === 'exact').length === steps,
  );
  cold.push(performance.now() - start);
  for (let again = 0; again < 10; again++) {
    const from = performance.now();
    sizes.of(uri, text);
    warm.push(performance.now() - from);
  }
  await sizes.dispose();
  engine.dispose();
}

function textOf(file: number): string {
  const copies = Array.from(
    { length: steps },
    (_, step) => `COPY <<EOF /${file}/${step}\n${'x'.repeat(step + 1)}\nEOF`,
  );
  return `FROM scratch\n${copies.join('\n')}\n`;
}
