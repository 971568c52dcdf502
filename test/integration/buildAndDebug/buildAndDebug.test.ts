import assert from 'node:assert/strict';
import Docker from 'dockerode';
import * as vscode from 'vscode';
import { sessionLabel } from '../../../client/debug/configuration.ts';

const folder = vscode.workspace.workspaceFolders?.[0] ?? assert.fail('no workspace is open');
const file = (name: string) => vscode.Uri.joinPath(folder.uri, name);

/** The engine that the extension finds too: by DOCKER_HOST. */
const engine = new Docker();

function needsEngine(context: Mocha.Context): void {
  const reason = process.env['GANTRY_TEST_NO_ENGINE'];
  if (reason === undefined) return;
  console.log(`    skipped: ${reason}`);
  context.skip();
}

/** Resolves with the first event that passes. */
function once<T>(event: vscode.Event<T>, passes: (value: T) => boolean = () => true): Promise<T> {
  return new Promise((resolve) => {
    const subscription = event((value) => {
      if (!passes(value)) return;
      subscription.dispose();
      resolve(value);
    });
  });
}

async function runTask(dockerfile: string): Promise<number | undefined> {
  const tasks = await vscode.tasks.fetchTasks({ type: 'gantry' });
  const task = tasks.find(({ definition }) => definition['dockerfile'] === dockerfile);
  assert.ok(task !== undefined, `no task builds ${dockerfile}`);
  const ended = once(
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
  before(async function () {
    needsEngine(this);
    await vscode.extensions.getExtension('gantry.gantry')?.activate();
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
    assert.deepEqual(Config.Cmd, ['node', 'server.js']);
  });

  it('marks the lines of the step that failed, until they are edited', async () => {
    const uri = file('Broken.Dockerfile');
    const document = await vscode.workspace.openTextDocument(uri);
    assert.notEqual(await runTask('Broken.Dockerfile'), 0);
    const [problem, ...others] = buildProblems(uri);
    assert.equal(others.length, 0);
    assert.deepEqual([problem?.range.start.line, problem?.range.end.line], [3, 4]);
    assert.equal(problem?.source, 'gantry');

    const gone = once(vscode.languages.onDidChangeDiagnostics, () => buildProblems(uri).length === 0);
    const edit = new vscode.WorkspaceEdit();
    edit.insert(uri, new vscode.Position(document.lineCount, 0), '\n');
    await vscode.workspace.applyEdit(edit);
    await gone;
  });
});

describe('Debugging a Node program in its container', function () {
  this.timeout(60_000);

  const ours = () => engine.listContainers({ all: true, filters: { label: [sessionLabel] } });
  let earlier: readonly string[] = [];

  before(async function () {
    needsEngine(this);
    await vscode.extensions.getExtension('gantry.gantry')?.activate();
    earlier = (await ours()).map(({ Id }) => Id);
  });
  after(async () => {
    vscode.debug.removeBreakpoints(vscode.debug.breakpoints);
    await engine
      .getImage('workspace:debug')
      .remove({ force: true })
      .catch(() => undefined); // it was not built
  });

  it('stops at a breakpoint of the workspace, knows its variables, and leaves nothing behind', async () => {
    const line = new vscode.Location(file('server.js'), new vscode.Position(6, 0));
    vscode.debug.addBreakpoints([new vscode.SourceBreakpoint(line)]);
    const stopped = once(vscode.debug.onDidChangeActiveStackItem, (item) => item instanceof vscode.DebugStackFrame);
    const listening = printed('listening');
    const configuration = {
      type: 'container',
      request: 'launch',
      name: 'Test',
      dockerfile: '${workspaceFolder}/Dockerfile',
    };
    assert.equal(await vscode.debug.startDebugging(folder, configuration), true);

    const [container] = (await ours()).filter(({ Id }) => !earlier.includes(Id));
    const port = container?.Ports.find(({ PrivatePort }) => PrivatePort === 3000)?.PublicPort;
    assert.ok(container !== undefined && port !== undefined);
    await listening;
    const answer = fetch(`http://127.0.0.1:${port}`);

    const frame = (await stopped) as vscode.DebugStackFrame;
    const { result } = await frame.session.customRequest('evaluate', { expression: 'visits', frameId: frame.frameId });
    assert.equal(result, '1');
    const { stackFrames } = await frame.session.customRequest('stackTrace', { threadId: frame.threadId });
    // In a served VS Code it is an address that ends in the path.
    assert.ok(stackFrames[0].source.path.endsWith(file('server.js').path), stackFrames[0].source.path);
    assert.equal(stackFrames[0].line, 7);
    await frame.session.customRequest('continue', { threadId: frame.threadId });
    assert.equal(await (await answer).text(), 'visit 1\n');

    const removed = containerGone(container.Id);
    await vscode.debug.stopDebugging();
    await removed;
    assert.deepEqual(
      (await ours()).map(({ Id }) => Id),
      earlier,
    );
  });
});

/** Resolves when the program says so in the debug console. */
function printed(text: string): Promise<void> {
  return new Promise((resolve) => {
    const registration = vscode.debug.registerDebugAdapterTrackerFactory('*', {
      createDebugAdapterTracker: () => ({
        onDidSendMessage: ({ event, body }) => {
          if (event !== 'output' || !String(body?.output).includes(text)) return;
          registration.dispose();
          resolve();
        },
      }),
    });
  });
}

/** Resolves when the engine tells that the container was destroyed. */
async function containerGone(id: string): Promise<void> {
  const filters = JSON.stringify({ container: [id], event: ['destroy'] });
  const events = await engine.getEvents({ filters });
  await new Promise<void>((resolve) => events.once('data', () => resolve()));
  (events as unknown as import('node:stream').Readable).destroy();
}
