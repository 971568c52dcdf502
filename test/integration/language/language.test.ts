import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import {
  completionLabels,
  hoverText,
  problemsBecome,
  replaceText,
  serving,
  symbolNames,
  unmarked,
  untitled,
} from '../../support/documents.ts';
import { diagnosticsOf, inFolder } from '../../support/extensionHost.ts';

describe('A Dockerfile in the editor', () => {
  let document: vscode.TextDocument;

  before(async () => {
    await serving();
    document = await vscode.workspace.openTextDocument(inFolder('Dockerfile'));
  });

  it('is of the language "dockerfile"', () => {
    assert.equal(document.languageId, 'dockerfile');
  });

  it('has its problems marked, each with its rule and where it comes from', async () => {
    const wrong = await vscode.workspace.openTextDocument(inFolder('Wrong.Dockerfile'));
    await problemsBecome(wrong.uri, ['StageNameCasing', 'UnknownInstruction']);
    const [casing, unknown] = diagnosticsOf(wrong.uri);
    assert.deepEqual([casing?.source, casing?.range.start.line], ['gantry', 0]);
    assert.equal(unknown?.range.start.line, 1);
    assert.match(unknown.message, /RUN/);
    assert.deepEqual(diagnosticsOf(document.uri), []);
  });

  it('says what an instruction does', async () => {
    assert.match(await hoverText(document.uri, new vscode.Position(2, 1)), /WORKDIR/);
  });

  it('has its stages in the outline', async () => {
    const names = await symbolNames(document.uri);
    assert.ok(
      names.some((name) => name.includes('build')),
      names.join(),
    );
  });

  it('leads from a use of a stage to where it begins', async () => {
    const [found] = await vscode.commands.executeCommand<(vscode.Location | vscode.LocationLink)[]>(
      'vscode.executeDefinitionProvider',
      document.uri,
      new vscode.Position(6, 14),
    );
    assert.ok(found);
    const range = 'targetRange' in found ? (found.targetSelectionRange ?? found.targetRange) : found.range;
    assert.equal(range.start.line, 1);
  });
});

describe('A Dockerfile that is on no disk', () => {
  before(serving);

  it('has problems, hovers, an outline and completions while untitled', async () => {
    const document = await untitled('FROM scratch AS one\nFROM scratch\nCOPY --from=<|>\n');
    assert.ok((await completionLabels(document, await unmarked(document))).includes('one'));
    await replaceText(document, 'FROM scratch AS One\nWORKDIR /a\n');
    await problemsBecome(document.uri, ['StageNameCasing']);
    assert.match(await hoverText(document.uri, new vscode.Position(1, 1)), /WORKDIR/);
    assert.equal((await symbolNames(document.uri)).length, 1);
  });

  it('has them in a document of another scheme', async () => {
    const provider = vscode.workspace.registerTextDocumentContentProvider('gantry-test', {
      provideTextDocumentContent: () => 'FROM scratch AS One\nWORKDIR /a\n',
    });
    const document = await vscode.workspace.openTextDocument(vscode.Uri.parse('gantry-test:/some/Dockerfile'));
    await problemsBecome(document.uri, ['StageNameCasing']);
    assert.match(await hoverText(document.uri, new vscode.Position(1, 1)), /WORKDIR/);
    provider.dispose();
  });
});
