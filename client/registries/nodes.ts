/** What the registries view shows: registry, folders of multi-level names, repository, tags, platforms. */
import * as l10n from '@vscode/l10n';
import { formatBytes } from '../../common/bytes.ts';
import { type Known, known } from '../../common/known.ts';
import { formatPlatform } from '../../common/platform.ts';
import { dockerHub, formatReference } from '../../common/reference.ts';
import type { Page, PlatformDetails, Registry, RepositoryRow, TagDetails, TagRow } from '../../common/registry.ts';
import { sortTags } from '../../common/versionOrder.ts';
import { commands } from '../contributions.ts';
import type { Load, TreeNode } from '../ui/treeModel.ts';

export type RegistryValue =
  | { readonly kind: 'registry'; readonly host: string }
  | { readonly kind: 'repository'; readonly host: string; readonly repository: string; readonly reference: string }
  | {
      readonly kind: 'tag';
      readonly host: string;
      readonly repository: string;
      readonly tag: string;
      readonly reference: string;
    }
  | {
      readonly kind: 'platform';
      /** Of the tag it was found under. */
      readonly reference: string;
      readonly platform: string;
      readonly digest: string;
    }
  /** The way to the next page of the list named `pages`. */
  | { readonly kind: 'more'; readonly pages: string };

/** Where the nodes get what is below them. Lists give all pages that were asked for so far. */
export interface RegistrySource {
  repositories(host: string, signal: AbortSignal): Promise<Known<Page<RepositoryRow>>>;
  tags(host: string, repository: string, signal: AbortSignal): Promise<Known<Page<TagRow>>>;
  platforms(host: string, repository: string, tag: string, signal: AbortSignal): Promise<Known<TagDetails>>;
}

type Node = TreeNode<RegistryValue>;

export function registryNodes(registries: readonly Registry[], source: RegistrySource): readonly Node[] {
  return registries.map(({ host, name, account, origin }) => ({
    id: `registry:${host}`,
    label: name,
    ...(account === undefined ? {} : { description: account }),
    icon: { id: host === dockerHub ? 'globe' : 'server' },
    context: `registry;${origin}`,
    tooltip: [
      host,
      account === undefined ? l10n.t('Not signed in') : l10n.t('Signed in as {0}', account),
      ...(origins[origin]?.() ?? []),
    ].join('\n'),
    value: { kind: 'registry', host },
    children: after(
      (signal) => source.repositories(host, signal),
      (page) => [
        ...repositoryNodes(
          host,
          page.items.map(({ name }) => name),
          source,
        ),
        ...moreNode(pagesOf(host), page),
      ],
    ),
  }));
}

const origins: Readonly<Record<string, (() => readonly string[]) | undefined>> = {
  settings: () => [l10n.t('From the setting gantry.registries')],
  docker: () => [l10n.t("From docker's own sign-ins")],
  podman: () => [l10n.t("From podman's own sign-ins")],
};

interface Folder {
  readonly folders: Map<string, Folder>;
  /** Last parts of names. */
  readonly repositories: Set<string>;
}

/** Folders first, then repositories, both by name. A name may be both: `team/app` beside `team/app/api`. */
function repositoryNodes(host: string, names: readonly string[], source: RegistrySource): readonly Node[] {
  const root: Folder = { folders: new Map(), repositories: new Set() };
  for (const name of names) {
    const parts = name.split('/');
    let folder = root;
    for (const part of parts.slice(0, -1)) {
      const next: Folder = folder.folders.get(part) ?? { folders: new Map(), repositories: new Set() };
      folder.folders.set(part, next);
      folder = next;
    }
    folder.repositories.add(parts.at(-1) ?? name);
  }
  return folderNodes(host, '', root, source);
}

function folderNodes(host: string, path: string, folder: Folder, source: RegistrySource): readonly Node[] {
  return [
    ...[...folder.folders]
      .sort(([a], [b]) => byName(a, b))
      .map(
        ([name, below]): Node => ({
          id: `folder:${host}/${path}${name}`,
          label: name,
          icon: { id: 'folder' },
          context: 'folder',
          tooltip: `${host}/${path}${name}/`,
          children: folderNodes(host, `${path}${name}/`, below, source),
        }),
      ),
    ...[...folder.repositories].sort(byName).map((name) => repositoryNode(host, `${path}${name}`, name, source)),
  ];
}

