import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import type { RegistryElement, Tools } from '../tools.ts';
import { filtered } from './lists.ts';

/** How long a text rests before the registry is asked with it. */
const restMs = 250;

/** Lets the user type a filter while the list follows. Enter keeps it; Escape brings back what was before. */
export async function typeFilter(tools: Tools, element: RegistryElement): Promise<void> {
  const { arranged, tree } = tools;
  const value = element.node.value;
  if (value === undefined || !('list' in value)) return;
  const { list } = value;
  const before = arranged.filter(list) ?? '';
  const input = vscode.window.createInputBox();
  input.title =
    value.kind === 'repository'
      ? l10n.t('Filter the tags of {0}', value.reference)
      : l10n.t('Filter the repositories of {0}', element.node.label);
  input.placeholder = l10n.t('Part of a name; empty shows all');
  input.value = before;
  // Who clicks on what was found has not thought better of it.
  input.ignoreFocusOut = true;

  const apply = async (text: string) => {
    if (text.trim() === (arranged.filter(list) ?? '')) return;
    arranged.setFilter(list, text);
    input.busy = true;
    try {
      await tree.busy(() => filtered(tools, element));
    } finally {
      input.busy = false;
    }
  };
  if (element.children === undefined) await tree.view.reveal(element, { expand: true, select: true, focus: false });

  let rest: NodeJS.Timeout | undefined;
  let accepted = false;
  input.onDidChangeValue((text) => {
    clearTimeout(rest);
    rest = setTimeout(() => void apply(text), restMs);
  });
  input.onDidAccept(() => {
    accepted = true;
    input.hide();
  });
  const hidden = new Promise<void>((resolve) => input.onDidHide(resolve));
  input.show();
  await hidden;
  clearTimeout(rest);
  const text = accepted ? input.value : before;
  input.dispose();
  // It is in effect before it is on screen.
  await Promise.all([apply(text), arranged.keepFilters()]);
}
