/** What is done in settings about what the server finds in a Dockerfile. */
import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { serverCommands, settings } from '../contributions.ts';
import type { Notify } from '../ui/notify.ts';
import { registerCommand } from '../ui/registration.ts';

export function registerLint(notify: Notify, subscriptions: vscode.Disposable[]): void {
  subscriptions.push(
    registerCommand(serverCommands.ignoreInWorkspace, (rule: string) =>
      notify.attempt(l10n.t('Ignore {0}', rule), () => turnOff(rule)),
    ),
  );
}

/** Without a folder there are no settings of a workspace, only the user's. */
async function turnOff(rule: string): Promise<void> {
  const { workspaceFolders } = vscode.workspace;
  const configuration = vscode.workspace.getConfiguration();
  const rules = configuration.inspect<Readonly<Record<string, string>>>(settings.lintRules);
  const [target, known] =
    workspaceFolders === undefined
      ? [vscode.ConfigurationTarget.Global, rules?.globalValue]
      : [vscode.ConfigurationTarget.Workspace, rules?.workspaceValue];
  await configuration.update(settings.lintRules, { ...known, [rule]: 'off' }, target);
}
