import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import type { Tools } from './tools.ts';

/** The host of one of the user's registries; undefined when they thought better of it, or where there is no list, which is told. */
export async function pickRegistry({ backend, notify }: Tools): Promise<string | undefined> {
  const items = (async () =>
    (await backend.registries()).registries.map(({ host, name }) => ({
      label: name,
      ...(name === host ? {} : { description: host }),
      host,
    })))();
  const title = l10n.t('In which registry?');
  const pick = async () => vscode.window.showQuickPick(items, { title, matchOnDescription: true });
  return (await notify.attempt(l10n.t('Registries'), pick))?.host;
}
