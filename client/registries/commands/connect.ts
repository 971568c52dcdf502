import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { cloudOfEnvironment, environmentSetting } from '../../../common/azureClouds.ts';
import type { AzureCloud } from '../../../common/registry.ts';
import { commands, settings } from '../../contributions.ts';
import { registerCommand } from '../../ui/registration.ts';
import type { Entries } from '../connect/entries.ts';
import { type ConnectRoom, connect, signInTo } from '../connect/flow.ts';
import { removeRegistries, signOutOf } from '../connect/removal.ts';
import { connectWindow } from '../connect/window.ts';
import { pickRegistry } from '../pickRegistry.ts';
import { showRegistry } from '../showRegistry.ts';
import { hostOf, type RegistryElement, type Tools } from '../tools.ts';
import { isRegistryPlace } from '../values.ts';
import { showRepository } from './openRepository.ts';

/** Into the tree and out of it, in and out of a registry. */
export function connectCommands(tools: Tools): readonly vscode.Disposable[] {
  const { backend, notify, tree, arranged } = tools;
  const hide = (host: string) => arranged.hide(host);
  const room = { backend, ui: connectWindow, entries: ownEntries, cloud, hide };
  const onOne = (title: string, work: (host: string) => Promise<unknown>) => async (element?: RegistryElement) => {
    const host = hostOf(element) ?? (await pickRegistry(tools));
    if (host !== undefined) await notify.attempt(title, () => work(host));
  };
  return [
    registerCommand(commands.openRegistrySettings, () =>
      vscode.commands.executeCommand('workbench.action.openSettings', settings.registries),
    ),
    registerCommand(commands.addRegistry, () =>
      notify.attempt(l10n.t('Registries'), async () => {
        const connected = await connect(room);
        if (connected?.repository !== undefined) await showRepository(connected.host, connected.repository, tools);
        else if (connected !== undefined) await showRegistry(connected.host, tools);
      }),
    ),
    // Also below a problem, which stands in what it is a problem of.
    registerCommand(
      commands.signInToRegistry,
      onOne(l10n.t('Sign In'), async (host) => {
        if (await signInTo(host, room)) await showRegistry(host, tools);
      }),
    ),
    registerCommand(
      commands.signOutOfRegistry,
      onOne(l10n.t('Sign Out'), (host) => signOutOf(host, room)),
    ),
    tree.onNodes(
      commands.removeRegistry,
      (values) =>
        notify.attempt(l10n.t('Registries'), async () => {
          await removeRegistries(
            values.map(({ registry }) => registry),
            room,
          );
          await tree.refresh();
        }),
      isRegistryPlace,
    ),
  ];
}

/** Only the user's own list: what a workspace adds stays there. */
export const ownEntries: ConnectRoom['entries'] = {
  read: () => vscode.workspace.getConfiguration().inspect<Entries>(settings.registries)?.globalValue ?? [],
  write: async (entries) =>
    vscode.workspace
      .getConfiguration()
      .update(settings.registries, entries.length === 0 ? undefined : entries, vscode.ConfigurationTarget.Global),
};

/** As VS Code's own setting for Microsoft accounts of other clouds has it. */
function cloud(): AzureCloud {
  const { section, name } = environmentSetting;
  return cloudOfEnvironment(vscode.workspace.getConfiguration(section).get<string>(name));
}
