import assert from 'node:assert/strict';
import type Docker from 'dockerode';
import * as vscode from 'vscode';
import { gantry, inFolder, once } from '../../support/extensionHost.ts';
import { needsEngine, testEngine } from '../../support/testBed.ts';

async function runTask(dockerfile: string): Promise<number | undefined> {
  const tasks = await vscode.tasks.fetchTasks({ type: 'gantry' });
  const task = tasks.find(({ definition }) => definition['dockerfile'] === dockerfile);
  assert.ok(task !== undefined, `no task builds ${dockerfile}`);
  const ended = once(
    'the end of the task',
    vscode.tasks.onDidEndTaskProcess,
    ({ execution }) => execution.task.definition['dockerfile'] === dockerfile,
  );
  await vscode.tasks.executeTask(task);
  return (await ended).exitCode;
}

const buildProblems = (uri: vscode.Uri) =>
  vscode.languages.getDiagnostics(uri).filter(({ code }) => code === 'BuildFailed');

describe('Building', function () {
  this.timeout(60_000);
  let engine: Docker;

  before(async function () {
    needsEngine(this);
    engine = testEngine();
    await gantry.activate();
  });
  after(async () => {
    await engine
      .getImage('workspace:latest')
      .remove({ force: true })
      .catch(() => undefined); // it was not built
  });

  it('makes an image and ends its task with 0', async () => {
    assert.equal(await runTask('Dockerfile'), 0);
    const { Config } = await engine.getImage('workspace:latest').inspect();
    assert.deepEqual(Config.Cmd, ['cat', '/Dockerfile']);
  });

  it('marks the lines of the step that failed, until they are edited', async () => {
    const uri = inFolder('Broken.Dockerfile');
    const document = await vscode.workspace.openTextDocument(uri);
    assert.notEqual(await runTask('Broken.Dockerfile'), 0);
    const [problem, ...others] = buildProblems(uri);
    assert.equal(others.length, 0);
    assert.deepEqual([problem?.range.start.line, problem?.range.end.line], [3, 4]);
    assert.equal(problem?.source, 'gantry');

    const gone = once(
      'an end of the problem',
      vscode.languages.onDidChangeDiagnostics,
      () => buildProblems(uri).length === 0,
    );
    const edit = new vscode.WorkspaceEdit();
    edit.insert(uri, new vscode.Position(document.lineCount, 0), '\n');
    await vscode.workspace.applyEdit(edit);
    await gone;
  });
});
