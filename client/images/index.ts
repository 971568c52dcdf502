/** The images view: what the engine has, by repository, and what can be done with it. */
import * as l10n from '@vscode/l10n';
import type * as vscode from 'vscode';
import type { Backend } from '../backend.ts';
import { commands, contextKeys, views } from '../contributions.ts';
import type { JsonDocuments } from '../ui/jsonDocuments.ts';
import type { Notify } from '../ui/notify.ts';
import { onSizeUnits, registerCommand, setContext, sizeUnits } from '../ui/registration.ts';
import { createTree, type Tree } from '../ui/treeView.ts';
import { imageCommands } from './commands.ts';
import { type ImageValue, imageNodes, imagesSummary } from './nodes.ts';

const danglingKey = 'images.showDangling';

export function registerImages(
  backend: Backend,
  notify: Notify,
  documents: JsonDocuments,
  memento: vscode.Memento,
  subscriptions: vscode.Disposable[],
): Tree<ImageValue> {
  const showsDangling = () => memento.get(danglingKey, false);
  const tree = createTree<ImageValue>(
    views.images,
    l10n.t('Images'),
    async (signal) => {
      const answer = await backend.images(signal);
      setContext(contextKeys.imagesEmpty, answer.state === 'known' && answer.value.length === 0);
      if (answer.state !== 'known') return answer;
      tree.view.description = imagesSummary(answer.value, sizeUnits());
      return { ...answer, value: imageNodes(answer.value, showsDangling(), Date.now(), sizeUnits()) };
    },
    { canSelectMany: true },
  );
  const showDangling = async (show: boolean) => {
    setContext(contextKeys.danglingShown, show);
    await memento.update(danglingKey, show);
    await tree.refresh();
  };
  setContext(contextKeys.danglingShown, showsDangling());
  subscriptions.push(
    tree,
    { dispose: backend.onEngineChanged((what) => concerns(what) && void tree.refresh()) },
    onSizeUnits(() => void tree.refresh()),
    registerCommand(commands.refreshImages, () => tree.refresh()),
    registerCommand(commands.showDangling, () => showDangling(true)),
    registerCommand(commands.hideDangling, () => showDangling(false)),
    ...imageCommands(tree, backend, notify, documents),
  );
  return tree;
}

/** Containers too: an image shows whether one uses it. */
function concerns(what: readonly string[]): boolean {
  return what.includes('images') || what.includes('containers') || what.includes('status');
}
