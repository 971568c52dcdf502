import { CompletionItemKind } from 'vscode-languageserver-types';
import { directiveDocs, directivesUrl } from '../docs/directives.ts';
import type { CursorContext } from './context.ts';
import { inOrder, type Offer } from './item.ts';

export function directiveOffers({ used }: Extract<CursorContext, { kind: 'directive' }>): readonly Offer[] {
  return directiveDocs
    .filter(({ name }) => !used.includes(name))
    .map(({ name, summary, example }, index) => ({
      label: `${name}=`,
      kind: CompletionItemKind.Property,
      sortText: inOrder(index),
      documentation: `${summary}\n\n\`\`\`dockerfile\n${example}\n\`\`\`\n\n[Reference](${directivesUrl})`,
    }));
}

export function directiveValueOffers({ name }: Extract<CursorContext, { kind: 'directiveValue' }>): readonly Offer[] {
  const values = directiveDocs.find((directive) => directive.name === name)?.values ?? [];
  return values.map((label, index) => ({ label, kind: CompletionItemKind.Value, sortText: inOrder(index) }));
}