function repositoryNode(host: string, repository: string, label: string, source: RegistrySource): Node {
  return {
    id: `repository:${host}/${repository}`,
    label,
    icon: { id: 'repo' },
    context: 'repository',
    tooltip: `${host}/${repository}`,
    value: { kind: 'repository', host, repository, reference: formatReference({ registry: host, repository }) },
    children: after(
      (signal) => source.tags(host, repository, signal),
      (page) => [
        // Registries list tags in whatever order they keep them.
        ...sortTags(page.items.map(({ name }) => name)).map((tag) => tagNode(host, repository, tag, source)),
        ...moreNode(pagesOf(host, repository), page),
      ],
    ),
  };
}

function tagNode(host: string, repository: string, tag: string, source: RegistrySource): Node {
  const reference = formatReference({ registry: host, repository, tag });
  return {
    id: `tag:${host}/${repository}:${tag}`,
    label: tag,
    icon: { id: 'tag' },
    context: 'tag',
    tooltip: reference,
    value: { kind: 'tag', host, repository, tag, reference },
    children: after(
      (signal) => source.platforms(host, repository, tag, signal),
      (details) => platformNodes(host, repository, tag, reference, details),
    ),
  };
}

function platformNodes(
  host: string,
  repository: string,
  tag: string,
  reference: string,
  details: TagDetails,
): readonly Node[] {
  const parent = `${host}/${repository}:${tag}`;
  if (details.kind === 'artifact') {
    return [
      {
        id: `artifact:${parent}`,
        label: l10n.t('Not a container image'),
        description: details.mediaType,
        icon: { id: 'package' },
        tooltip: details.digest,
      },
    ];
  }
  return details.platforms.map(({ platform, digest, compressedBytes, created }) => {
    const name = formatPlatform(platform);
    return {
      id: `platform:${parent}@${digest}`,
      label: name,
      description: describe(compressedBytes),
      icon: { id: 'chip' },
      context: 'platform',
      tooltip: [
        name,
        ...(platform.osVersion ? [platform.osVersion] : []),
        ...sizeAndDate({ compressedBytes, created }),
        digest,
      ].join('\n'),
      value: { kind: 'platform', reference, platform: name, digest },
    };
  });
}

function describe(compressedBytes: number | undefined): string {
  return compressedBytes === undefined ? '' : l10n.t('{0} compressed', formatBytes(compressedBytes));
}

function sizeAndDate({
  compressedBytes,
  created,
}: {
  readonly compressedBytes: PlatformDetails['compressedBytes'];
  readonly created: PlatformDetails['created'];
}): readonly string[] {
  return [
    ...(compressedBytes === undefined
      ? []
      : [l10n.t('Download: {0} when no layer is there yet', formatBytes(compressedBytes))]),
    ...(created === undefined || created <= 0 ? [] : [l10n.t('Created: {0}', new Date(created).toLocaleString())]),
  ];
}

function moreNode(pages: string, { items, cursor, total }: Page<unknown>): readonly Node[] {
  if (cursor === undefined) return [];
  return [
    {
      id: `more:${pages}`,
      label: l10n.t('Load more'),
      description: total === undefined ? l10n.t('{0} so far', items.length) : l10n.t('{0} of {1}', items.length, total),
      icon: { id: 'ellipsis' },
      context: 'more',
      value: { kind: 'more', pages },
      command: commands.loadMore,
    },
  ];
}

/** The name of a paged list. */
export function pagesOf(host: string, repository?: string): string {
  return repository === undefined ? host : `${host}/${repository}`;
}

function after<T>(
  ask: (signal: AbortSignal) => Promise<Known<T>>,
  nodes: (value: T) => readonly Node[],
): Load<RegistryValue> {
  return async (signal) => {
    const answer = await ask(signal);
    return answer.state === 'known' ? known(nodes(answer.value), answer.at) : answer;
  };
}

function byName(a: string, b: string): number {
  return a.localeCompare(b, 'en', { numeric: true });
}
