/** The wiring: who exists, and who is handed to whom. */
import { join } from 'node:path';
import type { Connection } from 'vscode-languageserver';
import { onNotification } from './handlers/answer.ts';
import { registerBuild } from './handlers/build.ts';
import { type ClientSupport, clientSupport, serverCapabilities } from './handlers/capabilities.ts';
import { clientStores } from './handlers/clientStores.ts';
import { registerCompose } from './handlers/compose.ts';
import { registerContainers } from './handlers/containers.ts';
import { registerDiagnose } from './handlers/diagnose.ts';
import { registerDiagnostics } from './handlers/diagnostics.ts';
import { Documents } from './handlers/documents.ts';
import { registerEngine } from './handlers/engine.ts';
import { registerFiles } from './handlers/files.ts';
import { registerIgnoreFiles } from './handlers/ignoreFiles.ts';
import { registerImages } from './handlers/images.ts';
import { registerLanguage } from './handlers/language.ts';
import { registerLastBuilt } from './handlers/lastBuilt.ts';
import { registerLayers } from './handlers/layers.ts';
import { Lint } from './handlers/lint.ts';
import { clientLog, warnUser } from './handlers/log.ts';
import { registerRegistries } from './handlers/registries.ts';
import { registerRegistryContents } from './handlers/registryContents.ts';
import { Settings } from './handlers/settings.ts';
import { registerSignIn } from './handlers/signIn.ts';
import { readSizeSettings } from './handlers/sizeSettings.ts';
import { registerStreams } from './handlers/streams.ts';
import type { Host } from './language/host.ts';
import { openOutside } from './outside.ts';
import { createShell } from './shell/shell.ts';
import { createShellCheck } from './shellcheck/shellcheck.ts';
import { cacheFolder, type StoredName } from './util/cacheFolder.ts';
import { dockerfilesBy } from './workspace/dockerfilesBy.ts';
import type { World } from './world.ts';

/** Serves one client until it disconnects. Resolves what it returns when everything it opened is closed. */
export function startServer(connection: Connection, world: World): () => Promise<void> {
  const log = clientLog(connection);
  const settings = new Settings(connection, log);
  const documents = new Documents(connection, log);
  let support: ClientSupport = clientSupport({ capabilities: {} });
  // In the client's folder lists of registries have always been at the top.
  const storage = (name: StoredName) => {
    if (support.storage === undefined) return cacheFolder(world.env, world.platform, name);
    return name === 'registries' ? support.storage : join(support.storage, name);
  };
  const stores = clientStores(connection, () => support);
  const warn = (message: string) => warnUser(connection, message);
  const outside = openOutside(world, settings, { storage, stores, warn }, log);
  const { engine, registries, credentials, files, contexts } = outside;
  const units = () => readSizeSettings(settings.section).units;
  const host: Host = {
    images: world.images ?? outside.images,
    contexts: outside.contexts,
    contextNames: outside.contexts,
    units,
    log,
  };
  const shell = world.shell ?? createShell();
  let trusted = false;
  const lint = new Lint({
    ...{ settings, files, engine, log },
    loadShell: () => shell.load(),
    shellCheck: createShellCheck({
      env: world.env,
      platform: world.platform,
      onProblem: (error) => log.warn('shellcheck: incomplete', { error: String(error) }),
    }),
    now: world.now,
    images: host.images,
    trusted: () => trusted,
    support: () => support,
  });
  const beside = registerFiles(connection, documents, { files, contexts }, log);
  const ignoreFiles = registerIgnoreFiles({
    ...{ connection, documents, files, contexts, dockerfilesBy, units, log },
    support: () => support,
  });

  let askForCompose = () => {};
  connection.onInitialize((params) => {
    support = clientSupport(params);
    trusted = support.trusted;
    settings.initialize(params);
    beside.initialize(params);
    ignoreFiles.initialize(params);
    askForCompose = registerCompose(connection, params, log);
    return { capabilities: serverCapabilities, serverInfo: { name: 'gantry' } };
  });
  connection.onInitialized(() => {
    beside.initialized();
    ignoreFiles.initialized();
    askForCompose();
    return settings.initialized();
  });

  onNotification(connection, 'gantry/trusted', () => {
    trusted = true;
    lint.checkImages();
  });
  const closeStreams = registerStreams(connection, engine);
  const stop = [
    beside.dispose,
    ignoreFiles.dispose,
    registerDiagnostics({ connection, documents, settings, lint, support: () => support, log }),
    registerLanguage(connection, documents, host, lint, ignoreFiles, settings, () => support, world.now),
    registerEngine(connection, engine),
    registerRegistries(connection, registries, outside.configured),
  ];
  registerSignIn(connection, outside.signIn, outside.azure, outside.configured);
  registerContainers(connection, engine);
  registerImages(connection, engine, credentials, registries);
  const { http, signIn } = outside;
  const { env, now } = world;
  registerDiagnose(connection, { env, now, registries, http, credentials: signIn.signIns }, engine);
  registerRegistryContents(connection, registries, engine, outside.localLayers);
  registerLayers(connection, outside.analyses, engine);
  registerLastBuilt(connection, documents, host.images);
  registerBuild(connection, engine, credentials, (dockerfile, context) => contexts.built(dockerfile, context));

  const close = async () => {
    for (const each of stop) each();
    lint.dispose();
    await closeStreams();
    await outside.dispose();
  };
  connection.onShutdown(close);
  connection.listen();
  return close;
}
