import { TextDocument } from 'vscode-languageserver-textdocument';
import { type CompletionItem, InsertReplaceEdit } from 'vscode-languageserver-types';

/** Splits `FROM ngi<|>` into the text and where the cursor is in it. */
export function atCursor(marked: string): { readonly text: string; readonly offset: number } {
  const offset = marked.indexOf('<|>');
  if (offset === -1) throw new Error(`No <|> in ${JSON.stringify(marked)}`);
  return { text: marked.replace('<|>', ''), offset };
}

/** The document after the item was accepted; where the client replaces the whole word. */
export function resultText(text: string, item: CompletionItem): string {
  const edit = item.textEdit;
  if (edit === undefined) throw new Error(`${item.label} has no edit`);
  const range = InsertReplaceEdit.is(edit) ? edit.replace : edit.range;
  const document = TextDocument.create('untitled:a', 'dockerfile', 1, text);
  return TextDocument.applyEdits(document, [{ range, newText: edit.newText }]);
}

/** The item of that label; the test fails with the labels there are. */
export function itemOf(items: readonly CompletionItem[], label: string): CompletionItem {
  const item = items.find((each) => each.label === label);
  if (item === undefined) throw new Error(`No ${label} in ${items.map((each) => each.label).join(', ')}`);
  return item;
}

/** Labels as a client shows them when nothing is typed. */
export function labelsOf(items: readonly CompletionItem[]): readonly string[] {
  const keyed = items.map(({ label, sortText = label }) => ({ label, sortText }));
  return keyed
    .sort((a, b) => (a.sortText < b.sortText ? -1 : a.sortText > b.sortText ? 1 : 0))
    .map(({ label }) => label);
}
