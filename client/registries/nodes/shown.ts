/** What the nodes of all levels are made with, and what they have in common. */
import * as l10n from '@vscode/l10n';
import type { ByteUnits } from '../../../common/bytes.ts';
import { type Known, known } from '../../../common/known.ts';
import type {
  ImageLayers,
  Page,
  ReferrerRow,
  RepositoryRow,
  StatementRow,
  TagDetails,
  TagRow,
} from '../../../common/registry.ts';
import type { ByDigest } from '../../backend.ts';
import { commands } from '../../contributions.ts';
import type { Load, TreeNode } from '../../ui/treeModel.ts';
import type { RegistryValue } from '../values.ts';

export type Node = TreeNode<RegistryValue>;

/** Where the nodes get what is below them. Lists give all pages that were asked for so far, filtered and sorted as the user wants. */
export interface RegistrySource {
  /** Below `path`, or all of the registry. `list`, whose filter and pages apply, is another one for a part of it. */
  repositories(
    at: { readonly host: string; readonly path?: string; readonly list: string },
    signal: AbortSignal,
    show?: (page: Page<RepositoryRow>) => void,
  ): Promise<Known<Page<RepositoryRow>>>;
  /** What {@link repositories} last learned of a list as it is filtered now. */
  seenRepositories(at: { readonly path?: string; readonly list: string }): Page<RepositoryRow> | undefined;
  tags(
    host: string,
    repository: string,
    signal: AbortSignal,
    show?: (page: Page<TagRow>) => void,
  ): Promise<Known<Page<TagRow>>>;
  platforms(host: string, repository: string, tag: string, signal: AbortSignal): Promise<Known<TagDetails>>;
  layers: ByDigest<ImageLayers>;
  attestation: ByDigest<readonly StatementRow[]>;
  referrers: ByDigest<readonly ReferrerRow[]>;
}

export interface Shown {
  readonly source: RegistrySource;
  readonly arranged: {
    filter(list: string): string | undefined;
    opened(host: string): readonly string[];
    readonly showsAttachments: boolean;
  };
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly units: ByteUnits;
}

/** What is asked for, as nodes; what there is of it before it is whole, too. */
export function asked<T>(
  ask: (signal: AbortSignal, show: (value: T) => void) => Promise<Known<T>>,
  nodes: (value: T) => readonly Node[],
): Load<RegistryValue> {
  return async (signal, show) => {
    const answer = await ask(signal, (value) => show?.(nodes(value)));
    return answer.state === 'known' ? known(nodes(answer.value), answer.at) : answer;
  };
}

export function moreNode(list: string, { items, cursor, total }: Page<unknown>): readonly Node[] {
  if (cursor === undefined) return [];
  const count = (number: number) => number.toLocaleString('en');
  return [
    {
      id: `more:${list}`,
      label: l10n.t('Load more'),
      description:
        total === undefined
          ? l10n.t('{0} so far', count(items.length))
          : l10n.t('{0} of {1}', count(items.length), count(total)),
      icon: { id: 'ellipsis' },
      context: 'more',
      tooltip: l10n.t('Shows the next page of the list.'),
      value: { kind: 'more', list },
      command: commands.loadMore,
    },
  ];
}

/** Stands where a list is empty, so that it does not look as if something were missing. */
export function noteNode(list: string, label: string): Node {
  return { id: `note:${list}`, label, icon: { id: 'info' }, context: 'note', tooltip: label };
}

/** What is filtered says by what. */
export function filterText(filter: string | undefined): readonly string[] {
  return filter === undefined ? [] : [l10n.t('filter: "{0}"', filter)];
}

/** The words of a context, the kind first, for menus to look at. */
export function contextOf(...words: readonly (string | false | undefined)[]): string {
  return words.filter((word) => word !== false && word !== undefined && word !== '').join(';');
}

export function descriptionOf(parts: readonly (string | undefined)[]): { readonly description?: string } {
  const text = parts.filter((part) => part !== undefined && part !== '').join(' · ');
  return text === '' ? {} : { description: text };
}

/** Plain text: what registries say is shown as it is. */
export function tooltipOf(lines: readonly (string | undefined)[]): string {
  return lines.filter((line) => line !== undefined && line !== '').join('\n');
}

export function byName(a: string, b: string): number {
  return a.localeCompare(b, 'en', { numeric: true });
}
