import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { commands, debugType, settings, taskType } from '../../../client/contributions.ts';
import { folder, gantry } from '../../support/extensionHost.ts';

describe('Gantry in VS Code', () => {
  before(() => gantry.activate());

  it('has registered every command that it contributes', async () => {
    const registered = new Set(await vscode.commands.getCommands(true));
    assert.deepEqual(
      Object.values(commands).filter((id) => !registered.has(id)),
      [],
    );
  });

  it('has a default for every setting that it reads', () => {
    for (const id of Object.values(settings))
      assert.notEqual(vscode.workspace.getConfiguration().get(id), undefined, id);
  });

  it('offers to build the Dockerfiles of the workspace as tasks', async () => {
    const tasks = await vscode.tasks.fetchTasks({ type: taskType });
    assert.deepEqual(
      tasks.map(({ name, definition }) => [name, definition['dockerfile']]),
      [['build Dockerfile', 'Dockerfile']],
    );
  });

  it('starts no session for a configuration that names nothing to debug', async () => {
    const configuration = { type: debugType, request: 'launch', name: 'Nothing' };
    assert.equal(await vscode.debug.startDebugging(folder, configuration), false);
    assert.equal(vscode.debug.activeDebugSession, undefined);
  });
});
