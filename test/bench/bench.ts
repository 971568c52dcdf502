import { parseArgs } from 'node:util';
import { root } from '../../scripts/parts/dependencies.mjs';
import { peerServer, peerVersion } from '../../scripts/parts/peer.ts';
import { contextTargets, measureContexts } from './contexts.ts';
import { measure, measureGrowth, type Sample } from './measure.ts';
import { measureRegistry } from './registry.ts';

const { values } = parseArgs({
  options: { check: { type: 'boolean', default: false }, runs: { type: 'string', default: '15' } },
});

/** Highest ratio of our median to the peer's that is good enough. */
const targets: Readonly<Record<string, number>> = {
  initialize: 1.0,
  'didOpen to diagnostics, 50 lines': 1.5,
  'didChange to diagnostics, 2000 lines': 0.25,
  'completion, 2000 lines': 0.3,
  'hover, 2000 lines': 0.3,
  'symbols, 2000 lines': 0.3,
};

const ours = new Map<string, number[]>();
const theirs = new Map<string, number[]>();
const servers = [
  [`${root}/dist/server.js`, ours],
  [await peerServer(), theirs],
] as const;

for (let run = 0; run < Number(values.runs); run++) {
  // Whoever goes second may find a warmer machine: they take turns.
  for (const [program, samples] of run % 2 ? [...servers].reverse() : servers) {
    for (const { name, ms } of await measure(program)) add(samples, { name, ms });
  }
}

const rows = [...ours].map(([name, samples]) => {
  const [our, their] = [median(samples), median(theirs.get(name)!)];
  return { name, our, their, ratio: our / their, target: targets[name] };
});
const missed = rows.filter(({ ratio, target }) => target !== undefined && ratio > target);

console.log(`Medians in ms; the peer is dockerfile-language-server-nodejs ${peerVersion}. Node ${process.version}.\n`);
console.log(`${''.padEnd(40)}${['gantry', 'peer', 'ratio', 'target'].map((title) => title.padStart(9)).join('')}`);
for (const { name, our, their, ratio, target } of rows) {
  const cells = [our.toFixed(2), their.toFixed(2), ratio.toFixed(2), target === undefined ? '' : `<= ${target}`];
  console.log(`${name.padEnd(40)}${cells.map((cell) => cell.padStart(9)).join('')}`);
}
for (const { name, ratio, target } of missed) console.log(`\nMissed: ${name} is ${ratio.toFixed(2)}, to be ${target}.`);

/**
 * How much longer ten times the lines may take, by the means: the garbage collector strikes at every long document, and at one in ten
 * of the short ones, which a median would leave out.
 */
const growthTarget = 12;
const growth = new Map<string, number[]>();
for (const sample of await measureGrowth(`${root}/dist/server.js`, [1000, 10_000])) add(growth, sample);
console.log(
  `\n${'Means in ms, by lines'.padEnd(40)}${['1000', '10000', 'times', 'target'].map((title) => title.padStart(9)).join('')}`,
);
const tooSteep = [...growth].filter(([name, samples]) => {
  const [feature, length] = name.split(', ');
  if (length !== '1000 lines') return false;
  const [short, long] = [mean(samples), mean(growth.get(`${feature}, 10000 lines`)!)];
  const cells = [short.toFixed(2), long.toFixed(2), (long / short).toFixed(1), `<= ${growthTarget}`];
  console.log(`${feature!.padEnd(40)}${cells.map((cell) => cell.padStart(9)).join('')}`);
  return long / short > growthTarget;
});
for (const [name] of tooSteep) console.log(`\nMissed: ${name.split(', ')[0]} grows faster than the file.`);

/** Milliseconds that what is said of 10,000 tags may take. */
const registryTargets: Readonly<Record<string, number>> = {
  'completion, cold, less one answer': 100,
  'completion, from memory': 20,
  'first 100 in the tree, less one answer': 50,
  'longest wait of others': 20,
};
const registry = new Map<string, number[]>();
for (let run = 0; run < 5; run++)
  for (const sample of await measureRegistry(`${root}/dist/server.js`)) add(registry, sample);
const contexts = new Map<string, number[]>();
for (const sample of await measureContexts(`${root}/dist/context-worker.js`, Number(values.runs)))
  add(contexts, sample);
const tooLate = [
  ...showTimes('10,000 tags', registry, registryTargets),
  ...showTimes('COPY . . of 50,000 files', contexts, contextTargets),
];
for (const name of tooLate) console.log(`\nMissed: ${name} takes too long.`);
if (values.check && missed.length + tooSteep.length + tooLate.length > 0) process.exitCode = 1;

/** Prints the medians, and returns the names of those that are above their targets, in ms. */
function showTimes(
  title: string,
  times: ReadonlyMap<string, readonly number[]>,
  limits: Readonly<Record<string, number>>,
): readonly string[] {
  console.log(`\n${title.padEnd(40)}${'ms'.padStart(9)}${'target'.padStart(9)}`);
  return [...times].flatMap(([name, samples]) => {
    const [ms, limit] = [median(samples), limits[name]];
    const cells = [ms.toFixed(2), limit === undefined ? '' : `<= ${limit}`];
    console.log(`${name.padEnd(40)}${cells.map((cell) => cell.padStart(9)).join('')}`);
    return limit !== undefined && ms > limit ? [name] : [];
  });
}

function add(samples: Map<string, number[]>, { name, ms }: Sample): void {
  samples.set(name, [...(samples.get(name) ?? []), ms]);
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
