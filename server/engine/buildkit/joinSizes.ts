/** Which bytes each step of a past build added: the pure part. Only what cannot be another build's is told. */
import { posix } from 'node:path';
import { strings } from '../../util/json.ts';
import type { GraphStep } from './provenance.ts';

/** A record of the engine's build cache. Sizes in unpacked bytes. Times in milliseconds since 1970. */
export interface CacheRecord {
  readonly id: string;
  readonly parents: readonly string[];
  readonly description: string;
  readonly bytes: number;
  readonly createdAt: number;
  readonly lastUsedAt: number;
}

/** What the log of a build says of a step. Times in milliseconds since 1970. */
export interface LoggedStep {
  /** BuildKit's name: `[build 2/4] RUN npm ci`. */
  readonly name: string;
  readonly cached: boolean;
  readonly startedAt: number;
  readonly completedAt: number;
  readonly failed: boolean;
}

export interface BuildTimes {
  readonly createdAt: number;
  readonly completedAt: number;
}

/** Clocks of one machine, but not one clock: records are stamped a little before and after the log. */
const slackMs = 50;

/**
 * Sizes by step id from the build cache, whose records form a tree. What is certain, and nothing else:
 *
 * 1. A step that ran: the child of its root's record that has its description and was made while it ran.
 * 2. A step below one of those: the record that the other's points to as its parent.
 * 3. A cached step, when the cache was `readAtOnce` after the build, so that the record it used must be there: the only one it can have
 *    used, or one of several of the same size. When a record was last used proves nothing: a cached step does not count as use.
 */
export function sizesFromCache(
  steps: readonly GraphStep[],
  log: ReadonlyMap<string, LoggedStep>,
  times: BuildTimes,
  cache: readonly CacheRecord[],
  readAtOnce: boolean,
): ReadonlyMap<string, number> {
  const byId = new Map(steps.map((step) => [step.id, step]));
  const records = new Map(cache.map((record) => [record.id, record]));
  const children = childrenOf(cache);
  const bases = cache.filter(isBase);
  const found = new Map<string, readonly CacheRecord[]>();

  /** All records that could be the step's. */
  function possible(id: string | undefined): readonly CacheRecord[] {
    const step = id === undefined ? undefined : byId.get(id);
    if (step === undefined) return [];
    const known = found.get(step.id);
    if (known) return known;
    found.set(step.id, []); // A graph has no cycles; damaged data may.
    const fitting = step.kind === 'image' ? bases : childrenFitting(step);
    found.set(step.id, fitting);
    return fitting;
  }

  function childrenFitting(step: GraphStep): readonly CacheRecord[] {
    const logged = log.get(step.digest);
    if (!logged || logged.failed || (step.kind !== 'exec' && step.kind !== 'file')) return [];
    const parents = step.root === undefined ? [''] : possible(step.root).map((record) => record.id);
    const fitting = parents
      .flatMap((parent) => children.get(parent) ?? [])
      .filter(
        (record) => record.createdAt <= times.completedAt + slackMs && describes(record.description, step, logged),
      );
    return logged.cached ? fitting : fitting.filter((record) => madeBy(record, logged));
  }

  const sizes = new Map<string, number>();
  for (const step of steps) {
    const logged = log.get(step.digest);
    if (step.kind === 'image' || !logged || (logged.cached && !readAtOnce)) continue;
    const distinct = new Set(possible(step.id).map((record) => record.bytes));
    if (distinct.size === 1) sizes.set(step.id, [...distinct][0]!);
  }
  for (const step of steps) {
    const certain = possible(step.id);
    if (certain.length !== 1 || log.get(step.digest)?.cached !== false || step.kind === 'image') continue;
    for (const { id, bytes } of below(step, certain[0]!)) sizes.set(id, bytes);
  }
  return sizes;

  /** The steps a step stands on, with the sizes of the records that its record stands on. */
  function* below(top: GraphStep, record: CacheRecord): Generator<{ readonly id: string; readonly bytes: number }> {
    const seen = new Set([top.id]);
    let parents = record.parents;
    for (let step = top.root; step !== undefined && !seen.has(step); step = byId.get(step)?.root) {
      seen.add(step);
      const parent = parents.length === 1 ? records.get(parents[0]!) : undefined;
      if (!parent || byId.get(step)?.kind === 'image') return;
      yield { id: step, bytes: parent.bytes };
      parents = parent.parents;
    }
  }
}

