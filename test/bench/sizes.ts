/**
 * `npm run bench -- sizes`: how long it takes until a Dockerfile of 30 instructions has all its sizes, by a connection that is new to
 * an engine with 300 records in its build cache, and how long each time after that.
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
import { sizesOfEngine } from '../support/sizesOfEngine.ts';

const { values } = parseArgs({
  allowPositionals: true,
  options: { check: { type: 'boolean', default: false }, runs: { type: 'string', default: '9' } },
});
const targets = { coldMs: 60, warmMs: 5 };
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
} finally {
  await rm(folder, { recursive: true });
  await stop();
}

const middle = (times: readonly number[]) => times.toSorted((a, b) => a - b)[times.length >> 1] ?? 0;
const [coldMs, warmMs] = [middle(cold), middle(warm)];
console.log(`Docker Engine ${version}, Node ${process.version}, ${records} records in the build cache, medians\n`);
console.log(`all sizes of 30 instructions, anew   ${coldMs.toFixed(1)} ms (<= ${targets.coldMs})`);
console.log(`each time after that                 ${warmMs.toFixed(2)} ms (<= ${targets.warmMs})`);
if (values.check && (coldMs > targets.coldMs || warmMs > targets.warmMs)) process.exitCode = 1;

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
