import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { serving, untitled } from '../../support/documents.ts';

describe('Completion in a Dockerfile', () => {
  before(serving);

  it('goes on to the values of a flag that was chosen', async () => {
    const { uri, positionAt, getText } = await untitled('FROM scratch AS one\nFROM scratch\nCOPY --');
    const { items } = await vscode.commands.executeCommand<vscode.CompletionList>(
      'vscode.executeCompletionItemProvider',
      uri,
      positionAt(getText().length),
    );
    const follows = Object.fromEntries(items.map(({ label, command }) => [label, command?.command]));
    assert.equal(follows['--from='], 'editor.action.triggerSuggest');
    assert.equal(follows['--link'], undefined);
  });
});
