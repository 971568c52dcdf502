import { setTimeout as delay } from 'node:timers/promises';
import * as vscode from 'vscode';
import { withoutLinks } from '../../ui/withoutLinks.ts';
import type { Choice, ConnectUi, Item } from './ui.ts';

/** What takes no longer than this shows no progress: it would only flash, and VS Code holds back the next of many messages. */
const quickMs = 500;

const settled = () => true;

/** The connect flow's questions in a window of VS Code. */
export const connectWindow: ConnectUi = {
  choose,
  ask: async ({ title, prompt, value, password = false, check }) =>
    vscode.window.showInputBox({
      ...{ title, prompt, password },
      ...(value !== undefined && { value }),
      ignoreFocusOut: true,
      validateInput: (text) => check?.(text),
    }),
  working: async (title, work) => {
    const ending = new AbortController();
    const result = work(ending.signal);
    const isQuick = await Promise.race([result.then(settled, settled), delay(quickMs, false)]);
    if (isQuick) return result;
    return vscode.window.withProgress(
      { location: vscode.ProgressLocation.Notification, title: withoutLinks(title), cancellable: true },
      (_, token) => {
        token.onCancellationRequested(() => ending.abort());
        return result;
      },
    );
  },
  tell: (text) => void vscode.window.showInformationMessage(withoutLinks(text)),
  warn: (text) => void vscode.window.showWarningMessage(withoutLinks(text)),
  confirm: async (text, detail, action) =>
    (await vscode.window.showWarningMessage(withoutLinks(text), { modal: true, detail }, action)) === action,
};

type Picked<T> = vscode.QuickPickItem & { readonly value: T };

/** What is typed is the first choice, whatever the list would filter. */
function choose<T>({ title, placeHolder, items, typed }: Choice<T>): Promise<T | undefined> {
  const pick = vscode.window.createQuickPick<Picked<T>>();
  const show = (text: string) => {
    const own = typed !== undefined && text.trim() !== '' ? [{ ...pickedOf(typed(text)), alwaysShow: true }] : [];
    pick.items = [...own, ...items.map(pickedOf)];
  };
  pick.title = title;
  if (placeHolder !== undefined) pick.placeholder = placeHolder;
  pick.ignoreFocusOut = true;
  pick.matchOnDescription = true;
  pick.matchOnDetail = true;
  show('');
  return new Promise((resolve) => {
    pick.onDidChangeValue((text) => {
      if (typed !== undefined) show(text);
    });
    pick.onDidAccept(() => {
      const [selected] = pick.selectedItems;
      if (selected === undefined) return;
      resolve(selected.value);
      pick.hide();
    });
    pick.onDidHide(() => {
      resolve(undefined);
      pick.dispose();
    });
    pick.show();
  });
}

const pickedOf = <T>({ label, description, detail, value }: Item<T>): Picked<T> => ({
  label,
  ...(description !== undefined && { description }),
  ...(detail !== undefined && { detail }),
  value,
});
