import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { problemsBecome, replaceText, serving, untitled } from '../../support/documents.ts';
import { outputSays, servers } from '../../support/extensionHost.ts';
import { until } from '../../support/until.ts';

describe('The server behind it', function () {
  this.timeout(60_000);
  before(serving);

  it('hears of registries in the settings, without a reload', async () => {
    const settings = vscode.workspace.getConfiguration('gantry');
    await settings.update('registries', [{ insecure: true }], vscode.ConfigurationTarget.Workspace);
    await outputSays(/settings: some of it means nothing/);
    await settings.update('registries', undefined, vscode.ConfigurationTarget.Workspace);
  });

  it('comes back when it was killed, and with it what it said', async () => {
    const document = await untitled('FROM scratch AS One\n');
    await problemsBecome(document.uri, ['StageNameCasing']);
    const [killed, ...others] = await servers();
    assert.ok(killed !== undefined && others.length === 0);
    process.kill(killed, 'SIGKILL');
    await until(async () => {
      const [now] = await servers();
      return now !== undefined && now !== killed;
    });
    await replaceText(document, 'FROM scratch AS One\nRUM true\n');
    await problemsBecome(document.uri, ['StageNameCasing', 'UnknownInstruction']);
    assert.equal((await servers()).length, 1);
  });
});
