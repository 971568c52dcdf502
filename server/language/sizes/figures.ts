import type { Counted } from '../../../common/counted.ts';
import type { Known, Problem } from '../../../common/known.ts';
import type { Dockerfile, Instruction, Stage } from '../dockerfile/dockerfile.ts';
import { walkScopes } from '../dockerfile/scope.ts';
import type { ContextCopy, ContextPlace, ContextSize } from '../host.ts';
import { stageSources } from '../stageUses.ts';
import { mountedContext, sourcesOf } from './contextCopies.ts';

/** What is said of an instruction: unpacked bytes that it adds. */
export interface Figure {
  readonly bytes: number;
  /**
   * `exact`: the engine's own figure, of a step that did the same. `about`: a guess. `stale`: the engine's figure of before
   * something changed that it follows from.
   */
  readonly state: 'exact' | 'about' | 'stale';
  readonly source: FigureSource;
  /** When the build ended that it is of, milliseconds since 1970. */
  readonly at?: number;
  readonly seconds?: number;
  readonly cached?: boolean;
  /** Digest of the unpacked layer. */
  readonly layer?: string;
  /** What the bytes are, where not those of files. */
  readonly counted?: Counted;
  /** Of the layer, where the engine keeps it so. Never added to anything. */
  readonly compressedBytes?: number;
  /** Names of the arguments that were given to the build. */
  readonly buildArgs?: readonly string[];
  /** Why it is not exact, a sentence. */
  readonly note?: string;
  /** Where a prediction is shown for what a build recorded: what that was. */
  readonly before?: number;
  /** Of a copy of all that a build can see: what that is now. */
  readonly context?: Pick<ContextSize, 'files' | 'bytes'>;
}

/** In the order of trust. */
export type FigureSource = 'build' | 'image' | 'kept' | 'cache' | 'prediction';

/** A figure that was recorded, before it is held against the build context of now. */
export interface Recorded extends Figure {
  /** When the build began, milliseconds since 1970; without it nothing proves that the context is still the same. */
  readonly startedAt?: number;
  /** Where its build took files from. */
  readonly place?: ContextPlace;
}

export type CopiedSize = (copy: ContextCopy) => Known<ContextSize> | undefined;

export interface Verified {
  readonly figures: ReadonlyMap<Instruction, Figure>;
  /** By index of the stage: what it ends with has seen of the build context. */
  readonly ends: readonly Seen[];
  /** Why what an instruction copies is not known, where nothing else is either. */
  readonly reasons: ReadonlyMap<Instruction, Problem>;
}

/** What of the build context a place in the file has seen, and what of that is no longer so. */
export interface Seen {
  /** The last change to any of it, milliseconds since 1970. */
  readonly changedAt: number;
  /** The last change to what the ignore file keeps out of it. */
  readonly rulesChangedAt?: number;
  readonly place?: ContextPlace;
  /** Something is certainly different. */
  readonly different?: string;
  /** Something could not be looked at (yet). */
  readonly unsure?: string;
}

export const nothing: Seen = { changedAt: 0 };
const differs = 'What is copied before it has another size now, so the next build may make it another size.';
const touched = 'Files of the build context that it may read have changed since it was built.';
const moved = 'It was built with another build context.';
const otherRules = 'What the ignore file keeps out of the build context has changed since it was built.';
const looking = 'It is being compared with the build context.';

/** What recorded figures are held against. */
export interface Present {
  /** Undefined where nobody can look at the context, which then counts as unchanged. */
  readonly copied: CopiedSize;
  /** What a stage has seen already where its base image runs instructions of its own. */
  readonly begins: (stage: Stage) => Seen;
  /**
   * How many files a copy was of while nothing had changed since its build: an empty file that goes has no bytes, and leaves no
   * time of its own. Added to.
   */
  readonly fileCounts: Map<string, number>;
  /** Names what an instruction follows from. */
  readonly keyOf: (instruction: Instruction) => string | undefined;
}

/**
 * Holds what was recorded against the build context as it is. COPY and ADD whose files have another size now show that, as a
 * prediction, and so do those that no build is known of; what follows a change in the context is stale.
 */
