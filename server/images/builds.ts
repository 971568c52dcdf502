import { homedir } from 'node:os';
import { fileURLToPath } from 'node:url';
import pLimit from 'p-limit';
import type { Counted } from '../../common/counted.ts';
import { failed, type Known, known, type Problem, pending } from '../../common/known.ts';
import { formatFullReference, parseReference } from '../../common/reference.ts';
import { type BuildxWorld, buildxPaths } from '../engine/buildkit/buildxRefs.ts';
import type { BuildkitConnection } from '../engine/buildkit/connection.ts';
import { contextAttr, dockerfileAttr } from '../engine/buildkit/dockerfileAttr.ts';
import type { Outline } from '../engine/buildkit/failedBuild.ts';
import { type BuildHistory, followHistory } from '../engine/buildkit/history.ts';
import type { CacheRecord } from '../engine/buildkit/joinSizes.ts';
import {
  buildCache,
  type CacheReading,
  type HistoryRecord,
  provenanceOf,
  type SizedBuild,
  sizeBuild,
} from '../engine/buildkit/pastBuild.ts';
import { milliseconds } from '../engine/buildkit/proto.ts';
import type { Provenance } from '../engine/buildkit/provenance.ts';
import { type Engine, enginePlatform, ownTime } from '../engine/engine.ts';
import { countedOn } from '../engine/imageStore.ts';
import type { BuildRecord, ImageRoot, Images, Log } from '../language/host.ts';
import { folderKey, rulesKey } from '../util/contextPlace.ts';
import { array, fields, strings, text } from '../util/json.ts';
import { isAbort, ProblemError, problemOf } from '../util/problemError.ts';
import { type BuildOrigin, canBeOf, isBuildOf } from './matchBuilds.ts';

export interface Builds extends Pick<Images, 'builds' | 'onDidChange'> {
  /** Another engine is asked from now on. */
  forget(): void;
  dispose(): void;
}

export interface BuildsOptions extends Partial<BuildxWorld> {
  readonly log: Log;
  /** How a Dockerfile reads, for builds that the engine keeps nothing but the text of. */
  readonly outline?: Outline;
  /** Told of the context that a Dockerfile was last built with: absolute paths. */
  readonly onContext?: (dockerfile: string, context: string) => void;
  readonly now?: () => number;
}

/** One finished build, as far as it has been looked into. */
interface Entry {
  readonly record: HistoryRecord;
  readonly origin: BuildOrigin;
  /** The key of the folder its files came from. */
  readonly folder: string | undefined;
  root?: ImageRoot | undefined;
  /** `unread` until a document asks that it may be a build of. */
  provenance: Provenance | 'unread' | undefined;
  sized: SizedBuild | undefined;
}

/** Older builds of a document are of no use to anybody. */
const newest = 20;
/** Documents whose builds are kept ready. */
const mostDocuments = 64;
/** Records read at a time over the one connection. */
const readsAtATime = 8;
/** The engine marks what a build used shortly after it ended: until then a step that was cached may have no certain size. */
const settleMs = 2000;
/** So soon after a build nothing of what it used is gone: the engine cleans its cache up a minute after a build at the earliest. */
const freshMs = 5000;

