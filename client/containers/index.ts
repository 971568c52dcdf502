/** The containers view: a live list, grouped by compose project, and what can be done with what is in it. */
import * as l10n from '@vscode/l10n';
import type * as vscode from 'vscode';
import type { Backend } from '../backend.ts';
import { commands, contextKeys, views } from '../contributions.ts';
import type { JsonDocuments } from '../ui/jsonDocuments.ts';
import type { Notify } from '../ui/notify.ts';
import { registerCommand, setContext } from '../ui/registration.ts';
import { createTree, type Tree } from '../ui/treeView.ts';
import { containerCommands } from './commands.ts';
import { type ContainerValue, containerNodes } from './nodes.ts';
import { containerTooltip } from './tooltip.ts';

export function registerContainers(
  backend: Backend,
  notify: Notify,
  documents: JsonDocuments,
  subscriptions: vscode.Disposable[],
): Tree<ContainerValue> {
  const tree = createTree<ContainerValue>(
    views.containers,
    l10n.t('Containers'),
    async (signal) => {
      const answer = await backend.containers(signal);
      setContext(contextKeys.containersEmpty, answer.state === 'known' && answer.value.length === 0);
      if (answer.state !== 'known') return answer;
      const tooltip =
        ({ id, name }: { id: string; name: string }) =>
        async (signal: AbortSignal) => {
          const container = answer.value.find((each) => each.id === id);
          return container === undefined
            ? name
            : containerTooltip(container, await backend.inspectContainer(id, signal));
        };
      return { ...answer, value: containerNodes(answer.value, tooltip) };
    },
    { canSelectMany: true },
  );
  // The engine words how long a container has been up, and tells nobody when that grows.
  const clock = setInterval(() => void tree.refresh(), 30_000);
  subscriptions.push(
    tree,
    { dispose: () => clearInterval(clock) },
    { dispose: backend.onEngineChanged((what) => concerns(what) && void tree.refresh()) },
    registerCommand(commands.refreshContainers, () => tree.refresh()),
    ...containerCommands(tree, backend, notify, documents),
  );
  return tree;
}

function concerns(what: readonly string[]): boolean {
  return what.includes('containers') || what.includes('status');
}
