import { CompletionItemKind } from 'vscode-languageserver-types';
import { type ImageReference, parseReference } from '../../../common/reference.ts';
import { sortTags } from '../../../common/versionOrder.ts';
import { expandInFrom } from '../baseImage.ts';
import type { Dockerfile } from '../dockerfile/dockerfile.ts';
import type { Images } from '../host.ts';
import type { CursorContext } from './context.ts';
import { isHost } from './images.ts';
import { inOrder, type Offers } from './item.ts';

/** More than this no client shows well. Where a repository has more, the letters typed choose among them. */
const limit = 1000;

/** The tags of a repository, asked of its own registry and no other; until it answers, those of the engine's images. */
export async function tagOffers(
  dockerfile: Dockerfile,
  { typed, name }: Extract<CursorContext, { kind: 'tag' }>,
  images: Images,
  signal: AbortSignal,
): Promise<Offers> {
  const reference = referenceOf(dockerfile, name);
  if (reference === undefined) return { offers: [], incomplete: false };
  const found = await images.tags(reference, signal);
  const local = localTags(reference, images);
  const all = found.state === 'known' ? found.value.map(({ name }) => name) : [...local];
  const fitting = all.length > limit ? all.filter((tag) => tag.includes(typed.text)) : all;
  const sorted = sortTags(fitting).slice(0, limit);
  return {
    offers: sorted.map((tag, index) => ({
      label: tag,
      kind: CompletionItemKind.Value,
      sortText: inOrder(index),
      ...(local.has(tag) && { detail: 'on this engine' }),
    })),
    incomplete: found.state !== 'known' || all.length > limit,
  };
}

/**
 * The name may hold build arguments; those that a build would leave open make it unknown. Of a host before a colon the port
 * is being typed: its name is no image's, and none of Docker Hub's business.
 */
function referenceOf(dockerfile: Dockerfile, name: string): ImageReference | undefined {
  if (!name.includes('$')) return name.includes('/') || !isHost(name) ? parseReference(name) : undefined;
  const value = expandInFrom(dockerfile, name);
  return value === undefined ? undefined : parseReference(value);
}

function localTags(reference: ImageReference, images: Images): ReadonlySet<string> {
  const local = images.localImages();
  if (local.state !== 'known') return new Set();
  const tags = local.value.flatMap((name) => {
    const other = parseReference(name);
    const same = other?.registry === reference.registry && other.repository === reference.repository;
    return same && other.tag !== undefined ? [other.tag] : [];
  });
  return new Set(tags);
}