/** What is known about builds of Dockerfiles, from the engine's history and its build cache. Nothing runs before the first question. */
export function createBuilds(
  engine: Pick<Engine, 'json' | 'dial' | 'onDidChange' | 'announce' | 'status' | 'knownStatus'>,
  options: BuildsOptions,
): Builds {
  const {
    log,
    env = process.env,
    home = homedir(),
    now = Date.now,
    outline = () => [],
    onContext = () => {},
  } = options;
  const lifetime = new AbortController();
  const listeners = new Set<() => void>();
  const documents = new Map<string, string>();
  const entries = new Map<string, Entry>();
  let history: BuildHistory | undefined;
  /** The history was looked through at least once. */
  let looked = false;
  /** Why the last look failed; the next is at the next change. */
  let trouble: Problem | undefined;
  let looking: Promise<void> | undefined;
  let again = false;
  let settling: NodeJS.Timeout | undefined;
  /** It takes the engine some 20 ms to say, and does not change while a connection lasts. */
  let counting: { readonly over: BuildkitConnection; readonly counted: Promise<Counted> } | undefined;

  function tell(): void {
    if (lifetime.signal.aborted) return;
    for (const listener of listeners) listener();
  }

  function look(): void {
    if (looking) {
      again = true;
      return;
    }
    const asked = history;
    looking = lookThrough()
      .catch((error: unknown) => {
        // What breaks off because another engine is asked by now says nothing of that one.
        if (isAbort(error) || history !== asked) return;
        trouble = problemOf(error, 'BuildKit');
        log.warn('builds: look-up failed', { reason: trouble.message });
        tell();
      })
      .then(() => {
        looking = undefined;
        if (again && !lifetime.signal.aborted) {
          again = false;
          look();
        }
      });
  }

  async function lookThrough(): Promise<void> {
    const following = history;
    const connection = following?.connection;
    if (!following || !connection) return;
    // 1. What was forgotten, and what is new.
    for (const ref of entries.keys()) if (!following.records.has(ref)) entries.delete(ref);
    const fresh = [...following.records.values()].filter((record) => !entries.has(record.Ref));
    const paths = await buildxPaths(
      fresh.map((record) => record.Ref),
      { env, home },
    );
    const contexts: [record: HistoryRecord, dockerfile: string, context: string][] = [];
    for (const record of fresh) {
      const {
        filename,
        'vcs:localdir:dockerfile': folder,
        [dockerfileAttr]: own,
        ...attributes
      } = record.FrontendAttrs;
      const noted = paths.get(record.Ref);
      const origin = { path: own ?? noted?.dockerfile, filename, folder };
      const context = attributes[contextAttr] ?? noted?.context;
      if (origin.path !== undefined && context !== undefined) contexts.push([record, origin.path, context]);
      const key = context === undefined ? undefined : folderKey(context);
      entries.set(record.Ref, { record, origin, folder: key, provenance: 'unread', sized: undefined });
    }
    contexts.sort(([a], [b]) => completedAt(a) - completedAt(b));
    for (const [, dockerfile, context] of contexts) onContext(dockerfile, context);
    // Those that just ended are read whoever asks: later their sizes may no longer be certain.
    const arrived = [...entries.values()].filter((entry) => isFresh(entry));
    const asked = [...documents.keys()].flatMap((uri) => unread(uri));
    const some = pLimit(readsAtATime);
    let cache: readonly CacheRecord[] | undefined;
    let unsized: readonly Entry[] = [];
    const sizeThoseRead = async (wave: readonly Entry[]) => {
      await Promise.all(wave.map((entry) => some(() => read(connection, entry))));
      const wanted = [...documents].flatMap(([uri, text]) => matching(uri, text));
      unsized = [...new Set([...wanted, ...arrived])].filter(
        ({ provenance, sized }) => provenance !== 'unread' && sized?.complete !== true,
      );
      if (unsized.length === 0) return;
      cache ??= await buildCache(connection, lifetime.signal);
      for (const entry of unsized) await size(connection, entry, { records: cache, atOnce: isFresh(entry) });
    };
    // 2. Sizes of those somebody has open. The last build of a file is nearly always all that is needed, so nobody waits for more.
    const last = asked.filter((entry) => isLast(entry, asked));
    if (last.length > 0) {
      await sizeThoseRead(last);
      if (history !== following) return entries.clear(); // those of another engine
      looked = true;
      tell();
    }
    await sizeThoseRead([...new Set([...asked, ...arrived])]);
    if (history !== following) return entries.clear();
    looked = true;
    trouble = undefined;
    tell();
    settle(unsized);
  }

  /** Whether it is certainly of one of the open files, and the last that ended of it. */
  function isLast({ origin, record }: Entry, among: readonly Entry[]): boolean {
    const { path } = origin;
    if (path === undefined || ![...documents.keys()].some((uri) => pathOf(uri) === path)) return false;
    return among.every((other) => other.origin.path !== path || completedAt(other.record) <= completedAt(record));
  }

  async function read(connection: BuildkitConnection, entry: Entry): Promise<void> {
    if (entry.provenance !== 'unread') return;
    entry.root = rootOf(entry.record.ExporterResponse['containerimage.config']);
    entry.provenance = await provenanceOf(connection, entry.record, lifetime.signal).catch((error: unknown) => {
      if (isAbort(error) || error instanceof ProblemError) throw error;
      log.warn('builds: unreadable record', { ref: entry.record.Ref, reason: problemOf(error, 'BuildKit').message });
      return undefined;
    });
  }

  function countedOver(connection: BuildkitConnection): Promise<Counted> {
    if (counting?.over === connection) return counting.counted;
    const counted = countedOn(engine, lifetime.signal);
    counting = { over: connection, counted };
    counted.catch(() => {
      if (counting?.counted === counted) counting = undefined;
    });
    return counted;
  }

  async function size(connection: BuildkitConnection, entry: Entry, cache: CacheReading) {
    if (entry.provenance === 'unread' || !entry.provenance) return;
    const sized = await sizeBuild(
      engine,
      connection,
      entry.record,
      entry.provenance,
      cache,
      () => countedOver(connection),
      outline,
      lifetime.signal,
    ).catch((error: unknown): SizedBuild => {
      // A broken connection is mended and asked again; one damaged record must not be asked about for ever.
      if (isAbort(error) || error instanceof ProblemError) throw error;
      log.warn('builds: unreadable record', { ref: entry.record.Ref, reason: problemOf(error, 'BuildKit').message });
      return { steps: [], complete: true };
    });
    // What was certain once stays so, also after the cache was emptied.
    if (!entry.sized || sized.steps.length >= entry.sized.steps.length) entry.sized = sized;
  }

  function isFresh({ record }: Entry): boolean {
    const arrival = history?.arrivals.get(record.Ref);
    return arrival !== undefined && performance.now() - arrival < freshMs;
  }

  function settle(unsized: readonly Entry[]): void {
    if (!unsized.some((entry) => entry.sized?.complete === false && isFresh(entry))) return;
    clearTimeout(settling);
    settling = setTimeout(look, settleMs);
    settling.unref();
  }

  function unread(uri: string): readonly Entry[] {
    const path = pathOf(uri);
    return [...entries.values()].filter((entry) => entry.provenance === 'unread' && canBeOf(path, entry.origin));
  }

  function matching(uri: string, text: string): readonly Entry[] {
    const path = pathOf(uri);
    return [...entries.values()]
      .filter(({ provenance, origin }) => {
        if (provenance === 'unread' || !provenance) return false;
        return isBuildOf({ path, text }, { ...origin, text: provenance.dockerfile });
      })
      .sort((a, b) => completedAt(b.record) - completedAt(a.record))
      .slice(0, newest);
  }

  function remember(uri: string, text: string): void {
    documents.delete(uri);
    documents.set(uri, text);
    const oldest = documents.keys().next();
    if (documents.size > mostDocuments && !oldest.done) documents.delete(oldest.value);
  }

  return {
    builds({ uri, text }): Known<readonly BuildRecord[]> {
      remember(uri, text);
      history ??= followHistory(engine, {
        log,
        onChange: () => {
          engine.announce('builds');
          trouble = undefined;
          if (history?.state === 'ready') look();
          else tell();
        },
      });
      if (!looked) {
        const problem = typeof history.state === 'object' ? history.state : trouble;
        return problem === undefined ? pending : failed(problem);
      }
      const found = matching(uri, text);
      const more = unread(uri).length > 0 || found.some((entry) => !entry.sized);
      if (more && trouble === undefined) look();
      if (more && found.every((entry) => !entry.sized)) return trouble === undefined ? pending : failed(trouble);
      return known(
        found.flatMap((entry) => recordOf(entry, engine)),
        now(),
      );
    },
    onDidChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    forget() {
      history?.dispose();
      history = undefined;
      entries.clear();
      looked = false;
      trouble = undefined;
      clearTimeout(settling);
      tell();
    },
    dispose() {
      lifetime.abort();
      clearTimeout(settling);
      history?.dispose();
      listeners.clear();
    },
  };
}

