/** The registries view, and pulling from it. */
import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { known } from '../../common/known.ts';
import { type Backend, RequestError } from '../backend.ts';
import { type Command, commands, contextKeys, type SettingTypes, settings, views } from '../contributions.ts';
import type { Notify } from '../ui/notify.ts';
import { registerCommand, runCommand, setContext } from '../ui/registration.ts';
import type { Element } from '../ui/treeModel.ts';
import { createTree, type Tree } from '../ui/treeView.ts';
import { parseRegistry } from './host.ts';
import { pagesOf, type RegistrySource, type RegistryValue, registryNodes } from './nodes.ts';
import { firstPages } from './pages.ts';

export function registerRegistries(
  backend: Backend,
  notify: Notify,
  subscriptions: vscode.Disposable[],
): Tree<RegistryValue> {
  /** How many pages of a list the user has asked for. */
  const wanted = new Map<string, number>();
  const pages = (list: string) => wanted.get(list) ?? 1;
  const source: RegistrySource = {
    repositories: (host, signal) =>
      firstPages(
        (cursor) => backend.repositories(host, cursor === undefined ? {} : { cursor }, signal),
        pages(pagesOf(host)),
      ),
    tags: (host, repository, signal) =>
      firstPages(
        (cursor) => backend.tags(host, repository, cursor === undefined ? {} : { cursor }, signal),
        pages(pagesOf(host, repository)),
      ),
    platforms: backend.platforms,
  };
  const tree = createTree<RegistryValue>(
    views.registries,
    l10n.t('Registries'),
    async (signal) => {
      const registries = await backend.registries(signal);
      setContext(contextKeys.registriesEmpty, registries.length === 0);
      return known(registryNodes(registries, source), Date.now());
    },
    true,
  );

  const refresh = async (element?: Element<RegistryValue>) => {
    const value = element?.node.value;
    await notify.attempt(l10n.t('Registries'), () =>
      backend.refreshRegistry(value?.kind === 'registry' || value?.kind === 'repository' ? value.host : undefined),
    );
    if (element === undefined) await tree.refresh();
    else await tree.model.refresh(element);
  };
  const loadMore = async (element: Element<RegistryValue>) => {
    const value = element.node.value;
    if (value?.kind !== 'more' || element.parent === undefined) return;
    wanted.set(value.pages, pages(value.pages) + 1);
    await tree.model.refresh(element.parent);
  };
  const pull = async (values: readonly RegistryValue[]) => {
    for (const value of values) {
      if (value.kind === 'tag') await runCommand(commands.pullImage, value.reference);
      if (value.kind === 'platform') await runCommand(commands.pullImage, value.reference, value.platform);
    }
  };
  const copy = (command: Command, text: (value: RegistryValue) => Promise<string | undefined>) =>
    tree.onNodes(command, (values) =>
      notify.attempt(l10n.t('Registries'), async () => {
        const texts = (await Promise.all(values.map(text))).filter((each) => each !== undefined);
        if (texts.length > 0) await vscode.env.clipboard.writeText(texts.join('\n'));
      }),
    );

  subscriptions.push(
    tree,
    { dispose: backend.onRegistriesChanged((host) => void changed(tree, host)) },
    registerCommand(commands.refreshRegistries, refresh),
    registerCommand(commands.loadMore, loadMore),
    registerCommand(commands.addRegistry, () => notify.attempt(l10n.t('Registries'), addRegistry)),
    tree.onNodes(commands.pullTag, pull),
    copy(commands.copyTagReference, async (value) => ('reference' in value ? value.reference : undefined)),
    copy(commands.copyTagDigest, (value) => digestOf(value, backend)),
  );
  return tree;
}

/** One registry that changed is asked again without its neighbours. */
async function changed(tree: Tree<RegistryValue>, host: string | undefined): Promise<void> {
  if (host === undefined) return tree.refresh();
  const element = [...tree.model.shown()].find((each) => each.id === `registry:${host}`);
  if (element !== undefined && tree.view.visible) await tree.model.refresh(element);
  else await tree.refresh();
}

async function digestOf(value: RegistryValue, backend: Backend): Promise<string | undefined> {
  if (value.kind === 'platform') return value.digest;
  if (value.kind !== 'tag') return undefined;
  const answer = await backend.platforms(value.host, value.repository, value.tag);
  if (answer.state === 'failed') throw new RequestError(answer.problem);
  return answer.state === 'known' ? answer.value.digest : undefined;
}

async function addRegistry(): Promise<void> {
  const text = await vscode.window.showInputBox({
    title: l10n.t('Add Registry'),
    prompt: l10n.t(
      'The host, for example registry.example.com or 127.0.0.1:5000. With http:// before it: without TLS.',
    ),
    ignoreFocusOut: true,
    validateInput: (value) => {
      const parsed = value === '' ? '' : parseRegistry(value);
      return typeof parsed === 'string' ? parsed : undefined;
    },
  });
  const parsed = text === undefined ? '' : parseRegistry(text);
  if (typeof parsed === 'string') return;
  const configuration = vscode.workspace.getConfiguration();
  // Only the user's own list: what a workspace adds stays there.
  const mine = configuration.inspect<SettingTypes[typeof settings.registries]>(settings.registries)?.globalValue ?? [];
  const before = mine.filter(({ host }) => host !== parsed.host);
  await configuration.update(settings.registries, [...before, parsed], vscode.ConfigurationTarget.Global);
}
