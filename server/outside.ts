/** The rooms that reach outside, and what they know about images together. None connects before it is first asked. */
import { homedir } from 'node:os';
import { BuildContexts } from './context/contexts.ts';
import { createCredentials } from './credentials/credentials.ts';
import { createEngine, type Engine, enginePlatform } from './engine/engine.ts';
import type { Settings } from './handlers/settings.ts';
import { createBuilds } from './images/builds.ts';
import { createBuildTraces } from './images/buildTraces.ts';
import { createDownloads } from './images/downloads.ts';
import { createImages } from './images/images.ts';
import { createKeptLists } from './images/keptLists.ts';
import { createKeptSizes } from './images/keptSizes.ts';
import { createKnowledge } from './images/knowledge.ts';
import { type Analyses, createAnalyses } from './images/layers/analyses.ts';
import { createKeptAnalyses, keptAnalysesBounds } from './images/layers/keptAnalyses.ts';
import { createLayerOrigins } from './images/layers/layerOrigins.ts';
import { createLocalImages } from './images/localImages.ts';
import { createLocalLayers, type LocalLayers } from './images/localLayers.ts';
import { createRegistryImages } from './images/registryImages.ts';
import { createSnapshot } from './images/snapshot.ts';
import type { Images, Log } from './language/host.ts';
import { outlineOf } from './language/sizes/outline.ts';
import { createHttp, type Http } from './registries/http.ts';
import { Registries } from './registries/registries.ts';
import { readRegistrySettings } from './registries/settings.ts';
import type { AzureRoom } from './registries/signIn/azure.ts';
import { createSessions, type Sessions } from './registries/signIn/sessions.ts';
import type { SignInRoom } from './registries/signIn/signIn.ts';
import type { StoredName } from './util/cacheFolder.ts';
import type { ClientStores } from './util/clientStores.ts';
import { type Credentials, nobody } from './util/credential.ts';
import { DiskCache } from './util/diskCache.ts';
import { problemOf } from './util/problemError.ts';
import { WorkspaceFiles } from './workspace/workspaceFiles.ts';
import type { World } from './world.ts';

export interface Outside {
  readonly engine: Engine;
  readonly registries: Registries;
  readonly credentials: Credentials;
  readonly signIn: SignInRoom;
  readonly azure: AzureRoom;
  readonly images: Images;
  readonly http: Http;
  readonly localLayers: LocalLayers;
  readonly analyses: Analyses;
  readonly files: WorkspaceFiles;
  readonly contexts: BuildContexts;
  /** Resolves when the registries of the first settings are known. */
  readonly configured: Promise<void>;
  /** Ends every connection. Resolves when what is worth keeping is kept. */
  dispose(): Promise<void>;
}

/** Nothing of what the settings say stands in it: editors make links of what looks like one. */
const settingsWarning =
  'Some of the setting gantry.registries means nothing and is left out. The Registries view, and the log, say what.';

/**
 * `client`: what it keeps for us, the folders for what outlives the server (undefined where there is none), and how it tells the
 * user of something at once.
 */
export function openOutside(
  { env, platform, now }: World,
  settings: Settings,
  client: {
    readonly storage: (name: StoredName) => string | undefined;
    readonly stores: ClientStores;
    readonly warn: (text: string) => void;
  },
  log: Log,
): Outside {
  const { storage, stores, warn } = client;
  const http = createHttp({ env, now });
  const onProblem = (error: unknown) => log.warn('registries: incomplete', { ...problemOf(error, 'registries') });
  // The account of an editor is taken to a registry as its setting says, and the registry is asked with what comes of it.
  const sessions: Sessions = createSessions({
    ...{ stores, now },
    settingOf: (host) => registries.settingOf(host),
    meet: (setting) => registries.meet(setting, nobody),
  });
  const credentials = createCredentials({ env, platform, now, stores, sessions, onProblem });
  const registries = new Registries({ http, credentials, now });
  const host = async () => {
    await settings.ready;
    return engineHost(settings);
  };
  const engine = createEngine({ env, platform, host, log });
  const disk = new DiskCache({
    folder: () => storage('registries'),
    onProblem: (error) => log.warn('images: nothing is kept', { ...problemOf(error, 'the folder for what is kept') }),
  });
  const sizesDisk = new DiskCache({
    folder: () => storage('sizes'),
    onProblem: (error) => log.warn('sizes: nothing is kept', { ...problemOf(error, 'the folder for what is kept') }),
    maximumFiles: 100,
  });
  const files = new WorkspaceFiles(log);
  const contexts = new BuildContexts(log, now);
  const kept = createKeptLists({ disk, credentials, settingOf: (host) => registries.settingOf(host) });
  const analyzed = new DiskCache({
    folder: () => storage('layers'),
    onProblem: (error) => log.warn('layers: nothing is kept', { ...problemOf(error, 'the folder for what is kept') }),
    ...keptAnalysesBounds,
  });
  const analyses = createAnalyses({
    ...{ engine, registries },
    kept: createKeptAnalyses(analyzed, now),
    origins: createLayerOrigins(engine, { env, home: homedir(), log }),
  });
  const configured = settings.ready.then(configure);
  const localLayers = createLocalLayers(engine);
  const local = createLocalImages(engine, now);
  const snapshot = createSnapshot({ log });
  const { bundled } = snapshot;
  const images = createImages(
    createRegistryImages({ registries, kept, configured, log, now }),
    local,
    createBuilds(engine, {
      env,
      log,
      now,
      outline: outlineOf,
      onContext: (file, folder) => contexts.built(file, folder),
    }),
    snapshot,
    createKnowledge({ registries, log, engine, localLayers, local, bundled, configured, now }),
    {
      traces: createBuildTraces(engine, now),
      platform: () => enginePlatform(engine),
      analyses,
      downloads: createDownloads({ registries, engine, bundled }),
      kept: createKeptSizes({ disk: sizesDisk, workspaceOf: files.workspaceOf, now }),
    },
  );

  let lastHost = engineHost(settings);
  let lastProblems = '';
  function configure(): void {
    const { registries: found, problems } = readRegistrySettings(settings.section['registries']);
    const told = problems.join(' ');
    if (told !== '' && told !== lastProblems) {
      log.warn('settings: some of it means nothing', { problems });
      warn(settingsWarning);
    }
    lastProblems = told;
    registries.configure(found, problems);
    const nextHost = engineHost(settings);
    if (nextHost !== lastHost) {
      images.forgetEngine();
      engine.reconnect();
    }
    lastHost = nextHost;
  }
  const stop = settings.onDidChange(configure);

  return {
    engine,
    registries,
    credentials,
    signIn: { registries, signIns: credentials, sessions },
    azure: { http, stores, now },
    images,
    http,
    localLayers,
    analyses,
    files,
    contexts,
    configured,
    async dispose() {
      stop();
      localLayers.dispose();
      engine.dispose();
      await Promise.all([images.dispose(), contexts.dispose(), analyses.flush().then(() => analyzed.flush())]);
      http.close().catch(() => {}); // Nothing is sent any more; what breaks off now is nobody's.
    },
  };
}

/** `gantry.engine.host`; undefined when it is not set. */
function engineHost({ section }: Settings): string | undefined {
  const { engine } = section;
  const host = typeof engine === 'object' && engine !== null && 'host' in engine ? engine.host : undefined;
  return typeof host === 'string' && host.trim() !== '' ? host.trim() : undefined;
}