function pathOf(uri: string): string | undefined {
  try {
    return uri.startsWith('file:') ? fileURLToPath(uri) : undefined;
  } catch {
    return undefined; // On another host, or badly encoded: matched by its text.
  }
}

function completedAt(record: HistoryRecord): number {
  return milliseconds(record.CompletedAt ?? record.CreatedAt);
}

function recordOf(
  { record, origin, folder, root, provenance, sized }: Entry,
  engine: Pick<Engine, 'knownStatus'>,
): readonly BuildRecord[] {
  if (provenance === 'unread' || !provenance || !sized) return [];
  const { target } = record.FrontendAttrs;
  const conditions = conditionsOf(record.FrontendAttrs, enginePlatform(engine));
  const { ignored } = provenance;
  return [
    {
      ref: record.Ref,
      startedAt: ownTime(engine, milliseconds(record.CreatedAt)),
      completedAt: ownTime(engine, completedAt(record)),
      dockerfile: provenance.dockerfile,
      ...(target === undefined ? {} : { target }),
      buildArgs: argumentsOf(record.FrontendAttrs),
      ...(conditions === '' ? {} : { conditions }),
      bases: basesOf(provenance),
      ...(root && { root }),
      place: {
        ...(folder !== undefined && { folder }),
        ...(ignored && { rules: rulesKey(ignored) }),
      },
      ...(origin.path === undefined ? { elsewhere: true } : {}),
      steps: sized.steps,
      ...(sized.image ? { image: sized.image } : {}),
      failed: record.error !== null,
    },
  ];
}

