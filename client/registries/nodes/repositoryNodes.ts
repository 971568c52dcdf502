/** What is below a registry or namespace: namespaces, folders of names with several levels, repositories. */
import * as l10n from '@vscode/l10n';
import { dockerHub, formatReference } from '../../../common/reference.ts';
import type { Page, Registry, RepositoryRow, TagRow } from '../../../common/registry.ts';
import { pageOf } from '../../../common/registryPage.ts';
import { age } from '../../ui/age.ts';
import { repositoryList, tagList } from '../values.ts';
import {
  asked,
  byName,
  contextOf,
  descriptionOf,
  filterText,
  moreNode,
  type Node,
  noteNode,
  type Shown,
  tooltipOf,
} from './shown.ts';
import { tagNodes } from './tagNodes.ts';

/** A list of repositories: all of a registry, or those below `path`. */
interface Listed {
  readonly registry: Registry;
  readonly path?: string;
  readonly list: string;
}

export function repositoryListNodes(listed: Listed, page: Page<RepositoryRow>, shown: Shown): readonly Node[] {
  const { registry, path, list } = listed;
  const nodes = [
    ...page.items.filter(({ folder }) => folder === true).map((row) => namespaceNode(listed, row, shown)),
    ...folderNodes(
      { registry, path: path === undefined ? '' : `${path}/`, whole: page.cursor === undefined, shown },
      foldersOf(page.items, path),
    ),
    ...moreNode(list, page),
  ];
  if (nodes.length > 0) return nodes;
  const filter = shown.arranged.filter(list);
  return [
    noteNode(
      list,
      filter === undefined ? l10n.t('No repositories') : l10n.t('No repository has "{0}" in its name', filter),
    ),
  ];
}

/** Repositories that were opened by name, but for those that the registry lists anyway. */
export function openedNodes(registry: Registry, shown: Shown, rows: readonly RepositoryRow[]): readonly Node[] {
  const listed = new Set(rows.map(({ name }) => name));
  return shown.arranged
    .opened(registry.host)
    .filter((name) => !listed.has(name))
    .map((name) => repositoryNode(registry, { name }, familiar(registry.host, name), shown, true));
}

/** Docker's official images go without their namespace. */
function familiar(host: string, name: string): string {
  return host === dockerHub ? formatReference({ registry: host, repository: name }) : name;
}

function namespaceNode({ registry, path: parent }: Listed, row: RepositoryRow, shown: Shown): Node {
  const { host } = registry;
  const path = row.name.replace(/\/$/, '');
  const list = repositoryList(host, path);
  const filter = shown.arranged.filter(list);
  return {
    id: `namespace:${host}/${path}`,
    label: inside(path, parent),
    ...descriptionOf(filterText(filter)),
    icon: { id: 'organization' },
    context: contextOf('folder', filter !== undefined && 'filtered'),
    tooltip: tooltipOf([`${host}/${path}/`, row.description]),
    value: { kind: 'folder', host, registry, list, path },
    children: asked(
      (signal, show) => shown.source.repositories({ host, path, list }, signal, show),
      (page: Page<RepositoryRow>) => repositoryListNodes({ registry, path, list }, page, shown),
    ),
  };
}

/** A name as it reads below `path`: a project of GitLab's or Google's may be a repository too, which stands in its own folder. */
function inside(name: string, path: string | undefined): string {
  if (path === undefined) return name;
  if (name === path) return name.slice(name.lastIndexOf('/') + 1);
  return name.startsWith(`${path}/`) ? name.slice(path.length + 1) : name;
}

interface Folder {
  readonly folders: Map<string, Folder>;
  /** By the last part of the name. */
  readonly repositories: Map<string, RepositoryRow>;
}

/** Names below `path` by their parts. A name may be both: `team/app` beside `team/app/api`. */
function foldersOf(rows: readonly RepositoryRow[], path: string | undefined): Folder {
  const root: Folder = { folders: new Map(), repositories: new Map() };
  for (const row of rows) {
    if (row.folder === true) continue;
    const parts = inside(row.name, path).split('/');
    let folder = root;
    for (const part of parts.slice(0, -1)) {
      const next: Folder = folder.folders.get(part) ?? { folders: new Map(), repositories: new Map() };
      folder.folders.set(part, next);
      folder = next;
    }
    folder.repositories.set(parts.at(-1) ?? row.name, row);
  }
  return root;
}

interface Within {
  readonly registry: Registry;
  /** What all of it starts with, a slash at its end; empty at the root. */
  readonly path: string;
  /** Whether the list has no further page. */
  readonly whole: boolean;
  readonly shown: Shown;
}

