import { type CompletionItem, InsertTextFormat, type MarkupContent, type Range } from 'vscode-languageserver-types';
import type { Dockerfile } from '../dockerfile/dockerfile.ts';
import { rangeOf } from '../position.ts';
import type { Typed } from './context.ts';

/** What the client can do with an item. */
export interface CompletionSupport {
  readonly snippets: boolean;
  /** Whether it lets the user choose between inserting at the cursor and replacing the word. */
  readonly insertReplace: boolean;
}

/** One thing to offer, before it is known what it replaces. */
export interface Offer
  extends Pick<CompletionItem, 'label' | 'kind' | 'detail' | 'sortText' | 'tags' | 'labelDetails' | 'preselect'> {
  /** The label without it. */
  readonly text?: string;
  /** `text` with tab stops; used where the client knows snippets. */
  readonly snippet?: string;
  /** Markdown. */
  readonly documentation?: string;
}

/** What was found, and whether more may come: the client then asks again with the next letter. */
export interface Offers {
  readonly offers: readonly Offer[];
  readonly incomplete: boolean;
}

/** Makes items of offers: each replaces the word at the cursor as a whole. */
export function itemsOf(
  dockerfile: Dockerfile,
  typed: Typed,
  support: CompletionSupport,
  offers: readonly Offer[],
): CompletionItem[] {
  const replace = rangeOf(dockerfile, typed.span);
  const insert = rangeOf(dockerfile, { start: typed.span.start, end: typed.cursor });
  return offers.map((offer) => toItem(offer, insert, replace, support));
}

function toItem(offer: Offer, insert: Range, replace: Range, support: CompletionSupport): CompletionItem {
  const { text, snippet, documentation, ...item } = offer;
  const asSnippet = snippet !== undefined && support.snippets;
  const newText = asSnippet ? snippet : (text ?? offer.label);
  return {
    ...item,
    textEdit: support.insertReplace ? { newText, insert, replace } : { newText, range: replace },
    ...(asSnippet && { insertTextFormat: InsertTextFormat.Snippet }),
    ...(documentation !== undefined && { documentation: markdown(documentation) }),
  };
}

function markdown(value: string): MarkupContent {
  return { kind: 'markdown', value };
}

/** A sort text that keeps the order of a list of up to a million. */
export function inOrder(index: number): string {
  return String(index).padStart(6, '0');
}
