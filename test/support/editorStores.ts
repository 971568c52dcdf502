import { type ProtocolConnection, ResponseError } from 'vscode-languageserver-protocol/node';
import type { ServerRequests } from '../../common/protocol.ts';

type SessionAsk = ServerRequests['gantry/session']['params'];

/** What an editor keeps and knows for the server, and what it was asked. */
export interface EditorStores {
  readonly secrets: Map<string, string>;
  /** By provider and directory: `github`, `microsoft`, `microsoft tenant-2`. */
  readonly accounts: Map<string, { readonly accessToken: string; readonly account: string }>;
  readonly asked: SessionAsk[];
  /** Keys that were read, in order. */
  readonly read: string[];
  /** The keyring does not work. */
  isBroken: boolean;
}

/** An editor with a store for secrets and with accounts, at the other end of a connection. */
export function answerStores(connection: ProtocolConnection): EditorStores {
  const stores: EditorStores = {
    secrets: new Map(),
    accounts: new Map(),
    asked: [],
    read: [],
    isBroken: false,
  };
  const throwIfBroken = () => {
    if (stores.isBroken) throw new ResponseError(-32000, 'no keyring');
  };
  connection.onRequest('gantry/secrets/get', ({ key }: ServerRequests['gantry/secrets/get']['params']) => {
    throwIfBroken();
    stores.read.push(key);
    return stores.secrets.get(key) ?? null;
  });
  connection.onRequest('gantry/secrets/set', ({ key, value }: ServerRequests['gantry/secrets/set']['params']) => {
    throwIfBroken();
    if (value === null) stores.secrets.delete(key);
    else stores.secrets.set(key, value);
    return null;
  });
  connection.onRequest('gantry/session', (ask: SessionAsk) => {
    stores.asked.push(ask);
    const directory = ask.scopes.find((scope) => scope.startsWith('VSCODE_TENANT:'))?.slice('VSCODE_TENANT:'.length);
    return stores.accounts.get([ask.provider, directory].filter((part) => part !== undefined).join(' ')) ?? null;
  });
  return stores;
}
