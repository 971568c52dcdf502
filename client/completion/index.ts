/** Opens the list of suggestions again when a registry answered after it was shown. */
import * as vscode from 'vscode';
import type { Backend } from '../backend.ts';

export function registerCompletion(
  backend: Pick<Backend, 'onLateCompletion'>,
  subscriptions: vscode.Disposable[],
): void {
  const stop = backend.onLateCompletion(({ uri, version, position }) => {
    const editor = vscode.window.activeTextEditor;
    if (editor === undefined) return;
    const { document, selection } = editor;
    const isThere =
      document.uri.toString() === vscode.Uri.parse(uri).toString() &&
      document.version === version &&
      selection.isEmpty &&
      selection.active.isEqual(new vscode.Position(position.line, position.character));
    if (isThere) void vscode.commands.executeCommand('editor.action.triggerSuggest');
  });
  subscriptions.push({ dispose: stop });
}
