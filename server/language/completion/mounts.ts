import { CompletionItemKind } from 'vscode-languageserver-types';
import { mountDocs, mountKeyDocs, mountKeyOf } from '../docs/mounts.ts';
import type { CursorContext } from './context.ts';
import { inOrder, type Offer } from './item.ts';

const withoutValue: ReadonlySet<string> = new Set(['ro', 'rw', 'required']);

export function mountKeyOffers({ mountType, used }: Extract<CursorContext, { kind: 'mountKey' }>): readonly Offer[] {
  const names = new Set(used.map(mountKeyOf));
  const type = mountType ?? (names.size === 0 ? undefined : 'bind');
  const keys = type === undefined ? ['type'] : (mountDocs.find((mount) => mount.type === type)?.keys ?? []);
  const possible = keys.includes('type') || names.has('type') ? keys : ['type', ...keys];
  return possible
    .filter((key) => !names.has(key))
    .map((key, index) => ({
      label: withoutValue.has(key) ? key : `${key}=`,
      kind: CompletionItemKind.Property,
      sortText: inOrder(index),
      documentation: mountKeyDocs[key]?.summary ?? '',
    }));
}

export function mountValueOffers({ key }: Extract<CursorContext, { kind: 'mountValue' }>): readonly Offer[] {
  if (key === 'type') {
    return mountDocs.map(({ type, summary }, index) => ({
      label: type,
      kind: CompletionItemKind.EnumMember,
      sortText: inOrder(index),
      documentation: summary,
    }));
  }
  const values = mountKeyDocs[mountKeyOf(key)]?.values ?? [];
  return values.map((label) => ({ label, kind: CompletionItemKind.EnumMember }));
}
