/** The rooms that sizes come from, for a command that runs once. */
import { BuildContexts } from '../context/contexts.ts';
import { createEngine, enginePlatform } from '../engine/engine.ts';
import { createBuilds } from '../images/builds.ts';
import { createBuildTraces } from '../images/buildTraces.ts';
import { createDownloads } from '../images/downloads.ts';
import { createKeptSizes } from '../images/keptSizes.ts';
import { createLocalImages } from '../images/localImages.ts';
import { createSnapshot } from '../images/snapshot.ts';
import type { Contexts, Images, Log } from '../language/host.ts';
import { nothingKnown } from '../language/nothingKnown.ts';
import { outlineOf } from '../language/sizes/outline.ts';
import { cacheFolder } from '../util/cacheFolder.ts';
import { DiskCache } from '../util/diskCache.ts';
import type { CommandWorld } from './lint.ts';

export interface SizeRooms {
  readonly images: Images;
  readonly contexts?: Contexts;
  /** Resolves when one of them has news, or when the signal aborts. */
  nextNews(signal: AbortSignal): Promise<void>;
  dispose(): Promise<void>;
}

const silent: Log = { info: () => {}, warn: () => {}, error: () => {} };

export function openSizeRooms({ env, platform }: Pick<CommandWorld, 'env' | 'platform'>): SizeRooms {
  const now = Date.now;
  const engine = createEngine({ env, platform, log: silent });
  const { bundled } = createSnapshot({ log: silent });
  const contexts = new BuildContexts(silent, now);
  const onContext = (file: string, folder: string) => contexts.built(file, folder);
  const builds = createBuilds(engine, { env, log: silent, now, outline: outlineOf, onContext });
  const local = createLocalImages(engine, now);
  const traces = createBuildTraces(engine, now);
  const nobody = { lastPlatforms: () => undefined, lastTags: () => undefined };
  const downloads = createDownloads({ registries: nobody, engine, bundled });
  // Which folders are one workspace only an editor knows.
  const workspaceOf = (uri: string) => uri.slice(0, uri.lastIndexOf('/') + 1);
  const disk = new DiskCache({ folder: () => cacheFolder(env, platform, 'sizes'), onProblem: () => {} });
  const kept = createKeptSizes({ disk, workspaceOf, now });
  const parts: readonly { onDidChange(listener: () => void): () => void }[] = [
    ...[builds, local, traces, downloads, kept, contexts],
  ];
  return {
    contexts,
    images: {
      ...nothingKnown,
      ...{ builds: builds.builds, localImage: local.localImage },
      ...{ buildCache: traces.buildCache, imageHistories: traces.imageHistories },
      ...{ downloadSize: downloads.downloadSize, keptSizes: kept, bundled, platform: () => enginePlatform(engine) },
    },
    nextNews: (signal) =>
      new Promise((done) => {
        const stops = parts.map((part) => part.onDidChange(() => end()));
        const end = () => {
          for (const stop of stops) stop();
          signal.removeEventListener('abort', end);
          done();
        };
        signal.addEventListener('abort', end, { once: true });
        if (signal.aborted) end();
      }),
    async dispose() {
      builds.dispose();
      local.dispose();
      traces.dispose();
      await kept.dispose();
      await contexts.dispose();
      engine.dispose();
    },
  };
}