export function verify(
  dockerfile: Dockerfile,
  recorded: ReadonlyMap<Instruction, Recorded>,
  { copied, begins, fileCounts, keyOf }: Present,
): Verified {
  const figures = new Map<Instruction, Figure>();
  const reasons = new Map<Instruction, Problem>();
  const ends: Seen[] = [];
  const byName = new Map<string, number>();
  let stage = -1;
  let seen = nothing;
  const enter = (index: number) => {
    while (stage < index) {
      if (stage >= 0) leave();
      stage++;
      const { base } = dockerfile.stages[stage]!;
      seen = both(base === undefined ? nothing : ends[base]!, begins(dockerfile.stages[stage]!));
    }
  };
  const leave = () => {
    ends.push(seen);
    const { name } = dockerfile.stages[stage]!;
    if (name) byName.set(name.value.toLowerCase(), stage);
  };
  walkScopes(dockerfile, (instruction, scope, _, { index }) => {
    enter(index);
    for (const { value, byIndex } of stageSources(instruction)) {
      const other = byIndex && /^\d+$/.test(value) ? Number(value) : byName.get(value.toLowerCase());
      const end = other === undefined ? undefined : ends[other];
      if (end) seen = both(seen, end);
    }
    const record = recorded.get(instruction);
    const mounts = mountedContext(dockerfile, instruction, scope);
    if (mounts === undefined) seen = both(seen, { changedAt: 0, unsure: 'Only the build knows which files it reads.' });
    for (const mount of mounts ?? []) seen = both(seen, seenBy(copied(mount)));
    const sources = sourcesOf(dockerfile, instruction, scope);
    if (sources === undefined) {
      if (record) figures.set(instruction, judge(record, seen));
      return;
    }
    const size = sources.copy && copied(sources.copy);
    const after = both(seen, seenBy(size));
    if (sources.copy !== undefined && (size?.state !== 'known' || size.stale)) {
      if (record) figures.set(instruction, judge(record, after));
      else if (size?.state === 'failed') reasons.set(instruction, size.problem);
      seen = after;
      return;
    }
    const { bytes: copiedBytes = 0, linkBytes = 0, files = 0 } = size?.state === 'known' ? size.value : {};
    const bytes = sources.heredocBytes + copiedBytes;
    const context = takesAll(sources.copy) ? { context: { files, bytes: copiedBytes } } : {};
    if (record?.counted !== undefined) {
      // It cannot be held against bytes of files.
      const isChanged = changeSince(record, seenBy(size)) !== undefined;
      figures.set(instruction, { ...(isChanged ? predicted(bytes, record) : judge(record, seen)), ...context });
      seen = after;
      return;
    }
    // A layer that is in no image counts links, too.
    if (record && (record.bytes === bytes || record.bytes === bytes + linkBytes)) {
      // Equal sizes of changed files make the same figure here, and may make another one further on.
      figures.set(instruction, { ...judge(record, seen), ...context });
      const key = `${keyOf(instruction)} ${record.startedAt}`;
      if (changeSince(record, after) === undefined && !fileCounts.has(key)) fileCounts.set(key, files);
      const isOther = fileCounts.has(key) && fileCounts.get(key) !== files;
      seen = isOther ? both(after, { changedAt: 0, different: touched }) : after;
      return;
    }
    figures.set(instruction, { ...predicted(bytes, record), ...context });
    seen = record ? both(after, { changedAt: 0, different: differs }) : after;
  });
  if (dockerfile.stages.length > 0) {
    enter(dockerfile.stages.length - 1);
    leave();
  }
  return { figures, ends, reasons };
}

/** `COPY . .` */
function takesAll(copy: ContextCopy | undefined): boolean {
  const [source, ...more] = copy?.sources ?? [];
  return source !== undefined && more.length === 0 && copy?.exclude.length === 0 && /^(?:\.?\/)?\.?$/.test(source);
}

function predicted(bytes: number, record: Recorded | undefined): Figure {
  return {
    ...{ bytes, state: 'about', source: 'prediction' },
    ...(record && { before: record.bytes, ...(record.at !== undefined && { at: record.at }) }),
  };
}

function judge({ startedAt, place, ...figure }: Recorded, seen: Seen): Figure {
  const { unsure } = seen;
  if (figure.state === 'stale') return figure;
  const change = changeSince({ startedAt, place }, seen);
  if (change !== undefined) return { ...figure, state: 'stale', note: change };
  return unsure === undefined || figure.state === 'about' ? figure : { ...figure, state: 'about', note: unsure };
}

/** Why what was made of the build context then may not be what would be made of it now. */
export function changeSince(
  { startedAt = 0, place }: { readonly startedAt?: number | undefined; readonly place?: ContextPlace | undefined },
  seen: Seen,
): string | undefined {
  if (seen.different !== undefined) return seen.different;
  if (place?.folder !== undefined && seen.place?.folder !== undefined && place.folder !== seen.place.folder)
    return moved;
  if (seen.changedAt > startedAt) return touched;
  if (place?.rules !== undefined && seen.place?.rules !== undefined)
    return place.rules === seen.place.rules ? undefined : otherRules;
  return (seen.rulesChangedAt ?? 0) > startedAt ? otherRules : undefined;
}

export function seenBy(size: Known<ContextSize> | undefined): Seen {
  if (size === undefined) return nothing;
  if (size.state === 'known') {
    const { changedAt, rulesChangedAt, place } = size.value;
    return {
      changedAt,
      ...(rulesChangedAt !== undefined && { rulesChangedAt }),
      ...(place && { place }),
      ...(size.stale && { unsure: looking }),
    };
  }
  return { changedAt: 0, unsure: size.state === 'pending' ? looking : size.problem.message };
}

function both(one: Seen, other: Seen): Seen {
  const different = one.different ?? other.different;
  const unsure = one.unsure ?? other.unsure;
  // All that a file reads is of one place.
  const place = one.place ?? other.place;
  const rulesChangedAt = one.rulesChangedAt ?? other.rulesChangedAt;
  return {
    changedAt: Math.max(one.changedAt, other.changedAt),
    ...(rulesChangedAt !== undefined && { rulesChangedAt }),
    ...(place && { place }),
    ...(different !== undefined && { different }),
    ...(unsure !== undefined && { unsure }),
  };
}
