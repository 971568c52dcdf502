/** Looking at lists: the next page, filters, the order of tags, what is hidden, what is asked again. */
import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import type { TagOrder } from '../../../common/registry.ts';
import { commands, contextKeys } from '../../contributions.ts';
import { registerCommand, setContext } from '../../ui/registration.ts';
import type { Paging } from '../source.ts';
import { asking, hostOf, type RegistryElement, type Tools } from '../tools.ts';
import { isList, isMore, type ListPlace, type MorePlace, type RegistryValue } from '../values.ts';
import { typeFilter } from './filterInput.ts';

export function listCommands(tools: Tools, paging: Paging): readonly vscode.Disposable[] {
  const { tree, backend, notify, arranged } = tools;

  const refresh = (element?: RegistryElement) =>
    notify.attempt(l10n.t('Registries'), () =>
      tree.busy(async () => {
        await backend.refreshRegistry(hostOf(element));
        await (element === undefined ? tree.refresh() : tree.model.refresh(asking(element)));
      }),
    );

  const loadMore = async ({ list }: MorePlace, { parent }: RegistryElement) => {
    if (parent === undefined) return;
    paging.goOn(list);
    await tree.busy(() => tree.model.refreshOnly(parent));
    const problem = parent.children?.find(({ node }) => node.context?.startsWith('problem'));
    // It stands above the list, and its end is what is on screen.
    if (problem !== undefined) return tree.view.reveal(problem, { expand: true });
    await arranged.setPages(list, paging.pages(list));
  };

  const clear = async (values: readonly ListPlace[], elements: readonly RegistryElement[]) => {
    for (const { list } of values) arranged.setFilter(list, '');
    await arranged.keepFilters();
    await tree.busy(() => Promise.all(elements.map((element) => filtered(tools, element))));
  };

  const showAttachments = async (show: boolean) => {
    setContext(contextKeys.attachmentsShown, show);
    await arranged.showAttachments(show);
    await tree.busy(tree.refresh);
  };
  setContext(contextKeys.attachmentsShown, arranged.showsAttachments);

  return [
    registerCommand(commands.refreshRegistries, refresh),
    tree.onNodes(commands.loadMore, ([value], [element]) => value && element && loadMore(value, element), isMore),
    tree.onNodes(
      commands.filterList,
      (_, [element]) => element !== undefined && typeFilter(tools, element),
      canBeFiltered,
    ),
    tree.onNodes(
      commands.clearFilter,
      clear,
      (value): value is ListPlace => isList(value) && arranged.filter(value.list) !== undefined,
    ),
    registerCommand(commands.sortTags, () => sort(tools)),
    registerCommand(commands.showAttachments, () => showAttachments(true)),
    registerCommand(commands.hideAttachments, () => showAttachments(false)),
  ];
}

const canBeFiltered = (value: RegistryValue): value is ListPlace =>
  isList(value) && (value.kind !== 'registry' || value.registry.can.listRepositories);

/** Shows an element and what is below it under its filter as it is now: the row itself says it too. */
export async function filtered({ tree }: Tools, element: RegistryElement): Promise<void> {
  if (element.parent !== undefined) await tree.model.refreshOnly(asking(element.parent));
  await tree.model.refreshOnly(element);
}

async function sort({ tree, arranged }: Tools): Promise<void> {
  const orders: readonly (vscode.QuickPickItem & { readonly order: TagOrder })[] = [
    { order: 'version', label: l10n.t('Version'), detail: l10n.t('Newest version first, behind each its variants') },
    { order: 'date', label: l10n.t('Date'), detail: l10n.t('Newest first, where the registry tells of dates') },
    { order: 'name', label: l10n.t('Name'), detail: l10n.t('By the alphabet') },
  ];
  const items = orders.map((item) => ({
    ...item,
    iconPath: new vscode.ThemeIcon(item.order === arranged.order ? 'check' : 'blank'),
  }));
  const picked = await vscode.window.showQuickPick(items, { title: l10n.t('Sort tags by') });
  if (picked === undefined || picked.order === arranged.order) return;
  await arranged.setOrder(picked.order);
  await tree.busy(tree.refresh);
}
