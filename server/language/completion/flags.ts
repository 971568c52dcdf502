import { CompletionItemKind } from 'vscode-languageserver-types';
import { type FlagDocs, flagDocs } from '../docs/flags.ts';
import { commonPlatforms } from '../docs/predefinedArgs.ts';
import type { CursorContext } from './context.ts';
import { inOrder, type Offer } from './item.ts';

export function flagOffers({
  keyword,
  used,
}: Pick<Extract<CursorContext, { kind: 'flag' }>, 'keyword' | 'used'>): readonly Offer[] {
  return (flagDocs[keyword] ?? [])
    .filter(({ name, repeats }) => repeats === true || !used.includes(name))
    .map((flag, index) => ({ ...toOffer(flag), sortText: inOrder(index) }));
}

function toOffer({ name, value, summary, example }: FlagDocs): Offer {
  const bare = value === 'none' || value === 'boolean';
  const label = `--${name}${bare ? '' : '='}`;
  return {
    label,
    kind: CompletionItemKind.Property,
    documentation: `${summary}\n\n\`${example}\``,
  };
}

export function flagValueOffers({ keyword, flag }: Extract<CursorContext, { kind: 'flagValue' }>): readonly Offer[] {
  const value = flagDocs[keyword]?.find(({ name }) => name === flag)?.value;
  return valuesOf(value).map((label, index) => ({
    label,
    kind: CompletionItemKind.Value,
    sortText: inOrder(index),
  }));
}

function valuesOf(value: FlagDocs['value'] | undefined): readonly string[] {
  if (value === 'boolean') return ['true', 'false'];
  if (value === 'platform') return ['$BUILDPLATFORM', '$TARGETPLATFORM', ...commonPlatforms];
  return typeof value === 'object' ? value : [];
}
