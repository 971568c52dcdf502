/**
 * `npm run bench -- sizes`: how long it takes until a Dockerfile of 30 instructions has all its sizes, by a connection that is new to
 * an engine with 300 records in its build cache, and how long each time after that; in an editor, how soon an edit marks what it
 * makes stale, and how soon a build of the command line shows once that has ended.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { engine as startEngine } from '../../scripts/parts/engine.ts';
import { build } from '../../server/engine/buildkit/build.ts';
import { createEngine } from '../../server/engine/engine.ts';
import { silentLog } from '../support/changes.ts';
import { openLiveSizes } from '../support/liveSizes.ts';
import { sizesOfEngine } from '../support/sizesOfEngine.ts';

const { values } = parseArgs({
  allowPositionals: true,
  options: { check: { type: 'boolean', default: false }, runs: { type: 'string', default: '9' } },
});
const targets = { coldMs: 60, warmMs: 5, editMs: 100, buildMs: 1000 };
const tag = 'gantry-bench/sizes';
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
const edits: number[] = [];
const builds: number[] = [];
let text = '';
let records = 0;
try {
  const engine = openEngine();
  const world = { credentials: { find: async () => undefined }, refuse: () => undefined };
  for (let file = 0; file < files; file++) {
    text = textOf(file);
    await writeFile(dockerfile, text);
    const result = await build(engine, { dockerfile, context: folder, tags: [] }, world, () => {}, never);
    if (result.kind !== 'built') throw new Error(result.message);
  }
  const usage = await engine.json({ method: 'GET', path: '/system/df', query: { type: 'build-cache' } }, never);
  records = (usage as { readonly BuildCache: readonly unknown[] }).BuildCache.length;
  engine.dispose();
  for (let run = 0; run < Number(values.runs); run++) await measure();
  await measureLive();
} finally {
  await rm(folder, { recursive: true });
  await stop();
}

const middle = (times: readonly number[]) => times.toSorted((a, b) => a - b)[times.length >> 1] ?? 0;
const [coldMs, warmMs, editMs, buildMs] = [cold, warm, edits, builds].map(middle) as [number, number, number, number];
console.log(`Docker Engine ${version}, Node ${process.version}, ${records} records in the build cache, medians\n`);
console.log(`all sizes of 30 instructions, anew   ${coldMs.toFixed(1)} ms (<= ${targets.coldMs})`);
console.log(`each time after that                 ${warmMs.toFixed(2)} ms (<= ${targets.warmMs})`);
console.log(`what an edit makes stale             ${editMs.toFixed(1)} ms (<= ${targets.editMs})`);
console.log(`sizes of a build that ended          ${buildMs.toFixed(0)} ms (<= ${targets.buildMs})`);
const missed =
  coldMs > targets.coldMs || warmMs > targets.warmMs || editMs > targets.editMs || buildMs > targets.buildMs;
if (values.check && missed) process.exitCode = 1;

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

/** As an editor sees it: all between the keystroke, or the end of the build, and the hints. */
async function measureLive(): Promise<void> {
  const live = await openLiveSizes(text, { tag, host: dockerHost });
  const count = (hints: readonly string[], pattern: RegExp) => hints.filter((hint) => pattern.test(hint)).length;
  const areExact = (hints: readonly string[]) => hints.length > steps && count(hints, /≈|stale/) === 0;
  try {
    let built = text;
    await live.until(() => true);
    for (let run = 0; run < Number(values.runs); run++) {
      await live.build(built);
      const ended = performance.now();
      await live.until(areExact);
      builds.push(performance.now() - ended);
      built = built.replace(/x+(?=\nEOF)/, (content) => `${content}x`);
      const from = performance.now();
      await live.edit(built);
      // The first line has another size, so all others may have.
      await live.until((hints) => count(hints, /≈|stale/) >= steps);
      edits.push(performance.now() - from);
    }
  } finally {
    await live.dispose();
  }
}

function textOf(file: number): string {
  const copies = Array.from(
    { length: steps },
    (_, step) => `COPY <<EOF /${file}/${step}\n${'x'.repeat(step + 1)}\nEOF`,
  );
  return `FROM scratch\n${copies.join('\n')}\n`;
}
