/** The tags of a repository, in the order in which the registry's list has them, and what each holds. */
import * as l10n from '@vscode/l10n';
import { type ByteUnits, formatBytesIn } from '../../../common/bytes.ts';
import { formatPlatform } from '../../../common/platform.ts';
import { formatReference } from '../../../common/reference.ts';
import type { Page, Registry, TagDetails, TagRow } from '../../../common/registry.ts';
import { pageOf } from '../../../common/registryPage.ts';
import { problemOf } from '../../backend.ts';
import { age } from '../../ui/age.ts';
import type { Icon } from '../../ui/treeModel.ts';
import { artifactName } from '../artifact.ts';
import { type TagPlace, tagList } from '../values.ts';
import { contentNodes } from './contentNodes.ts';
import { contextOf, descriptionOf, type Node, noteNode, type Shown, tooltipOf } from './shown.ts';

interface Within {
  readonly registry: Registry;
  readonly repository: string;
  /** The repository's page, where the registry told of one: it is that of its tags too. */
  readonly page?: string;
}

export function tagNodes(within: Within, page: Page<TagRow>, shown: Shown): readonly Node[] {
  const { showsAttachments } = shown.arranged;
  const rows = page.items.filter(({ kind }) => kind !== 'attachment' || showsAttachments);
  const aliases = aliasesIn(rows);
  if (rows.length > 0) return rows.map((row) => tagNode(within, row, aliases(row), shown));
  if (page.cursor !== undefined) return [];
  const list = tagList(within.registry.host, within.repository);
  const text = shown.arranged.filter(list);
  if (page.items.length > 0) return [noteNode(list, l10n.t('Only signatures and the like, which are hidden'))];
  return [noteNode(list, text === undefined ? l10n.t('No tags') : l10n.t('No tag has "{0}" in its name', text))];
}

/** The other tags of the same image, as far as digests are listed. */
function aliasesIn(rows: readonly TagRow[]): (row: TagRow) => readonly string[] {
  const byDigest = new Map<string, string[]>();
  for (const { digest, name } of rows) {
    if (digest === undefined) continue;
    const names = byDigest.get(digest);
    if (names === undefined) byDigest.set(digest, [name]);
    else names.push(name);
  }
  return ({ digest, name }) =>
    digest === undefined ? [] : (byDigest.get(digest) ?? []).filter((other) => other !== name);
}

/** So many aliases are named in a row. */
const namedAliases = 3;

function tagNode({ registry, repository, page }: Within, row: TagRow, aliases: readonly string[], shown: Shown): Node {
  const { host, can } = registry;
  const { name: tag, digest, kind = 'image', locked = false } = row;
  const reference = formatReference({ registry: host, repository, tag });
  const value: TagPlace = {
    kind: 'tag',
    host,
    registry,
    repository,
    tag,
    reference,
    ...(digest === undefined ? {} : { digest }),
    locked,
    artifact: kind !== 'image',
    ...(page === undefined ? {} : { page }),
  };
  const named = aliases.slice(0, namedAliases);
  const more = aliases.length - named.length;
  return {
    id: `tag:${host}/${repository}:${tag}`,
    label: tag,
    ...descriptionOf([
      row.compressedBytes === undefined ? undefined : formatBytesIn(shown.units, row.compressedBytes),
      ageOf(row, shown.now()),
      named.length === 0 ? undefined : `= ${named.join(', ')}${more > 0 ? `, +${more}` : ''}`,
    ]),
    icon: iconOf(row),
    context: contextOf(
      'tag',
      kind === 'image' ? 'pullable' : 'artifact',
      locked && 'locked',
      can.untag && 'untag',
      can.deleteImage && 'delete',
      (page ?? pageOf(registry, repository, tag)) !== undefined && 'page',
    ),
    tooltip: async (signal) => {
      const lines = [
        reference,
        locked ? l10n.t('Locked: the registry does not let it be moved or deleted.') : undefined,
        row.date === undefined || row.date <= 0
          ? undefined
          : row.dated === 'created'
            ? l10n.t('Created: {0}', new Date(row.date).toLocaleString())
            : l10n.t('Pushed: {0}', new Date(row.date).toLocaleString()),
        aliases.length === 0 ? undefined : l10n.t('Same image: {0}', aliases.join(', ')),
      ];
      return tooltipOf([...lines, ...(await detailLines(value, shown, signal))]);
    },
    value,
    children: contentNodes(value, shown),
  };
}

function iconOf({ kind, locked }: TagRow): Icon {
  if (locked === true) return { id: 'lock' };
  if (kind === 'artifact') return { id: 'package' };
  return kind === 'attachment' ? { id: 'paperclip', color: 'disabledForeground' } : { id: 'tag' };
}

/** Whether it was pushed or built then is said in the tooltip: rows are narrow. */
const ageOf = ({ date }: TagRow, now: number): string | undefined => (date === undefined ? undefined : age(date, now));

/** What a list does not tell: asked for when the pointer rests on the tag. */
async function detailLines(
  { host, repository, tag, digest }: TagPlace,
  shown: Shown,
  signal: AbortSignal,
): Promise<readonly (string | undefined)[]> {
  try {
    const answer = await shown.source.platforms(host, repository, tag, signal);
    if (answer.state === 'known') return linesOf(answer.value, shown.units);
    const listed = digest === undefined ? undefined : l10n.t('Digest: {0}', digest);
    return answer.state === 'failed' ? [listed, answer.problem.message] : [listed];
  } catch (error) {
    signal.throwIfAborted();
    return [problemOf(error, host).message];
  }
}

function linesOf(
  { digest, kind, artifactType, mediaType, platforms }: TagDetails,
  units: ByteUnits,
): readonly (string | undefined)[] {
  return [
    ...(kind === 'artifact'
      ? [artifactName(artifactType), l10n.t('Not a container image: {0}', artifactType ?? mediaType)]
      : []),
    ...platforms.map(({ platform, compressedBytes }) =>
      compressedBytes === undefined
        ? `• ${formatPlatform(platform)}`
        : l10n.t('• {0}: {1} compressed', formatPlatform(platform), formatBytesIn(units, compressedBytes)),
    ),
    l10n.t('Digest: {0}', digest),
  ];
}
