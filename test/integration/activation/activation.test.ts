import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { gantry, inFolder, servers } from '../../support/extensionHost.ts';
import { until } from '../../support/until.ts';

describe('The extension', () => {
  it('starts no server before somebody needs it', async () => {
    await gantry.activate();
    assert.deepEqual(await servers(), []);
    await vscode.workspace.openTextDocument(inFolder('Dockerfile'));
    await until(async () => (await servers()).length === 1);
  });

  it('brings its views in a container of its own', async () => {
    const { contributes } = gantry.packageJSON;
    assert.deepEqual(
      contributes.viewsContainers.activitybar.map(({ id }: { id: string }) => id),
      ['gantry'],
    );
    const views = contributes.views.gantry.map(({ id }: { id: string }) => id);
    for (const id of ['gantry.containers', 'gantry.images', 'gantry.registries']) {
      assert.ok(views.includes(id), id);
      await vscode.commands.executeCommand(`${id}.focus`);
    }
  });
});
