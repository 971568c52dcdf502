// Dockerfiles in an editor, and what the language features that VS Code runs say of them.
import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { becomes, diagnosticsOf, gantry } from './extensionHost.ts';

/** An unsaved Dockerfile; it exists in the editor alone. */
export const untitled = (content: string): Thenable<vscode.TextDocument> =>
  vscode.workspace.openTextDocument({ language: 'dockerfile', content });

/** Resolves when Gantry's server answers for documents: the first that is opened starts it. */
export async function serving(): Promise<void> {
  await gantry.activate();
  const { uri } = await untitled('FROM scratch AS One\n');
  await problemsBecome(uri, ['StageNameCasing']);
}

export async function replaceText({ uri, getText, positionAt }: vscode.TextDocument, text: string): Promise<void> {
  const edit = new vscode.WorkspaceEdit();
  edit.replace(uri, new vscode.Range(new vscode.Position(0, 0), positionAt(getText().length)), text);
  assert.ok(await vscode.workspace.applyEdit(edit));
}

/** Resolves when the diagnostics of the file have exactly these codes, in order. */
export const problemsBecome = (uri: vscode.Uri, codes: readonly string[]): Promise<void> =>
  becomes(
    `problems ${codes.join(', ')}`,
    vscode.languages.onDidChangeDiagnostics,
    () => codesOf(diagnosticsOf(uri)) === codes.join(),
  );

const codesOf = (problems: readonly vscode.Diagnostic[]): string =>
  problems.map(({ code }) => (typeof code === 'object' ? code.value : code)).join();

/** The place marked `<|>`, with the mark taken out of the document. */
export async function unmarked(document: vscode.TextDocument): Promise<vscode.Position> {
  const at = document.positionAt(document.getText().indexOf('<|>'));
  const edit = new vscode.WorkspaceEdit();
  edit.delete(document.uri, new vscode.Range(at, at.translate(0, '<|>'.length)));
  assert.ok(await vscode.workspace.applyEdit(edit));
  return at;
}

/** The labels offered at a place, in their order. */
export async function completionLabels(document: vscode.TextDocument, at: vscode.Position): Promise<readonly string[]> {
  const { items } = await vscode.commands.executeCommand<vscode.CompletionList>(
    'vscode.executeCompletionItemProvider',
    document.uri,
    at,
  );
  return items
    .map(({ label, sortText }) => ({ label: typeof label === 'string' ? label : label.label, sortText }))
    .sort((a, b) => ((a.sortText ?? a.label) < (b.sortText ?? b.label) ? -1 : 1))
    .map(({ label }) => label);
}

export async function hoverText(uri: vscode.Uri, at: vscode.Position): Promise<string> {
  const hovers = await vscode.commands.executeCommand<vscode.Hover[]>('vscode.executeHoverProvider', uri, at);
  return hovers
    .flatMap(({ contents }) => contents)
    .map((content) => (typeof content === 'string' ? content : content.value))
    .join('\n');
}

export async function symbolNames(uri: vscode.Uri): Promise<readonly string[]> {
  const symbols = await vscode.commands.executeCommand<vscode.DocumentSymbol[]>(
    'vscode.executeDocumentSymbolProvider',
    uri,
  );
  return symbols.map(({ name }) => name);
}

/** Inlay hints by line, from 0. */
export async function hintsByLine(document: vscode.TextDocument): Promise<ReadonlyMap<number, string>> {
  const hints = await vscode.commands.executeCommand<vscode.InlayHint[]>(
    'vscode.executeInlayHintProvider',
    document.uri,
    new vscode.Range(0, 0, document.lineCount, 0),
  );
  return new Map(
    hints.map(({ position, label }) => [
      position.line,
      typeof label === 'string' ? label : label.map(({ value }) => value).join(''),
    ]),
  );
}
