import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { isRepository, parseReference } from '../../../common/reference.ts';
import { commands } from '../../contributions.ts';
import { registerCommand } from '../../ui/registration.ts';
import { pickRegistry } from '../pickRegistry.ts';
import { showRegistry } from '../showRegistry.ts';
import { hostOf, nearest, type RegistryElement, type Tools } from '../tools.ts';
import type { RegistryValue, RepositoryPlace } from '../values.ts';

export function openingCommands(tools: Tools): readonly vscode.Disposable[] {
  const { tree, arranged } = tools;
  return [
    registerCommand(commands.openRepository, async (element?: RegistryElement) => {
      const host = hostOf(element) ?? (await pickRegistry(tools));
      if (host !== undefined) await openByName(host, tools);
    }),
    tree.onNodes(
      commands.forgetRepository,
      async (values, elements) => {
        for (const value of values) await arranged.forget(value.host, value.repository);
        const registries = new Set(elements.map((element) => nearest(element, 'registry')));
        await Promise.all([...registries].map((registry) => registry && tree.model.refreshOnly(registry)));
      },
      isOpened,
    ),
  ];
}

const isOpened = (value: RegistryValue): value is RepositoryPlace => value.kind === 'repository' && value.opened;

async function openByName(host: string, tools: Tools): Promise<void> {
  const text = await vscode.window.showInputBox({
    title: l10n.t('Open a repository of {0}', host),
    prompt: l10n.t('Its name, for example team/app. It stays in the tree until you forget it.'),
    ignoreFocusOut: true,
    validateInput: (value) =>
      value === '' || repositoryIn(host, value) !== undefined
        ? undefined
        : l10n.t('"{0}" is no repository of {1}: lower-case letters, digits, and . _ - / between them.', value, host),
  });
  const repository = text === undefined ? undefined : repositoryIn(host, text);
  if (repository !== undefined) await showRepository(host, repository, tools);
}

/** What is meant by `team/app`, `host/team/app` or `team/app:1.0`; `nginx` on Docker Hub is `library/nginx`. */
export function repositoryIn(host: string, text: string): string | undefined {
  const name = text.trim();
  const reference = parseReference(name.startsWith(`${host}/`) ? name : `${host}/${name}`);
  return reference?.registry === host && isRepository(reference.repository) ? reference.repository : undefined;
}

/** Puts a repository into the tree for good, and unfolds it. */
export async function showRepository(host: string, repository: string, tools: Tools): Promise<void> {
  const { tree, arranged } = tools;
  await arranged.open(host, repository);
  const registry = await showRegistry(host, tools);
  if (registry === undefined) return;
  await tree.busy(async () => {
    await tree.view.reveal(registry, { expand: true, focus: false, select: false });
    // Something of it may be shown by now, but the row that is looked for comes with the rest.
    await tree.model.children(registry);
    await tree.model.refreshOnly(registry);
    const isIt = (value: RegistryValue) => value.kind === 'repository' && value.repository === repository;
    const [found] = await tree.model.fitting(isIt, registry);
    if (found !== undefined) await tree.view.reveal(found.element, { expand: true, focus: true, select: true });
  });
}