/** In containerd's store a base image has no words. */
function isBase({ description, parents }: CacheRecord): boolean {
  return /^(?:from local|pulled from) /.test(description) || (description === '' && parents.length === 0);
}

/**
 * Whether a build may have used steps of a cache elsewhere, which leave no record of their own: a record that looks like one of
 * them is that of another build then. Source: parseCacheOptions in BuildKit's client/solve.go.
 */
export function importsCache(attributes: Readonly<Record<string, string>>): boolean {
  return ['cache-imports', 'cache-from'].some((name) => !/^(?:\[\s*\]|null)?$/.test(attributes[name] ?? ''));
}

/** Records by parent id; those without a parent under the empty one. */
function childrenOf(cache: readonly CacheRecord[]): ReadonlyMap<string, readonly CacheRecord[]> {
  const children = new Map<string, CacheRecord[]>();
  for (const record of cache) {
    for (const parent of record.parents.length > 0 ? record.parents : ['']) {
      const siblings = children.get(parent);
      if (siblings) siblings.push(record);
      else children.set(parent, [record]);
    }
  }
  return children;
}

function madeBy(record: CacheRecord, logged: LoggedStep): boolean {
  return record.createdAt >= logged.startedAt - slackMs && record.createdAt <= logged.completedAt + slackMs;
}

/**
 * A command is described by its arguments, which a cached one shares with whoever made it. A file operation is described by how the one
 * who made it had written it, so for a cached one whatever could be the same operation will do.
 */
function describes(description: string, step: GraphStep, logged: LoggedStep): boolean {
  if (step.kind === 'exec') return description === `mount / from exec ${step.command}`;
  const [theirs, ours] = [withoutPlace(description), withoutPlace(logged.name)];
  return logged.cached ? operation(theirs) === operation(ours) : theirs === ours;
}

/**
 * What the engine's cache compares of a file operation beside contents, as far as its text tells: the last component of the sources, or of
 * the folder made. Source: moby/buildkit solver/llbsolver/ops/file.go, CacheMap.
 */
function operation(name: string): string {
  const [keyword = '', ...rest] = name.split(' ').filter((word) => word !== '' && !word.startsWith('--'));
  if (name.includes('<<')) return 'COPY of a here-document';
  const words = rest[0]?.startsWith('[') ? jsonWords(rest.join(' ')) : rest;
  const paths = keyword === 'WORKDIR' ? words : words.slice(0, -1);
  return [keyword === 'ADD' ? 'COPY' : keyword, ...paths.map((path) => posix.basename(posix.join('/', path)))].join(
    ' ',
  );
}

function jsonWords(text: string): readonly string[] {
  try {
    return strings(JSON.parse(text));
  } catch {
    return [text]; // Not the JSON form after all.
  }
}

/** Without `[build 2/4]`: the place is that of the Dockerfile that made the record. */
function withoutPlace(name: string): string {
  return name.replace(/^\[[^\]]*\] /, '');
}

/** An image as its engine has it: one size a layer, unpacked bytes. */
export interface LayeredImage {
  /** As builds of the engine call them: by their diff ids, or in containerd's store by their digests once packed. */
  readonly layers: readonly string[];
  readonly layerBytes: readonly number[];
}

/** Sizes by step id from the layers of an image: certain wherever the step's layers are the image's first ones. */
export function sizesFromImage(steps: readonly GraphStep[], image: LayeredImage): ReadonlyMap<string, number> {
  const byId = new Map(steps.map((step) => [step.id, step]));
  const sizes = new Map<string, number>();
  for (const step of steps) {
    if (step.kind === 'image' || step.layers.length === 0) continue;
    const root = step.root === undefined ? [] : byId.get(step.root)?.layers;
    if (!root || (step.root !== undefined && root.length === 0)) continue;
    if (!startsWith(image.layers, step.layers) || !startsWith(step.layers, root)) continue;
    const own = image.layerBytes.slice(root.length, step.layers.length);
    sizes.set(
      step.id,
      own.reduce((sum, bytes) => sum + bytes, 0),
    );
  }
  return sizes;
}

function startsWith(all: readonly string[], some: readonly string[]): boolean {
  return some.length <= all.length && some.every((item, index) => item === all[index]);
}
