import { CompletionItemKind } from 'vscode-languageserver-types';
import { type ByteUnits, formatBytesIn } from '../../../common/bytes.ts';
import type { ContextName, ContextNames } from '../host.ts';
import { inOrder, isOpen, type Offer, type Offers } from './item.ts';

const kinds = { file: CompletionItemKind.File, folder: CompletionItemKind.Folder, link: CompletionItemKind.Reference };

/** More are no list that anybody reads; the next letter asks again. */
const maximumOffers = 500;

/** Names that would have to be escaped, or be read as something else. */
const unwritable = { source: /[\s"'\\$`*?[\]<]/, pattern: /^[#!\s]|[\\*?[]|\s$/ };

/** What stands in a folder of a build context, the folders first. `uri` is that of a Dockerfile or of an ignore file. */
export async function pathOffers(
  { uri, folder, typed }: { readonly uri: string; readonly folder: string; readonly typed: string },
  kind: 'source' | 'pattern',
  contexts: ContextNames | undefined,
  units: ByteUnits,
  signal: AbortSignal,
): Promise<Offers> {
  const found = await contexts?.names(uri, folder, signal);
  if (found?.state !== 'known') return { offers: [], incomplete: found !== undefined && isOpen(found) };
  const begun = typed.toLowerCase();
  const matching = found.value
    .filter(({ name }) => !unwritable[kind].test(name) && name.toLowerCase().includes(begun))
    .sort((a, b) => Number(b.kind === 'folder') - Number(a.kind === 'folder'));
  return {
    offers: matching.slice(0, maximumOffers).map((name, index) => offerOf(name, index, units)),
    incomplete: matching.length > maximumOffers || found.stale === true,
  };
}

function offerOf({ name, kind, bytes }: ContextName, index: number, units: ByteUnits): Offer {
  return {
    label: kind === 'folder' ? `${name}/` : name,
    kind: kinds[kind],
    sortText: inOrder(index),
    ...(bytes !== undefined && { detail: formatBytesIn(units, bytes) }),
  };
}
