/** What the editor keeps and knows, for the server: secrets in its own store, accounts that it is signed in to. */
import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { accountsOf, cloudOfScopes, environmentSetting, hasAccounts } from '../common/azureClouds.ts';
import type { AzureCloud } from '../common/registry.ts';
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
      const cloud = provider === 'microsoft' ? cloudOfScopes(scopes) : undefined;
      if (cloud !== undefined && !(await isSetUp(cloud, interactive))) return null;
      const id = cloud === undefined ? provider : accountsOf(cloud).provider;
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

/** VS Code has accounts of one other cloud at a time, and of none before the user chose it. */
async function isSetUp(cloud: AzureCloud, interactive: boolean): Promise<boolean> {
  const { section, name } = environmentSetting;
  const set = vscode.workspace.getConfiguration(section).get<string>(name);
  if (hasAccounts(cloud, set)) return true;
  if (!interactive) return false;
  const { environment = '' } = accountsOf(cloud);
  const text =
    cloud === 'china'
      ? l10n.t('VS Code has no accounts of Azure in China before its settings say so.')
      : l10n.t('VS Code has no accounts of Azure for the US Government before its settings say so.');
  const setting = `${section}.${name}`;
  const detail =
    set === undefined || set === ''
      ? l10n.t('{0} has to be {1}.', setting, environment)
      : l10n.t(
          '{0} has to be {1}. It is {2} now, and its accounts are not to be had meanwhile.',
          setting,
          environment,
          set,
        );
  const change = l10n.t('Change Setting');
  if ((await vscode.window.showWarningMessage(text, { modal: true, detail }, change)) !== change) return false;
  await vscode.workspace.getConfiguration(section).update(name, environment, vscode.ConfigurationTarget.Global);
  return true;
}

function isRefusal(error: unknown): boolean {
  return error instanceof Error && /did not consent|cancel/i.test(`${error.name} ${error.message}`);
}
