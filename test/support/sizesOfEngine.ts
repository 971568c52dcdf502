import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { BuildContexts } from '../../server/context/contexts.ts';
import { type Engine, enginePlatform } from '../../server/engine/engine.ts';
import { createBuilds } from '../../server/images/builds.ts';
import { createBuildTraces } from '../../server/images/buildTraces.ts';
import { createKeptSizes } from '../../server/images/keptSizes.ts';
import { createLocalImages } from '../../server/images/localImages.ts';
import { parse } from '../../server/language/dockerfile/parse.ts';
import type { Contexts, Images } from '../../server/language/host.ts';
import { nothingKnown } from '../../server/language/nothingKnown.ts';
import { type FileSizes, SizeReader } from '../../server/language/sizes/fileSizes.ts';
import { outlineOf } from '../../server/language/sizes/outline.ts';
import { DiskCache } from '../../server/util/diskCache.ts';
import { silentLog } from './changes.ts';
import { sha256 } from './sizeHints.ts';

/** The sizes that Gantry tells, by all that a real engine and the disk tell it. */
export interface SizesOfEngine {
  readonly images: Images;
  of(uri: string, text: string): FileSizes;
  /** Once `test` holds, which it is asked whenever there is news. */
  until(uri: string, text: string, test: (sizes: FileSizes) => boolean): Promise<FileSizes>;
  dispose(): Promise<void>;
}

export interface SizesOfEngineOptions {
  /** The server's own when absent. */
  readonly contexts?: Contexts;
  /** Where docker's command line keeps its notes. */
  readonly dockerConfig?: string;
  /** Where sizes are kept. */
  readonly folder?: string;
}

/** A wait that ends only when somebody says why. */
const patienceMs = 15_000;

export function sizesOfEngine(engine: Engine, options: SizesOfEngineOptions = {}): SizesOfEngine {
  const { dockerConfig = join(homedir(), '.docker'), folder } = options;
  const own = options.contexts === undefined ? new BuildContexts(silentLog, Date.now) : undefined;
  const contexts = options.contexts ?? own!;
  const disk = new DiskCache({ folder: () => folder, onProblem: () => {}, delayMs: 0 });
  const kept = createKeptSizes({ disk, workspaceOf: () => tmpdir(), now: Date.now });
  const builds = createBuilds(engine, {
    log: silentLog,
    env: { DOCKER_CONFIG: dockerConfig },
    outline: outlineOf,
    onContext: (file, place) => own?.built(file, place),
  });
  const local = createLocalImages(engine);
  const traces = createBuildTraces(engine);
  const parts: readonly Part[] = [builds, local, traces, kept, contexts];
  const images: Images = {
    ...nothingKnown,
    ...{ builds: builds.builds, localImage: local.localImage },
    ...{ buildCache: traces.buildCache, imageHistories: traces.imageHistories, keptSizes: kept },
    platform: () => enginePlatform(engine),
  };
  const reader = new SizeReader({ images, contexts, hash: sha256 });
  const of = (uri: string, text: string) => reader.of(uri, parse(text));

  return {
    images,
    of,
    async until(uri, text, test) {
      const deadline = Date.now() + patienceMs;
      for (;;) {
        const { news, stop } = nextNews(parts, Math.max(0, deadline - Date.now()));
        const sizes = of(uri, text);
        if (test(sizes)) {
          stop();
          return sizes;
        }
        if (!(await news)) throw new Error(`It never came to that: ${shown(sizes).join(', ')}`);
      }
    },
    async dispose() {
      builds.dispose();
      local.dispose();
      traces.dispose();
      await kept.dispose();
      await own?.dispose();
    },
  };
}

interface Part {
  onDidChange(listener: () => void): () => void;
}

/** Whether one of them has news within the time; `stop` ends the wait. */
function nextNews(parts: readonly Part[], ms: number): { readonly news: Promise<boolean>; readonly stop: () => void } {
  let stop = () => {};
  const news = new Promise<boolean>((resolve) => {
    const timer = setTimeout(() => done(false), ms);
    const stops = parts.map((part) => part.onDidChange(() => done(true)));
    const done = (heard: boolean) => {
      for (const each of stops) each();
      clearTimeout(timer);
      resolve(heard);
    };
    stop = () => done(false);
  });
  return { news, stop };
}

/** `3: 1000 exact` by line from 1, for a person. */
export function shown({ figures }: FileSizes): readonly string[] {
  return [...figures].map(
    ([{ startLine }, { bytes, state, source }]) => `${startLine + 1}: ${bytes} ${state} (${source})`,
  );
}
