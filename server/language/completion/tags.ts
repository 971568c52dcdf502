import { CompletionItemKind } from 'vscode-languageserver-types';
import { matchesPlatform, type Platform, parsePlatform } from '../../../common/platform.ts';
import { formatFullReference, type ImageReference, parseReference } from '../../../common/reference.ts';
import type { Images } from '../host.ts';
import { isHost } from './images.ts';
import { inOrder, isLate, isOpen, type Offer, type Offers } from './item.ts';
import { likely } from './match.ts';
import { aliasesOf, type ListedTag, listTags } from './tagList.ts';

/** More than this no client shows well. Where a repository has more, the letters typed choose among them. */
const limit = 1000;

export interface TagQuestion {
  /** Whose tags; its own are left out. */
  readonly reference: ImageReference;
  /** What stands of the tag before the cursor, its variables replaced. */
  readonly typed: string;
  /** What can stand in the place of what is typed; undefined where a tag does not fit there. */
  cut(tag: string): string | undefined;
  /** The platform that the image has to be for, where the file says so. */
  readonly platform?: Platform;
}

/**
 * The tags of a repository, asked of its own registry and no other, with those of the engine's images and those that are known
 * without asking.
 */
export async function tagOffers(
  { reference, typed, cut, platform }: TagQuestion,
  images: Images,
  signal: AbortSignal,
): Promise<Offers> {
  const { registry, repository } = reference;
  const [found, bundle] = await Promise.all([images.tags(reference, signal), images.bundled(reference)]);
  const rows = found.state === 'known' ? found.value : undefined;
  const all = listTags({ rows, bundle, local: localTags(reference, images) });
  const fitting = all.filter(({ name }) => cut(name) !== undefined);
  const { items, cut: isCut } = likely(fitting, typed, limit, ({ name }) => name);
  const fits = items.map((tag) => platform === undefined || isFor(tag, platform));
  return {
    offers: items.map((tag, index) => ({
      label: cut(tag.name)!,
      kind: CompletionItemKind.Value,
      sortText: `${fits[index] ? '0' : '1'}${inOrder(index)}`,
      image: formatFullReference({ registry, repository, tag: tag.name }),
      ...described(tag, fits[index] ? undefined : platform),
    })),
    incomplete: isOpen(found) || isCut,
    late: isLate(found),
  };
}

/** What nobody told the platforms of may be for any. */
function isFor({ platforms }: ListedTag, wanted: Platform): boolean {
  if (platforms === undefined) return true;
  return platforms.some((name) => {
    const offered = parsePlatform(name);
    return offered === undefined || matchesPlatform(wanted, offered);
  });
}

function described(tag: ListedTag, missing: Platform | undefined): Pick<Offer, 'detail' | 'labelDetails'> {
  const { platforms = [], local } = tag;
  const same = aliasesIn(tag, 4);
  const shown = platforms.map(withoutLinux);
  const state = missing ? `not for ${missing.os}/${missing.architecture}` : local ? 'on this engine' : '';
  const facts = [...(missing ? [state] : []), same, local ? 'on this engine' : '', shown.join(', ')].filter(Boolean);
  const description = state || listed(shown.slice(0, 4), shown.length);
  return {
    ...(facts.length > 0 && { detail: facts.join(' · ') }),
    ...(`${same}${description}` !== '' && {
      labelDetails: {
        ...(same !== '' && { detail: ` ${aliasesIn(tag, 2)}` }),
        ...(description !== '' && { description }),
      },
    }),
  };
}

/** `= 9.0.11, latest, +2`; empty without aliases. */
function aliasesIn(tag: ListedTag, most: number): string {
  const aliases = aliasesOf(tag, most);
  return aliases.length === 0 ? '' : `= ${listed(aliases, (tag.names?.length ?? 1) - 1)}`;
}

const withoutLinux = (platform: string) => platform.replace(/^linux\//, '');

/** The first of `count` names. */
function listed(names: readonly string[], count: number): string {
  return [...names, ...(count > names.length ? [`+${count - names.length}`] : [])].join(', ');
}

/**
 * The repository whose tag is being typed behind `name`, an image's name whose variables have been replaced. Of a host before a
 * colon the port is being typed: its name is no image's, and none of Docker Hub's business.
 */
export function repositoryNamed(name: string): ImageReference | undefined {
  return name.includes('/') || !isHost(name) ? parseReference(name) : undefined;
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
