import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import type { Tools } from './tools.ts';

/** The host of one of the user's registries; undefined when they thought better of it. */
export async function pickRegistry({ backend }: Tools): Promise<string | undefined> {
  const items = (async () =>
    (await backend.registries()).registries.map(({ host, name }) => ({
      label: name,
      ...(name === host ? {} : { description: host }),
      host,
    })))();
  return (await vscode.window.showQuickPick(items, { title: l10n.t('In which registry?') }))?.host;
}
