import {
  type CompletionItem,
  type CompletionList,
  InsertTextFormat,
  type MarkupContent,
  type Range,
} from 'vscode-languageserver-types';
import type { Known } from '../../../common/known.ts';
import type { Dockerfile } from '../dockerfile/dockerfile.ts';
import type { Images } from '../host.ts';
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
  extends Pick<
    CompletionItem,
    'label' | 'kind' | 'detail' | 'sortText' | 'tags' | 'labelDetails' | 'preselect' | 'filterText'
  > {
  /** The label without it. */
  readonly text?: string;
  /** `text` with tab stops; used where the client knows snippets. */
  readonly snippet?: string;
  /** Markdown. */
  readonly documentation?: string;
  /** Where what it replaces ends, if not with the word. */
  readonly end?: number;
  /** The full reference of the image that it completes, of which more can be asked. */
  readonly image?: string;
}

/** What was found, and whether more may come: the client then asks again with the next letter. */
export interface Offers {
  readonly offers: readonly Offer[];
  readonly incomplete: boolean;
  /** A registry that was asked has not told all yet, and told nothing before. */
  readonly late?: boolean;
}

/** What a client is answered. */
export interface Completed {
  readonly list: CompletionList;
  /** There may be more soon, without another letter: {@link Images.onDidChange} tells. */
  readonly late: boolean;
}

export const nothingToOffer: Completed = { list: { isIncomplete: false, items: [] }, late: false };

/** Whether the registry may say more of it when it is asked again. */
export function isOpen(answer: Known<unknown>): boolean {
  if (answer.state === 'failed') return answer.problem.kind !== 'unsupported';
  return answer.state === 'pending' || answer.stale === true || answer.partial === true;
}

/** Whether there is more soon, without another letter. */
export const isLate = (answer: Known<unknown>): boolean =>
  answer.state === 'pending' || (answer.state === 'known' && answer.partial === true);

/** What an item brings along for {@link resolveItem}. */
export interface ItemData {
  readonly image: string;
}

/** Makes items of offers: each replaces the word at the cursor as a whole, or up to its own end. */
export function itemsOf(
  dockerfile: Pick<Dockerfile, 'text' | 'lineStarts'>,
  typed: Pick<Typed, 'span' | 'cursor'>,
  support: CompletionSupport,
  offers: readonly Offer[],
): CompletionItem[] {
  const replace = rangeOf(dockerfile, typed.span);
  const insert = rangeOf(dockerfile, { start: typed.span.start, end: typed.cursor });
  return offers.map((offer) => {
    const { end } = offer;
    const own = end === undefined ? replace : rangeOf(dockerfile, { start: typed.span.start, end });
    return toItem(offer, insert, own, support);
  });
}

function toItem(offer: Offer, insert: Range, replace: Range, support: CompletionSupport): CompletionItem {
  const { text, snippet, documentation, end: _, image, ...item } = offer;
  const asSnippet = snippet !== undefined && support.snippets;
  const newText = asSnippet ? snippet : (text ?? offer.label);
  return {
    ...item,
    textEdit: support.insertReplace ? { newText, insert, replace } : { newText, range: replace },
    ...(asSnippet && { insertTextFormat: InsertTextFormat.Snippet }),
    ...(documentation !== undefined && { documentation: markdown(documentation) }),
    ...(image !== undefined && { data: { image } satisfies ItemData }),
  };
}

function markdown(value: string): MarkupContent {
  return { kind: 'markdown', value };
}

/** A sort text that keeps the order of a list of up to a million. */
export function inOrder(index: number): string {
  return String(index).padStart(6, '0');
}
