/** The wiring: who exists, and who is handed to whom. */
import type { Connection } from 'vscode-languageserver';
import { type ClientSupport, clientSupport, serverCapabilities } from './handlers/capabilities.ts';
import { registerDiagnostics } from './handlers/diagnostics.ts';
import { Documents } from './handlers/documents.ts';
import { registerLanguage } from './handlers/language.ts';
import { clientLog } from './handlers/log.ts';
import { Settings } from './handlers/settings.ts';
import type { Host } from './language/host.ts';
import { nothingKnown } from './language/nothingKnown.ts';
import type { World } from './world.ts';

/** Serves one client until it disconnects. Nothing here waits: a room that needs the outside connects when first asked. */
export function startServer(connection: Connection, world: World): void {
  const log = clientLog(connection);
  const settings = new Settings(connection, log);
  const documents = new Documents(connection, log);
  const host: Host = { images: world.images ?? nothingKnown, log };
  let support: ClientSupport = clientSupport({ capabilities: {} });

  connection.onInitialize((params) => {
    support = clientSupport(params);
    settings.initialize(params);
    return { capabilities: serverCapabilities, serverInfo: { name: 'gantry' } };
  });
  connection.onInitialized(() => settings.initialized());

  registerDiagnostics(connection, documents, settings, log);
  registerLanguage(connection, documents, host, () => support);

  connection.listen();
}
