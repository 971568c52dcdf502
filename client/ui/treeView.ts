/** Puts a {@link TreeModel} into one of VS Code's tree views. */
import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import type { Problem } from '../../common/known.ts';
import type { Command, views } from '../contributions.ts';
import { registerCommand } from './registration.ts';
import { signalOf } from './signal.ts';
import { type Element, type Load, type Remedy, TreeModel } from './treeModel.ts';

/** What the user opened and closed, by the ids of nodes; undefined where they did neither. VS Code forgets it with the window. */
export interface Expansion {
  isExpanded(id: string): boolean | undefined;
  set(id: string, expanded: boolean): void;
}

export interface TreeOptions {
  readonly canSelectMany: boolean;
  readonly expansion?: Expansion;
  readonly remedies?: (problem: Problem) => readonly Remedy[];
}

export interface Tree<V> extends vscode.Disposable {
  readonly view: vscode.TreeView<Element<V>>;
  readonly model: TreeModel<V>;
  /** Asks again when the view is on screen, else when it comes to be. */
  refresh(): Promise<void>;
  /** Runs what may take a while under the view's progress bar. */
  busy<T>(work: () => Promise<T>): Promise<T>;
  /** Asks again for the branch that a problem stands in. False when the element is not of this tree. */
  retry(element: Element<unknown>): boolean;
  /**
   * A command on the nodes of this tree: on the selection when it was asked for inside it, else on the one node. A key binding
   * with {@link selection} as its argument means the selection; without a node, as from the palette, the user is asked for one.
   * The handler sees only what `fits`, and is not called for nothing.
   */
  onNodes<W extends V = V>(
    command: Command,
    handler: (values: readonly W[], elements: readonly Element<V>[]) => unknown,
    fits?: (value: V) => value is W,
  ): vscode.Disposable;
}

/** What a key binding in package.json gives as its argument. */
const selection = 'selection';

/**
 * One of the nodes that the tree holds by now, as the engine has them at this moment; those selected come first. None when the
 * user thinks better of it.
 */
async function choose<V>(
  { model, view }: Pick<Tree<V>, 'model' | 'view'>,
  fits: (value: V) => boolean,
): Promise<readonly Element<V>[]> {
  const none = new vscode.CancellationTokenSource();
  const items = (async () => {
    await model.refreshOnly();
    await model.children();
    const found = await model.fitting(fits);
    if (found.length === 0) none.cancel();
    const isSelected = ({ element }: (typeof found)[number]) => view.selection.includes(element);
    return [...found.filter(isSelected), ...found.filter((each) => !isSelected(each))].map(({ element, within }) => {
      const { label, description = '' } = element.node;
      return { label, description, element, ...(within.length > 0 && { detail: within.join(' › ') }) };
    });
  })();
  const picked = await vscode.window.showQuickPick(
    items,
    { matchOnDescription: true, matchOnDetail: true },
    none.token,
  );
  if (none.token.isCancellationRequested) {
    const text = l10n.t('Nothing that the view shows goes with this. Unfold in it what you mean, then try again.');
    void vscode.window.showInformationMessage(text);
  }
  none.dispose();
  return picked === undefined ? [] : [picked.element];
}

export function createTree<V>(
  id: (typeof views)[keyof typeof views],
  subject: string,
  load: Load<V>,
  { canSelectMany, expansion, remedies }: TreeOptions,
): Tree<V> {
  const model = new TreeModel<V>(subject, load, remedies);
  const changes = new vscode.EventEmitter<Element<V>[] | undefined>();
  const view = vscode.window.createTreeView<Element<V>>(id, {
    treeDataProvider: {
      onDidChangeTreeData: changes.event,
      getChildren: async (element) => [...(await model.children(element))],
      getParent: (element) => (element.parent?.parent === undefined ? undefined : element.parent),
      getTreeItem: (element) => treeItem(element, expansion),
      resolveTreeItem: async (item, element, token) => {
        const following = signalOf(token);
        try {
          if (typeof element.node.tooltip === 'function') item.tooltip = await element.node.tooltip(following.signal);
        } catch {
          item.tooltip = element.node.label; // a tooltip is not worth a message
        } finally {
          following.dispose();
        }
        return item;
      },
    },
    canSelectMany,
    showCollapseAll: true,
  });

  let stale = false;
  const busy = async <T>(work: () => Promise<T>): Promise<T> =>
    vscode.window.withProgress({ location: { viewId: id } }, work);
  const refresh = async () => {
    stale = !view.visible;
    if (view.visible) await model.refresh();
  };
  const subscriptions = [
    { dispose: model.onDidChange((changed) => changes.fire(changed === undefined ? undefined : [...changed])) },
    view.onDidChangeVisibility(() => {
      if (view.visible && stale) void refresh();
    }),
    view.onDidExpandElement(({ element }) => expansion?.set(element.id, true)),
    view.onDidCollapseElement(({ element }) => expansion?.set(element.id, false)),
    view,
    changes,
  ];

  const owns = (element: Element<unknown>): element is Element<V> =>
    [...model.shown()].some((each) => each === element);
  return {
    view,
    model,
    refresh,
    busy,
    retry: (element) => {
      if (!owns(element)) return false;
      const inProblem = element.node.context?.startsWith('problem') ? element : element.parent;
      const branch = inProblem?.parent;
      void busy(() => model.refresh(branch === undefined || branch.parent === undefined ? undefined : branch));
      return true;
    },
    onNodes: <W extends V>(
      command: Command,
      handler: (values: readonly W[], elements: readonly Element<V>[]) => unknown,
      fits: (value: V) => value is W = (_): _ is W => true,
    ) =>
      registerCommand(command, async (target?: Element<V> | typeof selection, selected?: readonly Element<V>[]) => {
        const elements =
          target === undefined
            ? await choose({ model, view }, fits)
            : target === selection
              ? view.selection
              : selected?.includes(target)
                ? selected
                : [target];
        const fitting: Element<V>[] = [];
        const values: W[] = [];
        for (const element of elements) {
          const value = element.node?.value;
          if (value === undefined || !fits(value)) continue;
          fitting.push(element);
          values.push(value);
        }
        return values.length === 0 ? undefined : handler(values, fitting);
      }),
    dispose: () => {
      for (const subscription of subscriptions) subscription.dispose();
    },
  };
}

function treeItem<V>(element: Element<V>, expansion: Expansion | undefined): vscode.TreeItem {
  const { node } = element;
  const { None, Collapsed, Expanded } = vscode.TreeItemCollapsibleState;
  const expanded = expansion?.isExpanded(node.id) ?? node.expanded;
  const state = node.children === undefined ? None : expanded ? Expanded : Collapsed;
  const item = new vscode.TreeItem(node.label, state);
  item.id = node.id;
  if (node.description !== undefined) item.description = node.description;
  if (node.icon !== undefined) {
    const color = node.icon.color === undefined ? undefined : new vscode.ThemeColor(node.icon.color);
    item.iconPath = new vscode.ThemeIcon(node.icon.id, color);
  }
  if (node.context !== undefined) item.contextValue = node.context;
  if (typeof node.tooltip === 'string') item.tooltip = node.tooltip;
  if (node.command !== undefined) item.command = { command: node.command, title: node.label, arguments: [element] };
  return item;
}
