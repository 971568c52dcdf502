import assert from 'node:assert/strict';
import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import type Docker from 'dockerode';
import * as vscode from 'vscode';
import { sessionLabel } from '../../../client/debug/configuration.ts';
import { breakAt, debugEvents } from '../../support/debugHost.ts';
import { eventually } from '../../support/eventually.ts';
import { folder, gantry, inFolder, once, outputSays } from '../../support/extensionHost.ts';
import { needsEngine, testEngine, testLabels } from '../../support/testBed.ts';

const launch = { type: 'container', request: 'launch' } as const;

describe('Debugging in a container', function () {
  this.timeout(90_000);

  let engine: Docker;
  let bystander: Docker.Container;
  let earlier: ReadonlySet<string>;
  let events: ReturnType<typeof debugEvents>;

  /** The containers that debug sessions of these tests have made and not removed. */
  const made = async () =>
    (await engine.listContainers({ all: true, filters: { label: [sessionLabel] } })).filter(
      ({ Id }) => !earlier.has(Id),
    );
  const hostPort = ({ Ports }: Docker.ContainerInfo) =>
    Ports.find(({ PrivatePort }) => PrivatePort === 3000)?.PublicPort;

  /** Asks the program until a breakpoint stops it, and lets it answer: its breakpoints may come a moment after it listens. */
  const stopsOnVisit = async (container: Docker.ContainerInfo): Promise<void> => {
    const stopping = events.stopped();
    for (;;) {
      const answer = get(`http://127.0.0.1:${hostPort(container)}`);
      const stopped = await Promise.race([stopping, answer]);
      if (typeof stopped === 'string') continue;
      await stopped.resume();
      assert.match(await answer, /^visit \d+\n$/);
      return;
    }
  };

  /** Resolves when the engine tells that the container was destroyed. */
  const destroyed = async (id: string): Promise<void> => {
    const filters = JSON.stringify({ container: [id], event: ['destroy'] });
    // Also of the moment before: what ends it may be quicker than this question.
    const events = (await engine.getEvents({ filters, since: Math.floor(Date.now() / 1000) - 1 })) as Readable;
    await new Promise<void>((resolve) => events.once('data', () => resolve()));
    events.destroy();
  };

  /** What a session built goes right after its container. */
  const noImage = (reference: string) =>
    eventually(
      () => engine.listImages({ filters: { reference: [reference] } }),
      (images) => assert.deepEqual(images, []),
    );

  before(async function () {
    needsEngine(this);
    engine = testEngine();
    await cp(join(gantry.extensionPath, 'samples/node-app'), inFolder('node-app').fsPath, { recursive: true });
    await gantry.activate();
    bystander = await engine.createContainer({
      Image: 'gantry-test/node',
      Cmd: ['sleep', '600'],
      Labels: { ...testLabels(), [sessionLabel]: 'of-somebody-else' },
      HostConfig: { Init: true },
    });
    await bystander.start();
    const src = ['Dockerfile', 'server.js'];
    const built = await engine.buildImage(
      { context: inFolder('counter').fsPath, src },
      { t: 'counter:own', labels: testLabels() },
    );
    await text(built);
    earlier = new Set((await engine.listContainers({ all: true })).map(({ Id }) => Id));
  });
  beforeEach(() => {
    events = debugEvents();
  });
  afterEach(async () => {
    vscode.debug.removeBreakpoints(vscode.debug.breakpoints);
    await vscode.debug.stopDebugging();
    events.dispose();
  });
  after(async () => {
    if (bystander === undefined) return;
    assert.equal((await bystander.inspect()).State.Running, true, 'the container of somebody else was stopped');
    await bystander.remove({ force: true });
    await engine.getImage('counter:own').remove({ force: true });
    await noImage('counter:debug');
  });

  it('stops at a breakpoint of the workspace, knows its variables, and leaves nothing behind', async () => {
    const line = await breakAt(inFolder('node-app/server.js'), 'answerTo(pathname);');
    const started = await vscode.debug.startDebugging(folder, {
      ...launch,
      name: 'node-app',
      dockerfile: '${workspaceFolder}/node-app/Dockerfile',
      buildArgs: { NODE_IMAGE: 'gantry-test/node' },
    });
    assert.equal(started, true);
    const [container, ...others] = await made();
    assert.ok(container !== undefined && others.length === 0);
    await events.printed('Listening on');
    const answer = get(`http://127.0.0.1:${hostPort(container)}/Ada`);

    const stopped = await events.stopped();
    assert.equal(stopped.reason, 'breakpoint');
    assert.equal(vscode.Uri.parse(stopped.file).path, inFolder('node-app/server.js').path);
    assert.equal(stopped.line, line);
    assert.equal(await stopped.evaluate('pathname'), "'/Ada'");
    assert.equal(await stopped.evaluate('visits'), '1');
    await stopped.resume();
    assert.match(await answer, /^Good \w+, Ada!\n$/);

    const gone = destroyed(container.Id);
    await vscode.debug.stopDebugging();
    await gone;
    assert.deepEqual(await made(), []);
    await noImage('node-app:debug');
  });

  it('runs two programs at once, each with ports and an end of its own', async () => {
    await breakAt(inFolder('counter/server.js'), 'response.end');
    const sessions: vscode.DebugSession[] = [];
    const starts = vscode.debug.onDidStartDebugSession((session) => {
      if (session.parentSession === undefined) sessions.push(session);
    });
    for (const name of ['one', 'two']) {
      const configuration = { ...launch, name, dockerfile: 'counter/Dockerfile' };
      assert.equal(await vscode.debug.startDebugging(folder, configuration), true);
    }
    starts.dispose();
    assert.deepEqual(
      sessions.map(({ name }) => name),
      ['one', 'two'],
    );
    const [two, one, ...others] = await made(); // the newest first
    assert.ok(one !== undefined && two !== undefined && others.length === 0);
    assert.notEqual(hostPort(one), hostPort(two));
    for (const _ of [one, two]) await events.printed('listening');
    for (const container of [one, two]) {
      const answer = get(`http://127.0.0.1:${hostPort(container)}`);
      const stopped = await events.stopped();
      assert.equal(await stopped.evaluate('visits'), '1');
      await stopped.resume();
      assert.equal(await answer, 'visit 1\n');
    }

    const firstGone = destroyed(one.Id);
    await vscode.debug.stopDebugging(sessions[0]);
    await firstGone;
    assert.deepEqual(
      (await made()).map(({ Id }) => Id),
      [two.Id],
    );
    const secondGone = destroyed(two.Id);
    await vscode.debug.stopDebugging();
    await secondGone;
  });

  it('debugs an image that is there, without a build', async () => {
    await breakAt(inFolder('counter/server.js'), 'response.end');
    const configuration = { ...launch, name: 'image', image: 'counter:own', localRoot: '${workspaceFolder}/counter' };
    assert.equal(await vscode.debug.startDebugging(folder, configuration), true);
    const [container] = await made();
    assert.ok(container);
    await events.printed('listening');
    const answer = get(`http://127.0.0.1:${hostPort(container)}`);
    const stopped = await events.stopped();
    assert.equal(vscode.Uri.parse(stopped.file).path, inFolder('counter/server.js').path);
    await stopped.resume();
    assert.equal(await answer, 'visit 1\n');
    const gone = destroyed(container.Id);
    await vscode.debug.stopDebugging();
    await gone;
  });

  it('needs nothing but a Dockerfile for "Debug in Container"', async () => {
    await breakAt(inFolder('counter/server.js'), 'response.end');
    await vscode.commands.executeCommand('gantry.debug', inFolder('counter/Dockerfile'));
    const [container] = await made();
    assert.ok(container);
    await events.printed('listening');
    await stopsOnVisit(container);
  });

  it('keeps the container over a restart, and its breakpoints', async () => {
    await breakAt(inFolder('counter/server.js'), 'response.end');
    const configuration = { ...launch, name: 'again', image: 'counter:own', localRoot: '${workspaceFolder}/counter' };
    assert.equal(await vscode.debug.startDebugging(folder, configuration), true);
    await events.printed('listening');
    const attached = once(
      'the program under the debugger again',
      vscode.debug.onDidStartDebugSession,
      ({ parentSession }) => parentSession?.name === 'again',
    );
    await vscode.commands.executeCommand('workbench.action.debug.restart');
    await attached;
    const [container, ...others] = await made();
    assert.ok(container !== undefined && others.length === 0);
    await stopsOnVisit(container);
    const gone = destroyed(container.Id);
    await vscode.debug.stopDebugging();
    await gone;
  });

  it('removes the container of a program that is killed', async () => {
    const configuration = { ...launch, name: 'short', image: 'counter:own' };
    assert.equal(await vscode.debug.startDebugging(folder, configuration), true);
    const [container] = await made();
    assert.ok(container);
    const gone = destroyed(container.Id);
    await engine.getContainer(container.Id).kill();
    await gone;
    assert.deepEqual(await made(), []);
  });

  it('says why a program did not start, and leaves nothing behind', async () => {
    const command = ['node', '--no-such-option', 'server.js'];
    const configuration = { ...launch, name: 'broken', image: 'counter:own', command };
    assert.equal(await vscode.debug.startDebugging(folder, configuration), false);
    await outputSays(/counter-debug-\w+: The container stopped with exit code 9:\n.*bad option: --no-such-option/);
    assert.deepEqual(await made(), []);
  });
});

const get = async (address: string): Promise<string> => (await fetch(address)).text();