/** Folders first, then repositories, both by name. */
function folderNodes(within: Within, folder: Folder): readonly Node[] {
  const { registry, path, shown } = within;
  return [
    ...[...folder.folders].sort(([a], [b]) => byName(a, b)).map(([name, below]) => folderNode(within, name, below)),
    ...[...folder.repositories]
      .sort(([a], [b]) => byName(a, b))
      .map(([label, row]) => repositoryNode(registry, row, label === '' ? `${path}${label}` : label, shown)),
  ];
}

function folderNode(within: Within, name: string, below: Folder): Node {
  const { registry, whole, shown } = within;
  const { host } = registry;
  const path = `${within.path}${name}`;
  const list = repositoryList(host, path);
  const filter = shown.arranged.filter(list);
  const count = countOf(below);
  return {
    id: `folder:${host}/${path}`,
    label: name,
    ...descriptionOf(filter === undefined ? [whole ? String(count) : `${count}+`] : filterText(filter)),
    icon: { id: 'folder' },
    context: contextOf('folder', filter !== undefined && 'filtered'),
    tooltip: tooltipOf([
      `${host}/${path}/`,
      count === 1 ? l10n.t('1 repository') : l10n.t('{0} repositories', count),
      whole ? undefined : l10n.t('The list has more pages.'),
    ]),
    value: { kind: 'folder', host, registry, list, path },
    children:
      filter === undefined
        ? folderNodes({ ...within, path: `${path}/` }, below)
        : filteredFolder(registry, path, list, filter, shown),
  };
}

/** The registry knows nothing of this folder: it filters all of its names, and what is elsewhere is left out here. */
function filteredFolder(registry: Registry, path: string, list: string, filter: string, shown: Shown) {
  const wanted = filter.toLowerCase();
  const isWanted = ({ name }: RepositoryRow) =>
    name.startsWith(`${path}/`) &&
    name
      .slice(path.length + 1)
      .toLowerCase()
      .includes(wanted);
  return asked(
    (signal, show) => shown.source.repositories({ host: registry.host, list }, signal, show),
    // How many there are in all counts what is elsewhere.
    ({ total: _, ...page }: Page<RepositoryRow>) =>
      repositoryListNodes({ registry, path, list }, { ...page, items: page.items.filter(isWanted) }, shown),
  );
}

function countOf({ folders, repositories }: Folder): number {
  return [...folders.values()].reduce((sum, below) => sum + countOf(below), repositories.size);
}

function repositoryNode(
  registry: Registry,
  row: RepositoryRow,
  label: string,
  shown: Shown,
  opened: boolean = false,
): Node {
  const { host, can } = registry;
  const { name: repository, tagCount, updated, retired, page } = row;
  const list = tagList(host, repository);
  const filter = shown.arranged.filter(list);
  const reference = formatReference({ registry: host, repository });
  return {
    id: `${opened ? 'opened' : 'repository'}:${host}/${repository}`,
    label,
    ...descriptionOf([
      ...filterText(filter),
      retired === true ? l10n.t('retired') : undefined,
      tagCount === undefined
        ? undefined
        : tagCount === 1
          ? l10n.t('1 tag')
          : l10n.t('{0} tags', tagCount.toLocaleString('en')),
      updated === undefined ? undefined : age(updated, shown.now()),
    ]),
    icon: { id: row.private === true ? 'lock' : 'repo', ...(retired === true && { color: 'disabledForeground' }) },
    context: contextOf(
      'repository',
      filter !== undefined && 'filtered',
      opened && 'opened',
      (can.untag || can.deleteImage) && 'deletesTags',
      can.deleteRepository && 'deletable',
      (page ?? pageOf(registry, repository)) !== undefined && 'page',
    ),
    tooltip: tooltipOf([
      reference,
      row.description,
      row.private === true ? l10n.t('Private') : undefined,
      retired === true ? l10n.t('Retired: nothing can be pulled from it any more.') : undefined,
      updated === undefined || updated <= 0
        ? undefined
        : l10n.t('Last pushed to: {0}', new Date(updated).toLocaleString()),
      opened ? l10n.t('Opened by its name') : undefined,
    ]),
    value: {
      kind: 'repository',
      host,
      registry,
      list,
      repository,
      reference,
      opened,
      ...(page === undefined ? {} : { page }),
    },
    children: asked(
      (signal, show) => shown.source.tags(host, repository, signal, show),
      (tags: Page<TagRow>) => [
        ...tagNodes({ registry, repository, ...(page === undefined ? {} : { page }) }, tags, shown),
        ...moreNode(list, tags),
      ],
    ),
  };
}
