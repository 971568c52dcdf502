/** What the editor keeps and knows, for the server: secrets in its own store, accounts that it is signed in to. */
import * as vscode from 'vscode';
import type { Accounts } from './backend.ts';

/** The keys of what is kept for registries: `registry:` and the host. */
const prefix = 'registry:';

/** `onChanged` hears of what another window keeps or forgets of a registry. */
export function editorAccounts(
  secrets: vscode.SecretStorage,
  onChanged: (host: string) => void,
  subscriptions: vscode.Disposable[],
): Accounts {
  /** Keys that this window is writing: that they change is no news. */
  const writing = new Map<string, number>();
  const count = (key: string, by: number) => {
    const left = (writing.get(key) ?? 0) + by;
    if (left > 0) writing.set(key, left);
    else writing.delete(key);
  };
  subscriptions.push(
    secrets.onDidChange(({ key }) => {
      if (key.startsWith(prefix) && !writing.has(key)) onChanged(key.slice(prefix.length));
    }),
  );
  return {
    secret: async ({ key }) => (await secrets.get(key)) ?? null,
    keepSecret: async ({ key, value }) => {
      count(key, 1);
      try {
        if (value === null) await secrets.delete(key);
        else await secrets.store(key, value);
      } finally {
        count(key, -1);
      }
      return null;
    },
    session: async ({ provider, scopes, interactive }, signal) => {
      const id = provider === 'microsoft' && !isPublicAzure(scopes) ? 'microsoft-sovereign-cloud' : provider;
      const options = interactive ? { createIfNone: true, clearSessionPreference: true } : { silent: true };
      try {
        const session = await vscode.authentication.getSession(id, scopes, options);
        return session ? { accessToken: session.accessToken, account: session.account.label } : null;
      } catch (error) {
        // That is how the editor says that the user does not want to; whoever may not be asked is not signed in.
        if (signal.aborted || isRefusal(error)) return null;
        throw error;
      }
    },
  };
}

/** Other clouds of Microsoft's have accounts of their own, which VS Code keeps under another name. */
function isPublicAzure(scopes: readonly string[]): boolean {
  return scopes.every((scope) => !/\.(?:chinacloudapi\.cn|usgovcloudapi\.net)\//.test(scope));
}

function isRefusal(error: unknown): boolean {
  return error instanceof Error && /did not consent|cancel/i.test(`${error.name} ${error.message}`);
}
