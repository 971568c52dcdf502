import { CompletionItemKind, CompletionItemTag } from 'vscode-languageserver-types';
import { known, stale } from '../../../common/known.ts';
import { dockerHub, formatReference } from '../../../common/reference.ts';
import type { RepositoryRow } from '../../../common/registry.ts';
import type { BundledRepository, Images } from '../host.ts';
import { inOrder, isLate, isOpen, type Offer, type Offers } from './item.ts';
import { likely } from './match.ts';

/** More than this nobody reads; the next letter asks again. */
const limit = 200;

export interface RepositoryQuestion {
  /** What stands of the name before the cursor, its variables replaced. */
  readonly typed: string;
  /** What can stand in the place of what is typed; undefined where a name does not fit there. */
  cut(name: string, isFolder: boolean): string | undefined;
  /** Where the name ends that it belongs to, and before it a tag or a digest may stand that is to stay. */
  readonly nameEnd: number;
  /** Whether all of the reference is written here: an image of the engine can be put there with its tag, and the empty one. */
  readonly whole: boolean;
  readonly scratch: boolean;
  /** It may well be a name of the file's own, which is no registry's business. */
  readonly own: boolean;
}

/**
 * Images that may be meant by what is typed: those the engine has, then the repositories that are known without asking and those
 * that the typed registry tells of, then the user's registries.
 */
export async function repositoryOffers(
  { typed, cut, nameEnd, whole, scratch, own }: RepositoryQuestion,
  images: Images,
  signal: AbortSignal,
): Promise<Offers> {
  const { registry, prefix, host } = splitTyped(typed);
  const [found, bundled, hosts] = await Promise.all([
    own ? stale([], 0) : images.repositories(registry, prefix, signal),
    images.bundledRepositories(),
    typed.includes('/') ? known([], 0) : images.registries(signal),
  ]);
  const local = images.localImages();
  const tags = whole && local.state === 'known' ? local.value.filter((tag) => !tag.startsWith('<none>')) : [];
  const rows = found.state === 'known' ? found.value : [];
  const names = [
    ...bundled
      .filter((one) => host === undefined || one.registry === registry)
      .map((one) => bundledOffer(one, written(one.registry, one.repository, host, prefix))),
    ...rows.map((row) => rowOffer(row, registry, written(registry, row.name, host, prefix))),
  ];
  const chosen = likely(once(names), typed, limit, ({ label }) => label);
  const held = likely(tags, typed, limit, (tag) => tag);
  const offers: readonly Offer[] = [
    ...held.items.map((label, index) => imageOffer(label, 'on this engine', `1${inOrder(index)}`)),
    ...(whole && scratch && !typed.includes('/') ? [emptyImage] : []),
    ...chosen.items.map((offer, index) => ({
      ...offer,
      end: nameEnd,
      sortText: `${offer.tags ? '5' : '3'}${inOrder(index)}`,
    })),
    ...likely(hosts.state === 'known' ? hosts.value : [], typed, limit, (one) => one).items.map((one) =>
      hostOffer(one, nameEnd),
    ),
  ];
  return {
    offers: offers.flatMap((offer) => {
      const label = cut(offer.label, offer.kind === CompletionItemKind.Folder);
      return label === undefined ? [] : [{ ...offer, label }];
    }),
    incomplete: isOpen(found) || isOpen(hosts) || local.state !== 'known' || chosen.cut || held.cut,
    late: isLate(found),
  };
}

const emptyImage: Offer = {
  label: 'scratch',
  kind: CompletionItemKind.Module,
  detail: 'the empty image',
  sortText: '2',
};

function imageOffer(label: string, detail: string, sortText: string): Offer {
  return { label, kind: CompletionItemKind.Reference, detail, sortText };
}

function bundledOffer({ registry, retired }: BundledRepository, label: string): Offer {
  const detail = registry === dockerHub ? 'Docker Official Image' : 'Microsoft .NET';
  return named(label, detail, retired);
}

function rowOffer({ folder, retired }: RepositoryRow, registry: string, label: string): Offer {
  if (folder) return { label: `${label}/`, kind: CompletionItemKind.Folder, detail: registry };
  return named(label, registry, retired === true);
}

function named(label: string, detail: string, retired: boolean): Offer {
  const item = { label, kind: CompletionItemKind.Reference };
  return retired
    ? { ...item, detail: `${detail}, not built any more`, tags: [CompletionItemTag.Deprecated] }
    : { ...item, detail };
}

function hostOffer(host: string, end: number): Offer {
  return { label: `${host}/`, kind: CompletionItemKind.Folder, detail: 'registry', sortText: `4${host}`, end };
}

function once(offers: readonly Offer[]): readonly Offer[] {
  const seen = new Set<string>();
  return offers.filter(({ label }) => !seen.has(label) && seen.add(label));
}

/** A repository as it has to be written for what is typed to be its beginning. */
function written(registry: string, repository: string, host: string | undefined, prefix: string): string {
  if (registry !== dockerHub) return formatReference({ registry, repository });
  const full = prefix.startsWith('library/') ? repository : formatReference({ registry, repository });
  return host === undefined ? full : `${host}/${full}`;
}

/**
 * `127.0.0.1:5000/te` is the registry `127.0.0.1:5000` and the prefix `te`; `ngi` is Docker Hub's `ngi`. `host` is the registry
 * as it is written.
 */
export function splitTyped(typed: string): {
  readonly registry: string;
  readonly prefix: string;
  readonly host: string | undefined;
} {
  const slash = typed.indexOf('/');
  const first = typed.slice(0, Math.max(slash, 0));
  if (!isHost(first)) return { registry: dockerHub, prefix: typed, host: undefined };
  return { registry: first === 'index.docker.io' ? dockerHub : first, prefix: typed.slice(slash + 1), host: first };
}

/** Whether the first part of a name can only be a registry. As in parseReference, which cannot read a name that is not finished. */
export const isHost = (first: string): boolean => first === 'localhost' || /[.:A-Z]/.test(first);
