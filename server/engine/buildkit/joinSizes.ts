/** Which bytes each step of a past build added: the pure part. Only what cannot be another build's is told. */
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
/** A record is marked as used when the engine lets go of it, a moment after the build. */
const releaseMs = 5000;

/**
 * Sizes by step id from the build cache. A step's record is a child of its root's record with the step's description, and was made
 * while the step ran or, for a cached step, was last used by this very build. A cached step that nothing executed builds on is not
 * marked as used; it is certain only when the cache was `readAtOnce` after the build, before anything could have been removed from
 * it. Where more than one record fits and their sizes differ, or none fits, the step is left out.
 */
export function sizesFromCache(
  steps: readonly GraphStep[],
  log: ReadonlyMap<string, LoggedStep>,
  times: BuildTimes,
  cache: readonly CacheRecord[],
  readAtOnce: boolean,
): ReadonlyMap<string, number> {
  const byId = new Map(steps.map((step) => [step.id, step]));
  const children = childrenOf(cache);
  const bases = cache.filter((record) => /^(?:from local|pulled from) /.test(record.description));
  const found = new Map<string, readonly CacheRecord[]>();

  /** Records that could be the step's by their place in the tree alone. */
  function placed(id: string | undefined): readonly CacheRecord[] {
    const step = id === undefined ? undefined : byId.get(id);
    if (step === undefined) return [];
    const known = found.get(step.id);
    if (known) return known;
    found.set(step.id, []); // A graph has no cycles; damaged data may.
    const records = step.kind === 'image' ? bases : childrenFitting(step);
    found.set(step.id, records);
    return records;
  }

  function childrenFitting(step: GraphStep): readonly CacheRecord[] {
    const logged = log.get(step.digest);
    if (!logged || (step.kind !== 'exec' && step.kind !== 'file')) return [];
    const parents = step.root === undefined ? [''] : placed(step.root).map((record) => record.id);
    return parents
      .flatMap((parent) => children.get(parent) ?? [])
      .filter(
        (record) => record.createdAt <= times.completedAt + slackMs && describes(record.description, step, logged),
      );
  }

  /** Of those, the ones that this very build may have made or used. */
  function certain(step: GraphStep): readonly CacheRecord[] {
    const logged = log.get(step.digest);
    if (!logged || logged.failed) return [];
    if (!logged.cached) return placed(step.id).filter((record) => madeBy(record, logged));
    if (readAtOnce) return placed(step.id);
    const possible = placed(step.id).filter((record) => record.lastUsedAt >= times.createdAt - slackMs);
    // One that was used again later may or may not be the one this build used.
    return possible.every((record) => record.lastUsedAt <= times.completedAt + releaseMs) ? possible : [];
  }

  const sizes = new Map<string, number>();
  for (const step of steps) {
    if (step.kind === 'image') continue;
    const distinct = new Set(certain(step).map((record) => record.bytes));
    if (distinct.size === 1) sizes.set(step.id, [...distinct][0]!);
  }
  return sizes;
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

/** The place in the stage is stale where a record is shared between Dockerfiles, so it is not compared. Source: moby/buildkit solver/llbsolver/ops. */
function describes(description: string, step: GraphStep, logged: LoggedStep): boolean {
  if (step.kind === 'exec') return description === `mount / from exec ${step.command}`;
  return withoutPlace(description) === withoutPlace(logged.name);
}

function withoutPlace(name: string): string {
  return name.replace(/^\[[^\]]*\] /, '');
}

/** An image as its engine has it: one size a layer, unpacked bytes. */
export interface LayeredImage {
  readonly diffIds: readonly string[];
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
    if (!startsWith(image.diffIds, step.layers) || !startsWith(step.layers, root)) continue;
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
