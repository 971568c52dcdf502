/** What is said before something in a registry is deleted. */
import * as l10n from '@vscode/l10n';
import type { DeletePreview } from '../../common/registry.ts';

export interface Question {
  readonly text: string;
  readonly detail: string;
  /** The button that does it; absent where nothing can be done. */
  readonly answer?: string;
}

/** What can be done of it. Of several tags on an image that goes as a whole the first stands for all. */
export function feasible(previews: readonly DeletePreview[]): readonly DeletePreview[] {
  const done = new Set<string>();
  return previews.filter(({ method, digest }) => {
    if (method === 'unsupported') return false;
    if (method !== 'image' || digest === undefined) return true;
    const fresh = !done.has(digest);
    done.add(digest);
    return fresh;
  });
}

/** `chosen`: the tags that the user pointed at. */
export function deletionQuestion(
  name: string,
  chosen: readonly string[],
  previews: readonly DeletePreview[],
): Question {
  const doable = feasible(previews);
  const impossible = previews.filter(({ method }) => method === 'unsupported');
  const reasons = impossible.map(({ tag, reason }) => {
    const why = reason ?? l10n.t('The registry has no way to do it.');
    return tag === undefined ? why : l10n.t('{0} stays: {1}', tag, why);
  });
  if (doable.length === 0) return { text: l10n.t('Nothing of {0} can be deleted.', name), detail: listed(reasons) };
  const images = doable.filter(({ method }) => method === 'image');
  const tags = [...new Set(doable.flatMap(({ tags, tag }) => [...tags, ...(tag === undefined ? [] : [tag])]))];
  const meant = new Set(chosen);
  const others = tags.filter((tag) => !meant.has(tag));
  const detail = [
    images.length === 0
      ? tags.length === 1
        ? l10n.t('Only the name goes: the image stays, under its other tags and its digest.')
        : l10n.t('Only the names go: the images stay, under their other tags and their digests.')
      : l10n.t('The image itself goes, with every tag on it.'),
    tags.length > 1 ? l10n.t('Gone will be: {0}', tags.slice(0, namedTags).join(', ')) : undefined,
    tags.length > namedTags ? l10n.t('and {0} more', tags.length - namedTags) : undefined,
    images.length > 0 && others.length > 0
      ? l10n.t('Of these you did not choose: {0}', others.slice(0, namedTags).join(', '))
      : undefined,
    images.some(({ tagsComplete }) => !tagsComplete)
      ? l10n.t('There may be more tags on it: the registry does not tell of all.')
      : undefined,
    ...reasons.slice(0, namedTags),
    l10n.t('This cannot be undone.'),
  ];
  return {
    text: textOf(name, tags, images.length > 0),
    detail: listed(detail.filter((line) => line !== undefined)),
    answer: images.length > 0 ? l10n.t('Delete') : l10n.t('Untag'),
  };
}

/** What is told once it is done; undefined where there is nothing to tell. */
export function leftBehind(name: string, imagesLeft: number): string | undefined {
  if (imagesLeft === 0) return undefined;
  return imagesLeft === 1
    ? l10n.t(
        'The index is gone from {0}. The image that it named is there still, by its digest, until the registry cleans up.',
        name,
      )
    : l10n.t(
        'The index is gone from {0}. The {1} images that it named are there still, by their digests, until the registry cleans up.',
        name,
        imagesLeft,
      );
}

/** So many tags are named before the rest is a number. */
const namedTags = 30;

function textOf(name: string, tags: readonly string[], image: boolean): string {
  const [first] = tags;
  if (tags.length > 1) {
    return image
      ? l10n.t('Delete {0} tags of {1} with their images?', tags.length, name)
      : l10n.t('Take {0} tags away from {1}?', tags.length, name);
  }
  if (first === undefined) return l10n.t('Delete the image {0}?', name);
  return image
    ? l10n.t('Delete the tag {0} of {1} with its image?', first, name)
    : l10n.t('Take the tag {0} away from {1}?', first, name);
}

function listed(lines: readonly string[]): string {
  return lines.join('\n');
}
