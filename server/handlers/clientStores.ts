import type { Connection } from 'vscode-languageserver';
import type { ClientStores, SecretStore } from '../util/clientStores.ts';
import { askClient } from './answer.ts';
import type { ClientSupport } from './capabilities.ts';

/** The client's store for secrets and its accounts, as far as it says that it has them; known once it has initialized. */
export function clientStores(connection: Connection, support: () => ClientSupport): ClientStores {
  const secrets: SecretStore = {
    async get(key, signal) {
      return (await askClient(connection, 'gantry/secrets/get', { key }, signal)) ?? undefined;
    },
    async set(key, value, signal) {
      await askClient(connection, 'gantry/secrets/set', { key, value: value ?? null }, signal);
    },
  };
  const sessions: ClientStores['sessions'] = async (ask, signal) =>
    (await askClient(connection, 'gantry/session', ask, signal)) ?? undefined;
  return {
    get editor() {
      return support().editor;
    },
    get secrets() {
      return support().answers.secrets ? secrets : undefined;
    },
    get sessions() {
      return support().answers.sessions ? sessions : undefined;
    },
  };
}
