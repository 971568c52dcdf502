/** What the images view shows of the engine's images: repositories with their tags, and images without a tag. */
import * as l10n from '@vscode/l10n';
import { type ByteUnits, formatBytesIn } from '../../common/bytes.ts';
import type { Image } from '../../common/protocol.ts';
import { age } from '../ui/age.ts';
import type { TreeNode } from '../ui/treeModel.ts';

export type ImageValue =
  | { readonly kind: 'repository'; readonly repository: string; readonly tags: readonly TaggedImage[] }
  | ({ readonly kind: 'tag' } & TaggedImage)
  /** Its reference is its id. */
  | ({ readonly kind: 'dangling' } & TaggedImage);

export interface TaggedImage {
  /** As the engine lists it: `nginx:1.27`, `127.0.0.1:5000/team/app:2`. */
  readonly reference: string;
  readonly image: Image;
}

/** Repositories by name, their tags newest image first; at the end what has no tag, where it is wanted. */
export function imageNodes(
  images: readonly Image[],
  showDangling: boolean,
  now: number,
  units: ByteUnits,
): readonly TreeNode<ImageValue>[] {
  const repositories = new Map<string, TaggedImage[]>();
  for (const image of images) {
    for (const reference of image.tags) {
      const { repository } = splitTag(reference);
      repositories.set(repository, [...(repositories.get(repository) ?? []), { reference, image }]);
    }
  }
  const dangling = images.filter(isDangling).toSorted((a, b) => b.created - a.created);
  return [
    ...[...repositories]
      .sort(([a], [b]) => byName(a, b))
      .map(([repository, tags]) => repositoryNode(repository, tags, now, units)),
    ...(showDangling && dangling.length > 0 ? [danglingNode(dangling, now, units)] : []),
  ];
}

/**
 * What the view says of all of it. Images share layers, and each is listed with all of its own, so their sum is only a bound.
 */
export function imagesSummary(images: readonly Image[], units: ByteUnits): string {
  const bytes = images.reduce((sum, image) => sum + image.bytes, 0);
  const size = formatBytesIn(units, bytes);
  if (images.length === 0) return '';
  return images.length === 1 ? l10n.t('1 image, {0}', size) : l10n.t('{0} images, at most {1}', images.length, size);
}

export function isDangling(image: Image): boolean {
  return image.tags.length === 0;
}

/** Splits at the tag's colon, which comes after the last slash: a colon before it belongs to a port. */
export function splitTag(reference: string): { readonly repository: string; readonly tag: string } {
  const colon = reference.indexOf(':', reference.lastIndexOf('/') + 1);
  return colon < 0
    ? { repository: reference, tag: '' }
    : { repository: reference.slice(0, colon), tag: reference.slice(colon + 1) };
}

function repositoryNode(
  repository: string,
  tags: readonly TaggedImage[],
  now: number,
  units: ByteUnits,
): TreeNode<ImageValue> {
  const newestFirst = tags.toSorted((a, b) => b.image.created - a.image.created || byName(a.reference, b.reference));
  const only = newestFirst.length === 1 ? newestFirst[0] : undefined;
  return {
    id: `repository:${repository}`,
    label: repository,
    description: [
      newestFirst.map(({ reference }) => splitTag(reference).tag).join(', '),
      ...(only === undefined ? [] : [formatBytesIn(units, only.image.bytes)]),
    ].join(' · '),
    icon: { id: 'repo' },
    context: 'repository',
    tooltip: repository,
    value: { kind: 'repository', repository, tags: newestFirst },
    children: newestFirst.map((tagged) => tagNode(tagged, now, units)),
  };
}

function tagNode({ reference, image }: TaggedImage, now: number, units: ByteUnits): TreeNode<ImageValue> {
  return {
    id: `tag:${reference}`,
    label: splitTag(reference).tag,
    description: describe(image, now, units),
    icon: { id: 'tag', ...(isUsed(image) ? { color: 'charts.green' } : {}) },
    context: 'tag',
    tooltip: tooltip(reference, image, units),
    value: { kind: 'tag', reference, image },
  };
}

function danglingNode(images: readonly Image[], now: number, units: ByteUnits): TreeNode<ImageValue> {
  return {
    id: 'dangling',
    label: l10n.t('Without a tag'),
    description: String(images.length),
    icon: { id: 'circle-slash' },
    context: 'danglingGroup',
    tooltip: l10n.t('Images that no tag points to any more, most often left by builds.'),
    children: images.map((image) => ({
      id: `dangling:${image.id}`,
      label: shortId(image.id),
      description: describe(image, now, units),
      icon: { id: 'circle-outline', ...(isUsed(image) ? { color: 'charts.green' } : {}) },
      context: 'dangling',
      tooltip: tooltip(shortId(image.id), image, units),
      value: { kind: 'dangling', reference: image.id, image },
    })),
  };
}

function describe(image: Image, now: number, units: ByteUnits): string {
  return [formatBytesIn(units, image.bytes), age(image.created, now)].filter((part) => part !== undefined).join(' · ');
}

function tooltip(name: string, image: Image, units: ByteUnits): string {
  const used = image.containers ?? 0;
  return [
    name,
    l10n.t(
      "Size: {0} on the engine's disk, layers shared with other images included",
      formatBytesIn(units, image.bytes),
    ),
    ...(image.created > 0 ? [l10n.t('Created: {0}', new Date(image.created).toLocaleString())] : []),
    ...(used > 0 ? [used === 1 ? l10n.t('One container uses it.') : l10n.t('{0} containers use it.', used)] : []),
    l10n.t('Id: {0}', shortId(image.id)),
    ...(image.digests[0] === undefined ? [] : [l10n.t('Digest: {0}', image.digests[0])]),
  ].join('\n');
}

function isUsed(image: Image): boolean {
  return (image.containers ?? 0) > 0;
}

export function shortId(id: string): string {
  return id.replace(/^sha256:/, '').slice(0, 12);
}

function byName(a: string, b: string): number {
  return a.localeCompare(b, 'en', { numeric: true });
}
