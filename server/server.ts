/** The wiring: who exists, and who is handed to whom. */
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
import { registerImages } from './handlers/images.ts';
import { registerLanguage } from './handlers/language.ts';
import { Lint } from './handlers/lint.ts';
import { clientLog, warnUser } from './handlers/log.ts';
import { registerRegistries } from './handlers/registries.ts';
import { registerRegistryContents } from './handlers/registryContents.ts';
import { Settings } from './handlers/settings.ts';
import { registerSignIn } from './handlers/signIn.ts';
import { registerStreams } from './handlers/streams.ts';
import type { Host } from './language/host.ts';
import { openOutside } from './outside.ts';
import { createShell } from './shell/shell.ts';
import { createShellCheck } from './shellcheck/shellcheck.ts';
import { cacheFolder } from './util/cacheFolder.ts';
import type { World } from './world.ts';

/** Serves one client until it disconnects. Resolves what it returns when everything it opened is closed. */
export function startServer(connection: Connection, world: World): () => Promise<void> {
  const log = clientLog(connection);
  const settings = new Settings(connection, log);
  const documents = new Documents(connection, log);
  let support: ClientSupport = clientSupport({ capabilities: {} });
  const storage = () => support.storage ?? cacheFolder(world.env, world.platform, 'registries');
  const stores = clientStores(connection, () => support);
  const warn = (message: string) => warnUser(connection, message);
  const outside = openOutside(world, settings, { storage, stores, warn }, log);
  const { engine, registries, credentials, files } = outside;
  const host: Host = { images: world.images ?? outside.images, log };
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
  const beside = registerFiles(connection, documents, files, log);

  let askForCompose = () => {};
  connection.onInitialize((params) => {
    support = clientSupport(params);
    trusted = support.trusted;
    settings.initialize(params);
    beside.initialize(params);
    askForCompose = registerCompose(connection, params, log);
    return { capabilities: serverCapabilities, serverInfo: { name: 'gantry' } };
  });
  connection.onInitialized(() => {
    beside.initialized();
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
    registerDiagnostics({ connection, documents, settings, lint, support: () => support, log }),
    registerLanguage(connection, documents, host, lint, () => support, world.now),
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
  registerBuild(connection, engine, credentials);

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
