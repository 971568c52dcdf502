/** Registries, and what stands directly below one: what it lists, and what was opened by name. */
import * as l10n from '@vscode/l10n';
import { known, type Problem } from '../../../common/known.ts';
import type { Registry, RegistryKind } from '../../../common/registry.ts';
import { pageOf } from '../../../common/registryPage.ts';
import { commands } from '../../contributions.ts';
import { type Load, problemNode, type Remedy } from '../../ui/treeModel.ts';
import { type RegistryPlace, type RegistryValue, repositoryList } from '../values.ts';
import { openedNodes, repositoryListNodes } from './repositoryNodes.ts';
import { contextOf, descriptionOf, filterText, type Node, type Shown, tooltipOf } from './shown.ts';

export function registryNodes(
  registries: readonly Registry[],
  shown: Shown,
  remedies: (problem: Problem) => readonly Remedy[] = () => [],
): readonly Node[] {
  return registries.map((registry) => registryNode(registry, shown, remedies));
}

/** What keeps the list from being whole stands above it. */
export function listProblemNodes(
  problems: readonly Problem[],
  remedies: (problem: Problem) => readonly Remedy[] = () => [],
): readonly Node[] {
  return problems.map((problem) => ({
    ...problemNode<RegistryValue>(`registries/${problem.message}`, problem, remedies(problem)),
    expanded: false,
  }));
}

function registryNode(registry: Registry, shown: Shown, remedies: (problem: Problem) => readonly Remedy[]): Node {
  const { host, name, account, origin, signedInBy } = registry;
  const list = repositoryList(host);
  const filter = shown.arranged.filter(list);
  const value: RegistryPlace = { kind: 'registry', host, registry, list };
  return {
    id: `registry:${host}`,
    label: name,
    ...descriptionOf([account, ...filterText(filter)]),
    icon: { id: icons[registry.kind] ?? 'server' },
    context: contextOf(
      'registry',
      origin,
      `kind-${registry.kind}`,
      registry.can.listRepositories && 'listing',
      signedInBy !== undefined && 'account',
      filter !== undefined && 'filtered',
      pageOf(registry) !== undefined && 'page',
    ),
    tooltip: tooltipOf([
      ...(name === host ? [] : [name]),
      host,
      signedInBy === undefined
        ? l10n.t('Not signed in')
        : account === undefined
          ? l10n.t('Signed in')
          : l10n.t('Signed in as {0}', account),
      origins[origin]?.(),
    ]),
    value,
    children: below(value, shown, remedies),
  };
}

const icons: Readonly<Partial<Record<RegistryKind, string>>> = {
  hub: 'globe',
  mcr: 'globe',
  acr: 'azure',
  ghcr: 'github',
};

const origins: Readonly<Record<string, (() => string) | undefined>> = {
  settings: () => l10n.t('From the setting gantry.registries'),
  docker: () => l10n.t("From docker's own sign-ins"),
  podman: () => l10n.t("From podman's own sign-ins"),
  gantry: () => l10n.t('Signed in to with Gantry'),
};

/** Who may not see the list may see what is in it: much of what GitHub keeps is for everybody, and robots have their repositories. */
function openingIn({ kind }: Problem): readonly Remedy[] {
  return kind === 'unauthorized' || kind === 'denied' || kind === 'unsupported'
    ? [{ label: l10n.t('Open Repository…'), icon: { id: 'repo' }, command: commands.openRepository }]
    : [];
}

/** What was opened by name stays there, whatever becomes of the list. */
function below(
  place: RegistryPlace,
  shown: Shown,
  remedies: (problem: Problem) => readonly Remedy[],
): Load<RegistryValue> {
  const { registry, host, list } = place;
  return async (signal, show) => {
    const nodesOf = (page: Parameters<typeof repositoryListNodes>[1]) => [
      ...openedNodes(registry, shown, page.items),
      ...repositoryListNodes({ registry, list }, page, shown),
    ];
    if (shown.arranged.opened(host).length > 0) show?.(openedNodes(registry, shown, []));
    const answer = await shown.source.repositories({ host, list }, signal, (page) => show?.(nodesOf(page)));
    if (answer.state === 'known') return known(nodesOf(answer.value), answer.at);
    if (answer.state === 'pending') return answer;
    const opened = openedNodes(registry, shown, []);
    const seen = shown.source.seenRepositories({ list });
    const rows = seen === undefined ? opened : nodesOf(seen);
    const problem = problemNode<RegistryValue>(
      `registry:${host}`,
      answer.problem,
      [...remedies(answer.problem), ...openingIn(answer.problem)],
      seen !== undefined,
    );
    // That a registry lists nothing is no news once something of it was opened by name.
    const lasting = answer.problem.kind === 'unsupported';
    return known(lasting ? [...rows, { ...problem, expanded: rows.length === 0 }] : [problem, ...rows], shown.now());
  };
}