type Attributes = HistoryRecord['FrontendAttrs'];

function argumentsOf(attributes: Attributes): Readonly<Record<string, string>> {
  const prefix = 'build-arg:';
  const given = Object.entries(attributes).filter(([key]) => key.startsWith(prefix));
  return Object.fromEntries(given.map(([key, value]) => [key.slice(prefix.length), value]));
}

/**
 * What changes the steps of a build and is neither in its text nor an argument. `native`: what the engine builds for.
 * Source: BuildKit's dockerui/config.go.
 */
function conditionsOf({ platform, ...others }: Attributes, native: string | undefined): string {
  const contexts = Object.entries(others).filter(([key]) => key.startsWith('context:') && key !== 'context:');
  const told = platform === undefined || platform === native ? [] : [['platform', platform]];
  const all = [...told, ...contexts.sort(([a], [b]) => (a < b ? -1 : 1))];
  return all.length === 0 ? '' : JSON.stringify(all);
}

/** From the image's configuration as the frontend hands it on: without the layers of its own. Source: BuildKit's exptypes. */
function rootOf(config = ''): ImageRoot | undefined {
  try {
    const { rootfs, history } = fields(JSON.parse(config));
    const layers = strings(fields(rootfs)['diff_ids']);
    const entries = array(history).map((entry) => {
      const { created, created_by: createdBy } = fields(entry);
      return { createdBy: text(createdBy), createdAt: Date.parse(text(created)) || 0 };
    });
    return layers.length === 0 ? undefined : { layers, entries };
  } catch {
    return undefined; // of another frontend, or none was made
  }
}

/** Which digest a registry gave for the name of an image; what the engine had already has none here. */
function basesOf({ steps }: Provenance): Readonly<Record<string, string>> {
  const digests = steps.flatMap(({ image = '' }) => {
    const [, name, digest] = /^([^@]+)@(sha256:[0-9a-f]{64})$/.exec(image) ?? [];
    const reference = parseReference(name ?? '');
    return reference === undefined || digest === undefined ? [] : [[formatFullReference(reference), digest] as const];
  });
  return Object.fromEntries(digests);
}
