/**
 * `npm run bench -- layers`: the analysis of an image of 1 GB beside the time in which the engine hands the same image over, in
 * turns; how much memory the server takes for it, and how long an editor waits meanwhile.
 */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { pack } from 'tar-stream';
import { root } from '../../scripts/parts/dependencies.mjs';
import { dockerAt } from '../../scripts/parts/docker.ts';
import { engine } from '../../scripts/parts/engine.ts';
import { dockerfileText } from './dockerfileText.ts';
import { capabilities, type LanguageServer, startLanguageServer } from './languageServer.ts';

const { values } = parseArgs({
  allowPositionals: true,
  options: { check: { type: 'boolean', default: false }, runs: { type: 'string', default: '3' } },
});
const targets = { ratio: 1.2, growthMb: 200, waitMs: 20 };

const [name, tiny] = ['large', 'tiny'].map((tag) => `gantry-bench/layers-${process.pid}:${tag}`) as [string, string];
const uri = 'file:///bench/Dockerfile';

const { dockerHost, version, stop } = await engine();
process.env['DOCKER_HOST'] = dockerHost;
const docker = dockerAt(dockerHost);
const cache = await mkdtemp(join(tmpdir(), 'gantry-bench-'));
process.env['XDG_CACHE_HOME'] = cache;
const rows: Round[] = [];
try {
  await makeImage(tiny, 1, 0);
  await makeImage(name, 50_000, 14);
  for (let run = 0; run < Number(values.runs); run++) {
    // Whoever goes second may find a warmer machine: they take turns.
    const first = run % 2 ? await analyze() : undefined;
    const drainMs = await drain();
    rows.push({ drainMs, ...(first ?? (await analyze())) });
  }
} finally {
  for (const each of [name, tiny]) await docker.getImage(each).remove({ force: true });
  await rm(cache, { recursive: true });
  await stop();
}

const middle = (pick: (round: Round) => number): number => {
  const sorted = rows.map(pick).sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
};
const [drained, analyzed] = [middle(({ drainMs }) => drainMs), middle(({ analyzeMs }) => analyzeMs)];
const [growth, idle, wait] = [
  Math.max(...rows.map(({ growthMb }) => growthMb)),
  middle(({ idleMs }) => idleMs),
  middle(({ waitMs }) => waitMs),
];
console.log(`Docker Engine ${version}, Node ${process.version}, medians of ${rows.length} runs\n`);
console.log(`handing over 1 GB     ${drained.toFixed(0)} ms`);
console.log(
  `analyzing it          ${analyzed.toFixed(0)} ms, ${(analyzed / drained).toFixed(2)} times (<= ${targets.ratio})`,
);
console.log(`memory                ${growth.toFixed(0)} MB more at most (<= ${targets.growthMb})`);
console.log(
  `an editor's longest wait  ${wait.toFixed(1)} ms, ${idle.toFixed(1)} ms without it (<= ${targets.waitMs} more)`,
);
const missed = analyzed / drained > targets.ratio || growth > targets.growthMb || wait - idle > targets.waitMs;
if (values.check && missed) process.exitCode = 1;

interface Round {
  readonly drainMs: number;
  readonly analyzeMs: number;
  readonly growthMb: number;
  /** The longest that an answer to the editor took, during the analysis and for as long without. */
  readonly waitMs: number;
  readonly idleMs: number;
}

async function drain(): Promise<number> {
  const start = performance.now();
  for await (const _ of await docker.getImage(name).get()) {
    // as into /dev/null
  }
  return performance.now() - start;
}

async function analyze(): Promise<Omit<Round, 'drainMs'>> {
  await rm(join(cache, 'gantry'), { recursive: true, force: true });
  const server = startLanguageServer(`${root}/dist/server.js`);
  await server.request('initialize', { processId: process.pid, rootUri: null, capabilities });
  await server.notify('initialized', {});
  const dockerfile = dockerfileText(50);
  await server.notify('textDocument/didOpen', {
    textDocument: { uri, languageId: 'dockerfile', version: 1, text: dockerfile },
  });
  // What a server loads when it first asks an engine is no analysis.
  await server.request('gantry/layers/analyze', { reference: tiny, source: 'engine' });
  await delay(1000);
  const before = await residentMb(server.pid);
  const start = performance.now();
  const working = server.request('gantry/layers/analyze', { reference: name, source: 'engine' });
  const peak = highest(working, () => residentMb(server.pid));
  const waitMs = await longestWait(server, working);
  const analyzeMs = performance.now() - start;
  const idleMs = await longestWait(server, delay(analyzeMs));
  await server.stop();
  return { analyzeMs, waitMs, idleMs, growthMb: (await peak) - before };
}

/** Asks again and again until `work` is done. */
async function longestWait(server: LanguageServer, work: Promise<unknown>): Promise<number> {
  let ended = false;
  const end = work.finally(() => {
    ended = true;
  });
  let longest = 0;
  while (!ended) {
    const start = performance.now();
    await server.request('textDocument/documentSymbol', { textDocument: { uri } });
    longest = Math.max(longest, performance.now() - start);
    await delay(5);
  }
  await end;
  return longest;
}

async function highest(work: Promise<unknown>, sample: () => Promise<number>): Promise<number> {
  let ended = false;
  const end = () => {
    ended = true;
  };
  work.then(end, end);
  let most = 0;
  while (!ended) {
    most = Math.max(most, await sample());
    await delay(20);
  }
  return most;
}

/** Where Linux tells it; elsewhere nothing. */
async function residentMb(pid: number | undefined): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1] ?? 0) / 1024;
}

/** Files of 2 kB and files of 64 MB. */
async function makeImage(name: string, smallFiles: number, largeFiles: number): Promise<void> {
  const archive = pack();
  const [repo, tag] = name.split(':');
  const imported = docker.importImage(Readable.from(archive), { fromSrc: '-', repo, tag });
  const add = (path: string, content: Buffer) =>
    new Promise<void>((resolve) => archive.entry({ name: path }, content, () => resolve()));
  const large = Buffer.alloc(64_000_000);
  for (let at = 0; at < large.length; at += 4) large.writeUInt32LE(Math.imul(at, 0x9e3779b1) >>> 0, at);
  const small = large.subarray(0, 2000);
  const fill = async () => {
    for (let index = 0; index < largeFiles; index++) await add(`large/${index}`, large);
    for (let index = 0; index < smallFiles; index++) await add(`small/${index % 500}/deep/er/${index}.txt`, small);
    archive.finalize();
  };
  await Promise.all([fill(), imported.then((answer) => text(answer))]);
}
