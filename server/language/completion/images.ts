import { CompletionItemKind } from 'vscode-languageserver-types';
import { dockerHub, formatReference } from '../../../common/reference.ts';
import type { Images } from '../host.ts';
import type { ImagePlace } from './context.ts';
import { inOrder, type Offer, type Offers } from './item.ts';

/** More than this nobody reads; the next letter asks again. */
const limit = 200;

/** Images that begin with `typed`: those the engine has, then the repositories that its registry is known to have. */
export async function imageOffers(
  typed: string,
  place: ImagePlace,
  images: Images,
  signal: AbortSignal,
): Promise<Offers> {
  if (typed.includes('$')) return { offers: [], incomplete: false };
  const local = images.localImages();
  const tags = local.state === 'known' ? local.value.filter((tag) => tag.startsWith(typed)) : [];
  const { registry, prefix } = splitTyped(typed);
  const found = await images.repositories(registry, prefix, signal);
  const names =
    found.state === 'known' ? found.value.map(({ name }) => formatReference({ registry, repository: name })) : [];
  const scratch: readonly Offer[] =
    place === 'FROM' && !typed.includes('/')
      ? [{ label: 'scratch', kind: CompletionItemKind.Module, detail: 'the empty image', sortText: '2' }]
      : [];
  return {
    offers: [
      ...scratch,
      ...tags.slice(0, limit).map((label, index) => imageOffer(label, 'on this engine', `1${inOrder(index)}`)),
      ...names.slice(0, limit).map((label, index) => imageOffer(label, registry, `3${inOrder(index)}`)),
    ],
    incomplete: found.state !== 'known' || local.state !== 'known' || Math.max(names.length, tags.length) > limit,
  };
}

function imageOffer(label: string, detail: string, sortText: string): Offer {
  return { label, kind: CompletionItemKind.Reference, detail, sortText };
}

/** `127.0.0.1:5000/te` is the registry `127.0.0.1:5000` and the prefix `te`; `ngi` is Docker Hub's `ngi`. */
export function splitTyped(typed: string): { readonly registry: string; readonly prefix: string } {
  const slash = typed.indexOf('/');
  const first = typed.slice(0, Math.max(slash, 0));
  if (!isHost(first)) return { registry: dockerHub, prefix: typed };
  return { registry: first === 'index.docker.io' ? dockerHub : first, prefix: typed.slice(slash + 1) };
}

/** Whether the first part of a name can only be a registry. As in parseReference, which cannot read a name that is not finished. */
export const isHost = (first: string): boolean => first === 'localhost' || /[.:A-Z]/.test(first);
